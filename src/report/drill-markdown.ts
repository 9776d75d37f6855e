import { attackOf } from '../model/attack.ts';
import type { AttackCell } from '../model/attack.ts';
import type { DrillResult, Interval } from '../model/drill.ts';
import { showLocation } from '../model/location.ts';
import { exposureText } from './drill-exposure.ts';
import { OUTCOME_WORDS, rowOf } from './drill-matrix.ts';
import { boundText, intervalText, shareText } from './drill-numbers.ts';
import { plain } from './drill-plain.ts';
import type { Mark, Span } from './drill-timeline.ts';
import { lanesOf, spanOf } from './drill-timeline.ts';
import type { ArmResult, DrillReportOptions } from './drill-wording.ts';
import {
  addendOrigin,
  addendWords,
  ARM_WORDS,
  biggestAddend,
  headline,
  nextAction,
  predictionOf,
  rerunCommand,
  sentence,
  unitVerdict,
  verdictWord,
} from './drill-wording.ts';

/** GitHub refuses comments over 65,536 characters; the rest is room for what a caller adds. */
export const MARKDOWN_LIMIT = 60_000;

const CELLS = 32;

const ICON = {
  met: '✅ met',
  missed: '❌ **missed**',
  inconclusive: '❔ inconclusive',
  excluded: '➖ excluded',
} as const;

/** Makes text harmless in Markdown and in table cells: no markup, no HTML, no mention of a person or team. */
function escapeMarkdown(text: string): string {
  return plain(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\*_[\]|~#]/g, '\\$&')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, ':&#47;&#47;');
}

/** Code span; backticks and pipes inside would end it or the table cell. */
function code(text: string): string {
  return `\`${plain(text).replaceAll('`', "'").replaceAll('|', '¦')}\``;
}

/** Keeps code spans of our own sentences and escapes the rest. */
function prose(text: string): string {
  return text
    .split('`')
    .map((piece, index) => (index % 2 === 1 ? code(piece) : escapeMarkdown(piece)))
    .join('');
}

/**
 * One character per slice of time: `█` accepted, `░` refused, `?` no clear answer, `▒` accepted and refused, `·`
 * nothing asked; `│` marks t0.
 */
function sparkline(marks: readonly Mark[], span: Span, interval: Interval | null): string {
  const width = span.to / CELLS;
  const cells = Array.from({ length: CELLS }, (_, cell) => {
    const seen = new Set(marks.filter((mark) => Math.floor(mark.sent / width) === cell).map((mark) => mark.verdict));
    if (seen.has('accept') && seen.has('reject')) return '▒';
    if (seen.has('accept')) return '█';
    if (seen.has('reject')) return '░';
    return seen.has('unknown') ? '?' : '·';
  });
  return `│${cells.join('')}${interval?.upper === 'unbounded' ? '►' : ' '}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function armTable(arm: ArmResult, result: DrillResult, options: DrillReportOptions): readonly string[] {
  const rows = arm.units.map((unit) => {
    const addend = biggestAddend(unit.addends);
    const { accept, reject, unknown } = unit.probes;
    const owner = predictionOf(options, unit, result.scenario)?.owner ?? null;
    const cause = addend === null ? '–' : `${escapeMarkdown(addendWords(addend, unit))} ${code(addendOrigin(addend))}`;
    return [
      `${code(unit.unit)}${owner === null ? '' : ` (${code(owner)})`}`,
      intervalText(unit.interval),
      boundText(unit.predicted),
      ICON[unitVerdict(unit)],
      unit.interval === null ? escapeMarkdown(unit.calibration) : cause,
      String(unit.flaps),
      shareText(unknown, accept + reject + unknown),
      intervalText(unit.recovery),
    ];
  });
  const head = [
    'verifier',
    'measured',
    'predicted',
    `objective ${boundText(result.policy.objectiveMs)}`,
    'biggest part',
    'flaps',
    'unknown',
    'recovery',
  ];
  return table(head, rows);
}

function armSparklines(arm: ArmResult, result: DrillResult): readonly string[] {
  const lanes = lanesOf(arm, result.probes);
  const span = spanOf(lanes, arm, result.policy.objectiveMs);
  const name = Math.max(...lanes.map((lane) => plain(lane.unit.unit).length));
  const rows = lanes.map((lane) => {
    const line = sparkline(lane.marks, span, lane.unit.interval);
    return `${plain(lane.unit.unit).replaceAll('`', "'").padEnd(name)} ${line} ${intervalText(lane.unit.interval)}`;
  });
  return ['```text', ...rows, '```'];
}

function armSection(arm: ArmResult, result: DrillResult, options: DrillReportOptions): readonly string[] {
  const still = arm.units.flatMap((unit) =>
    unit.stillAccepting === null ? [] : [`- ${code(unit.unit)} ${prose(unit.stillAccepting)}`],
  );
  const title = [
    `### ${sentence(arm.arm)} arm`,
    '',
    `${sentence(ARM_WORDS[arm.arm])}. All together ${intervalText(arm.ttr)}, exposure ${exposureText(arm.exposureUnitSeconds)} verifier-seconds.`,
    '',
  ];
  if (arm.units.length === 0) return [...title, 'No verifier was measured.', ''];
  return [
    ...title,
    ...armTable(arm, result, options),
    '',
    ...still,
    ...(still.length === 0 ? [] : ['']),
    ...armSparklines(arm, result),
    '',
  ];
}

const CELL_ICON: Readonly<Record<AttackCell['outcome'], string>> = {
  refused: '✅',
  accepted: '❌ **accepted**',
  undecided: '❔',
  excluded: '➖',
};

