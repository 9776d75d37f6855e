import type { DrillFinding, DrillResult, UnitResult } from '../model/drill.ts';
import type { ExitCode } from '../model/exit.ts';
import { EXIT_MEANING } from '../model/exit.ts';
import { showLocation } from '../model/location.ts';
import { matrixLegend, matrixLines } from './drill-matrix.ts';
import { boundText, intervalText, secondsText } from './drill-numbers.ts';
import { clipped, plain, wrapped } from './drill-plain.ts';
import type { ArmResult, DrillReportOptions } from './drill-wording.ts';
import {
  addendOrigin,
  addendWords,
  ARM_WORDS,
  biggestAddend,
  headline,
  nextAction,
  sentence,
  unitVerdict,
  verdictWord,
} from './drill-wording.ts';

type Paint = (text: string) => string;

/** How to colour text; `NO_COLORS` leaves it as it is. */
export interface DrillColors {
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly dim: Paint;
  readonly bold: Paint;
}

const same: Paint = (text) => text;

const NO_COLORS: DrillColors = { red: same, green: same, yellow: same, dim: same, bold: same };

export interface DrillTerminalOptions extends DrillReportOptions {
  readonly colors?: DrillColors;
  /** Files that were written, as the user would type them. */
  readonly reports?: readonly string[];
  /** What the command is about to exit with, to be explained. */
  readonly exitCode?: ExitCode;
}

const WIDTH = 100;

const WORD = {
  met: { text: '✓ met', color: 'green' },
  missed: { text: '✕ MISSED', color: 'red' },
  inconclusive: { text: '? inconclusive', color: 'yellow' },
  excluded: { text: '– excluded', color: 'yellow' },
} as const;

const HEAD = ['verifier', 'measured', 'predicted', 'objective', 'verdict'] as const;

function unitName(unit: UnitResult, arm: ArmResult): string {
  const alone = arm.units.filter((other) => other.verifier === unit.verifier).length === 1;
  return clipped(alone ? unit.verifier : unit.unit, 30);
}

function predictedText(unit: UnitResult): string {
  return typeof unit.predicted === 'number' ? `at most ${boundText(unit.predicted)}` : unit.predicted;
}

function explanation(unit: UnitResult): string | null {
  if (unit.interval === null) return `not judged: ${unit.calibration}`;
  if (unit.stillAccepting !== null) return unit.stillAccepting;
  const addend = biggestAddend(unit.addends);
  const cause = addend === null ? '' : `; mostly ${addendWords(addend, unit)} (${addendOrigin(addend)})`;
  if (unit.model === 'exceeded') return `ABOVE the prediction${cause}`;
  if (unit.verdict === 'fail') return `dropped too late${cause}`;
  if (unit.verdict === 'inconclusive')
    return `${unit.probes.unknown} probes gave no clear answer, so the change can be anywhere in that interval`;
  return unit.flaps > 0 ? `accepted again ${unit.flaps} time${unit.flaps === 1 ? '' : 's'} after it had refused` : null;
}

function armLines(arm: ArmResult, result: DrillResult, colors: DrillColors): readonly string[] {
  const objective = boundText(result.policy.objectiveMs);
  const rows = arm.units.map((unit) => [
    unitName(unit, arm),
    intervalText(unit.interval),
    predictedText(unit),
    objective,
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(HEAD[column]?.length ?? 0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const aligned = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  const lines = wrapped(`${sentence(arm.arm)} arm: ${ARM_WORDS[arm.arm]}.`, '', WIDTH).map((line) => colors.bold(line));
  if (rows.length === 0) return [...lines, '  no verifier was measured', ''];
  return [
    ...lines,
    colors.dim(`  ${aligned(HEAD)}`),
    ...arm.units.flatMap((unit, index) => {
      const word = WORD[unitVerdict(unit)];
      const why = explanation(unit);
      return [
        `  ${aligned(rows[index] ?? [])}  ${colors[word.color](word.text)}`,
        ...(why === null ? [] : wrapped(why, '      ', WIDTH).map((line) => colors.dim(line))),
      ];
    }),
    '',
  ];
}

/** Accepted attacks in colour, the rest as it is. */
function matrixText({ matrix }: DrillResult, colors: DrillColors): readonly string[] {
  if (matrix === null) return [];
  const [head = '', ...rows] = matrixLines(matrix);
  return [
    colors.dim(`  ${head}`),
    ...rows.map((row) => `  ${row.replace(/ A(?= |$)/g, (mark) => colors.red(mark))}`),
    ...wrapped(plain(matrixLegend(matrix)), '  ', WIDTH).map((line) => colors.dim(line)),
    '',
  ];
}

function findingLines(finding: DrillFinding, colors: DrillColors): readonly string[] {
  const color = { error: colors.red, warning: colors.yellow, info: colors.dim }[finding.severity];
  const [first = '', ...rest] = wrapped(
    `${finding.severity} ${finding.rule}: ${finding.unit === null ? '' : `${finding.unit}: `}${finding.message}${finding.arm === null ? '' : ` (${finding.arm} arm)`}`,
    '  ',
    WIDTH,
  );
  const mark = `  ${finding.severity}`;
  const where = finding.at === null ? [] : [colors.dim(`      at ${plain(showLocation(finding.at))}`)];
  return [color(mark) + first.slice(mark.length), ...rest.map((line) => `    ${line}`), ...where];
}

function safetyLines({ safety }: DrillResult, colors: DrillColors): readonly string[] {
  if (safety.clean && safety.effects.length === 0) return ['Safety: the run changed nothing.'];
  if (safety.clean)
    return [
      `Safety: everything this run changed was put back and verified (${safety.effects.length} change${safety.effects.length === 1 ? '' : 's'}).`,
    ];
  const left = safety.effects.filter((effect) => !effect.undone || !effect.verified);
  return [
    colors.red('Safety: the clean-up is INCOMPLETE. Run `firebreak drill recover` now. Left behind or not verified:'),
    ...left.flatMap((effect) => wrapped(`${effect.id} ${effect.says}: ${effect.why}`, '  ', WIDTH)),
  ];
}

/**
 * What `drill run` and `demo` print at the end: verdict in words, a table per arm within 100 columns, findings, what to
 * do, where the report is, what the exit code means.
 */
export function drillTerminal(result: DrillResult, options: DrillTerminalOptions = {}): string {
  const colors = options.colors ?? NO_COLORS;
  const word = verdictWord(result);
  const paint = word === 'MET' ? colors.green : word === 'MISSED' || word === 'FAILED' ? colors.red : colors.yellow;
  const lines = [
    `${paint(colors.bold(word))} ${plain(result.drill.name)} in ${plain(result.environment.name)}, ${secondsText(result.durationMs)}`,
    ...wrapped(`${headline(result)}.`, '', WIDTH),
    '',
    ...result.arms.flatMap((arm) => armLines(arm, result, colors)),
    ...matrixText(result, colors),
    ...(result.arms.length === 0 && result.matrix === null
      ? ['Nothing was measured: the run ended before the leak was simulated.', '']
      : []),
    ...(result.findings.length === 0
      ? []
      : ['Findings', ...result.findings.flatMap((finding) => findingLines(finding, colors)), '']),
    ...safetyLines(result, colors),
    ...wrapped(`Next: ${nextAction(result, options)}.`, '', WIDTH),
    ...(options.reports ?? []).map((path) => `Report: ${plain(path)}`),
    ...(options.exitCode === undefined
      ? []
      : [colors.dim(`Exit ${options.exitCode}: ${EXIT_MEANING[options.exitCode]}.`)]),
  ];
  return `${lines.join('\n')}\n`;
}