function matrixSection(matrix: NonNullable<DrillResult['matrix']>): readonly string[] {
  const rows = matrix.kinds.map((kind) => [
    code(kind),
    ...rowOf(matrix, kind).map((cell) => (cell === null ? '➖' : CELL_ICON[cell.outcome])),
    attackOf(kind).reference,
  ]);
  const open = matrix.cells.filter(({ why }) => why !== null);
  const reasons = [
    ...new Set(open.map(({ unit, outcome, why }) => `- ${code(unit)} ${OUTCOME_WORDS[outcome]}: ${prose(why ?? '')}`)),
  ];
  return [
    '### Verifiers and attacks',
    '',
    ...table(['attack', ...matrix.units.map(code), 'see'], rows),
    '',
    '✅ refused from the first probe on, ❔ no clear answer, ➖ excluded by calibration.',
    '',
    ...reasons,
    ...(reasons.length === 0 ? [] : ['']),
  ];
}

function findingSection(result: DrillResult): readonly string[] {
  const items = result.findings.map((finding) => {
    const where =
      finding.unit === null ? '' : ` ${code(finding.unit)}${finding.arm === null ? '' : ` (${finding.arm})`}`;
    return `- **${finding.severity}** ${code(finding.rule)}${where}: ${prose(finding.message)}${finding.at === null ? '' : ` at ${code(showLocation(finding.at))}`}`;
  });
  return ['### Findings', '', ...(items.length === 0 ? ['None.'] : items), ''];
}

function methodSection(result: DrillResult): readonly string[] {
  const { control, bystander } = result.controls;
  const item = (text: string): string => `- ${prose(text)}`;
  return [
    '<details><summary>Method and limits</summary>',
    '',
    ...result.method.map(item),
    `- ${result.load.requests} requests, ${result.load.dropped} dropped, at most ${result.load.peakPerSecond} in one second, at most ${result.load.latenessMaxMs.toFixed(1)} ms late.`,
    `- Control: ${control.accepted} accepted, ${control.rejected} refused, ${control.unknown} unknown. Bystander: ${bystander.accepted} accepted, ${bystander.rejected} refused, ${bystander.unknown} unknown.`,
    '',
    'This run cannot tell:',
    '',
    ...(result.limits.length === 0 ? ['- the runner named no limits'] : result.limits.map(item)),
    '',
    '`█` accepted, `░` refused, `▒` both, `?` no clear answer, `·` not asked, `►` still accepted at the end; the line starts at t0.',
    '',
    '</details>',
    '',
  ];
}

function safetySection({ safety }: DrillResult): readonly string[] {
  const summary = safety.clean
    ? 'Everything this run changed was put back and verified.'
    : '**The clean-up is incomplete: run `firebreak drill recover`.**';
  const yes = (value: boolean): string => (value ? 'yes' : '**NO**');
  const rows = safety.effects.map((effect) => [
    code(effect.id),
    escapeMarkdown(effect.says),
    yes(effect.undone),
    yes(effect.verified),
    escapeMarkdown(effect.why),
  ]);
  return [
    '### Safety',
    '',
    summary,
    '',
    ...(rows.length === 0 ? [] : [...table(['id', 'change', 'undone', 'verified', 'evidence'], rows), '']),
  ];
}

function reproduceSection(result: DrillResult, options: DrillReportOptions): readonly string[] {
  const { drill, policy, journal } = result;
  return [
    '### Reproduce',
    '',
    `- command ${code(rerunCommand(result, options))}, run ${code(result.runId)}, ${code(result.tool)}, seed ${result.seed}`,
    `- drill ${code(drill.file)} sha256 ${code(drill.digest)}`,
    `- policy ${code(policy.file)} sha256 ${code(policy.digest)}${policy.commit === null ? '' : ` at commit ${code(policy.commit)}`}`,
    `- journal ${code(journal.path)}, ${journal.lines} lines, sha256 ${code(journal.sha256)}`,
  ];
}

/** The text up to the limit; what matters most comes first, and a cut says that it is one. */
function fitted(sections: readonly (readonly string[])[], limit: number): string {
  let length = 0;
  const kept: string[] = [];
  for (const line of sections.flat()) {
    length += line.length + 1;
    if (length > limit - 200) {
      const fenced = kept.filter((one) => one.startsWith('```')).length % 2 === 1 ? ['```'] : [];
      const folded = kept.some((one) => one.startsWith('<details>')) ? ['', '</details>'] : [];
      const note = '*Cut here: the summary is too long for a comment. The HTML report has everything.*';
      return `${[...kept, ...fenced, ...folded, '', note].join('\n')}\n`;
    }
    kept.push(line);
  }
  return `${kept.join('\n')}\n`;
}

/** Summary for a pull request, an issue or a job, at most 60,000 characters. */
export function drillMarkdown(result: DrillResult, options: DrillReportOptions = {}): string {
  const opening = [
    `<!-- firebreak drill ${plain(result.drill.name).replace(/-{2,}|[<>]/g, '-')} -->`,
    `## ${verdictWord(result)}: drill ${escapeMarkdown(result.drill.name)} in ${escapeMarkdown(result.environment.name)}`,
    '',
    `${prose(headline(result))}.`,
    '',
    `**Next:** ${prose(nextAction(result, options))}.`,
    '',
  ];
  const arms = result.arms.map((arm) => armSection(arm, result, options));
  const none = ['Nothing was measured: the run ended before the leak was simulated.', ''];
  return fitted(
    [
      opening,
      findingSection(result),
      ...(result.matrix === null ? (arms.length === 0 ? [none] : arms) : [matrixSection(result.matrix)]),
      safetySection(result),
      reproduceSection(result, options),
      [''],
      methodSection(result),
    ],
    MARKDOWN_LIMIT,
  );
}
