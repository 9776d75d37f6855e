import type { FileTexts } from '../model/document.ts';
import type { DimensionChange, GateResult, PolicyChange, ScheduledChange, Verdict } from '../model/change.ts';
import { showLocation } from '../model/location.ts';
import type { Paint } from './color.ts';
import { counted } from './counted.ts';
import { inAscii } from './diff-ascii.ts';
import { clippedText, lined, widthOf } from './diff-layout.ts';
import { witnessLines } from './diff-pretty-witness.ts';
import { meaningOf } from './diff-meaning.ts';
import { predictedLines } from './diff-predicted.ts';
import type { DiffReport } from './diff-wording.ts';
import {
  VERDICT_MEANING,
  VERDICT_WORDS,
  approvalWords,
  approveCommand,
  assuranceWords,
  breakMeaning,
  breakWords,
  decidingReason,
  directionWord,
  escaped,
  gateHeadline,
  gateWords,
  isEmptyDiff,
  needsAction,
  reasonState,
  shortPath,
  sideName,
  sideWords,
  subjectWords,
} from './diff-wording.ts';
import { codeFrame } from './frame.ts';
import { renderProblem } from './problem.ts';
import { visible } from './visible.ts';

export interface DiffPrettyOptions {
  readonly color: Paint;
  /** Columns to lay out for; below 80 the source lines are left out. */
  readonly width: number;
  /** Writes every other character as an escape. */
  readonly ascii?: boolean;
  /** Content of the files of the head side, for code frames. */
  readonly texts?: FileTexts;
  /** Most counterexample tokens shown for one change. */
  readonly witnesses?: number;
}

/** Columns that a code frame takes. */
const FRAME_WIDTH = 80;

/** Code frames for one change; the places of the others are named. */
const MAX_FRAMES = 4;

/** Longest value, in characters; `--json` has all of it. */
const MAX_VALUE = 600;

interface Page extends DiffPrettyOptions {
  readonly gate: GateResult | null;
  /** Places whose lines, and kinds of tokens that, were shown already. */
  readonly shown: Set<string>;
}

/** What a reviewer reads at a terminal: every change with its proof, what breaks, and what the gate asks for. */
export function diffPretty(report: DiffReport, options: DiffPrettyOptions): string {
  const { diff, gate } = report;
  const page: Page = { ...options, gate, shown: new Set() };
  const blocks = [
    headLines(report, page),
    ...problemBlocks(report, page),
    ...diff.changes.map((change) => changeLines(change, page)),
    proofLines(report, page),
    ...diff.scheduled.map((scheduled) => scheduledLines(scheduled, page)),
    predictedLines(diff.predicted, page),
    rolloutLines(diff.rollout, page),
    [
      ...diff.notes.flatMap((note) => lined(`note: ${note}`, page.width, '', '      ')),
      ...reformattedLines(diff.reformatted, page),
    ],
    gate === null ? [] : gateLines(gate, page),
  ];
  const text = `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
  return options.ascii === true ? inAscii(text) : text;
}

/** A witness is only made when a real verifier gave both answers, so the report may say so. */
function proofLines({ diff }: DiffReport, { width, color, witnesses }: Page): readonly string[] {
  if (witnesses === 0 || diff.changes.every((change) => change.witnesses.length === 0)) return [];
  const text =
    'Every token above was made and shown to a real verifier under both policies. Its key is thrown away and its signature left out.';
  return lined(text, width, '', '').map(color.dim);
}

function headLines({ diff }: DiffReport, { color, width }: Page): readonly string[] {
  const targets = new Set(
    diff.changes.flatMap((change) =>
      change.targets.map(({ environment, service, route, labels }) =>
        JSON.stringify([environment, service, route, labels]),
      ),
    ),
  );
  const counts =
    diff.changes.length === 0
      ? isEmptyDiff(diff)
        ? 'no change for any token'
        : 'nothing changes at once'
      : `${counted(diff.changes.length, 'change')} for ${counted(targets.size, 'target')}`;
  const title = `Policy diff ${visible(sideWords(diff.base))} -> ${visible(sideWords(diff.head))}`;
  const space = width - widthOf(title) - counts.length;
  return space >= 2
    ? [`${color.bold(title)}${' '.repeat(space)}${counts}`]
    : [...lined(title, width, '', '  ').map(color.bold), counts];
}

/** What could not be read, first: no verdict below is complete while it is there. */
function problemBlocks({ diff: { base, head } }: DiffReport, { color, texts }: Page): readonly (readonly string[])[] {
  return [base, head].flatMap((side) =>
    side.problems.map((problem) => [
      color.bold(`not readable in ${visible(sideName(side))}`),
      renderProblem(problem, { color, ...(side === head && texts !== undefined ? { texts } : {}) }).trimEnd(),
    ]),
  );
}

function verdictPaint(verdict: Verdict, { color }: Page): (text: string) => string {
  if (verdict === 'less_permissive') return color.yellow;
  return verdict === 'equivalent' ? color.cyan : color.red;
}

function changeLines(change: PolicyChange, page: Page): readonly string[] {
  const { color, width, gate } = page;
  const reason = decidingReason(change, gate);
  const verdict = VERDICT_WORDS[change.verdict].toUpperCase();
  const subject = visible(subjectWords(change));
  const asked = reason === null ? '' : `gate: ${visible(gateWords(change, gate))}`;
  const used = widthOf(verdict) + 2 + widthOf(subject);
  const space = width - used - widthOf(asked);
  const paint = verdictPaint(change.verdict, page);
  const head =
    used > width
      ? [color.bold(paint(verdict)), ...lined(subject, width, '  ', '  ').map(color.bold)]
      : [
          `${color.bold(paint(verdict))}  ${color.bold(subject)}${asked !== '' && space >= 2 ? ' '.repeat(space) + asked : ''}`,
        ];
  const ownLine = asked !== '' && (used > width || space < 2) ? lined(asked, width, '  ', '    ') : [];
  return [
    ...head,
    ...ownLine,
    ...lined(VERDICT_MEANING[change.verdict], width, '  ', '  '),
    ...(change.unknownBecause === null ? [] : lined(`because: ${change.unknownBecause}`, width, '  ', '    ')),
    ...breakLines(change, page),
    ...coverLines(change, page),
    ...dimensionBlocks(change, page),
    ...witnessLines(change, page),
  ];
}

function breakLines(change: PolicyChange, { color, width }: Page): readonly string[] {
  const words = breakWords(change);
  const meaning = breakMeaning(change);
  const assurance = assuranceWords(change);
  return [
    ...(words === null ? [] : lined(`${words}: ${meaning ?? ''}`, width, '  ', '    ').map(color.yellow)),
    ...(assurance === null ? [] : lined(`the operator ${assurance}`, width, '  ', '    ')),
  ];
}

/** Names listed of the targets and policies of a change. */
const MAX_LISTED = 12;

/** Which targets and policies it is about, where the name of the change does not say it. */
function coverLines(
  { name, targets, policiesBefore, policiesAfter }: PolicyChange,
  { color, width }: Page,
): readonly string[] {
  const names = targets.map(({ service, environment, route }) => {
    const subject = service === '*' ? 'any other service' : service;
    const where = environment === '*' ? subject : `${subject} @ ${environment}`;
    return route === '*' ? where : `${where} ${route}`;
  });
  const same = policiesBefore.join('\n') === policiesAfter.join('\n');
  const policies = same
    ? `policies: ${listed(policiesAfter)}`
    : `policies: ${listed(policiesBefore)} -> ${listed(policiesAfter)}`;
  return [
    ...(names.length === 1 && names[0] === name ? [] : lined(`targets: ${listed(names)}`, width, '  ', '    ')),
    ...lined(policies, width, '  ', '    '),
  ].map(color.dim);
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const rest = names.length - MAX_LISTED;
  return `${names.slice(0, MAX_LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function dimensionBlocks(change: PolicyChange, page: Page): readonly string[] {
  let frames = 0;
  return change.dimensions.flatMap((dimension) => {
    const frame = frames < MAX_FRAMES ? frameOf(dimension, page) : [];
    if (frame.length > 0) frames += 1;
    return [...dimensionLines(dimension, change, page), ...frame];
  });
}

function dimensionLines(dimension: DimensionChange, { token }: PolicyChange, page: Page): readonly string[] {
  const { color, width } = page;
  const { direction, path, before, after, fingerprint } = dimension;
  const word = directionWord(dimension);
  const mark = { loosened: '+', tightened: '-', changed: '~' }[direction];
  const paint = { loosened: color.red, tightened: color.green, changed: color.yellow }[direction];
  const name = `${mark} ${word.padEnd(8)} ${visible(shortPath(path, token))}`;
  const values = `${clippedText(before, MAX_VALUE)}  ->  ${clippedText(after, MAX_VALUE)}`;
  const oneLine = `${name}  ${values}`;
  const meaning = meaningOf(dimension);
  const place = placeText(dimension);
  return [
    ...(2 + widthOf(oneLine) <= width
      ? [`  ${paint(name)}  ${values}`]
      : [
          ...lined(name, width, '  ', '      ').map(paint),
          ...lined(`before: ${clippedText(before, MAX_VALUE)}`, width, '      ', '        '),
          ...lined(`now:    ${clippedText(after, MAX_VALUE)}`, width, '      ', '        '),
        ]),
    ...letterLines(dimension, page),
    ...(meaning === null ? [] : lined(meaning, width, '      ', '      ')),
    ...lined(`${place === null ? '' : `${place}  `}fingerprint ${fingerprint}`, width, '      ', '      ').map(
      color.dim,
    ),
  ];
}

/** Letters of other alphabets can look like those of ours; an audience that reads the same may be another one. */
function letterLines({ before, after }: DimensionChange, { width, ascii, color }: Page): readonly string[] {
  const written = escaped(after) ?? (escaped(before) === null ? null : after);
  if (written === null || ascii === true) return [];
  return lined(`not plain letters; now: ${clippedText(written, MAX_VALUE)}`, width, '      ', '        ').map(
    color.yellow,
  );
}

function placeText({ atBefore, atAfter }: DimensionChange): string | null {
  if (atAfter !== null) return showLocation(atAfter);
  return atBefore === null ? null : `${showLocation(atBefore)} (before)`;
}

/** The source lines of a place that the head side still has; each only once in a report. */
function frameOf({ atAfter }: DimensionChange, { texts, color, width, shown }: Page): readonly string[] {
  if (atAfter === null || width < FRAME_WIDTH || texts?.get(atAfter.file) === undefined) return [];
  const key = showLocation(atAfter);
  if (shown.has(key)) return [];
  shown.add(key);
  return codeFrame(texts, atAfter, color).split('\n').slice(1);
}

function scheduledLines({ after, waiver, at, change }: ScheduledChange, page: Page): readonly string[] {
  const title = `AFTER ${after}  waiver ${visible(waiver)} ends, by itself and without a commit`;
  return [
    ...lined(title, page.width, '', '  ').map(page.color.bold),
    `  ${page.color.dim(visible(showLocation(at)))}`,
    ...changeLines(change, { ...page, width: page.width - 2 }).map((line) => `  ${line}`),
  ];
}

function rolloutLines(rollout: readonly string[], { color, width }: Page): readonly string[] {
  if (rollout.length === 0) return [];
  return [
    color.bold('Safe rollout, so that nobody is locked out'),
    ...rollout.flatMap((step, index) => lined(`${index + 1}. ${step}`, width, '  ', '     ')),
  ];
}

function reformattedLines(files: readonly string[], { width }: Page): readonly string[] {
  if (files.length === 0) return [];
  return lined(`same meaning in another form: ${listed(files)}`, width, '', '  ');
}

/** A command that can be copied though it takes several lines. */
function commandLines(command: string, width: number): readonly string[] {
  const lines = lined(command, width - 2, '    ', '      ');
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

function gateLines(gate: GateResult, { color, width }: Page): readonly string[] {
  const good = gate.outcome === 'pass' || gate.outcome === 'warn';
  const approve = approveCommand(gate);
  return [
    color.bold((good ? color.green : color.red)(`Gate: ${gateHeadline(gate)}`)),
    ...gate.reasons.flatMap((reason) => [
      ...lined(`${reasonState(reason, gate)}: ${reason.message} (${reason.cause})`, width, '  ', '    '),
      ...(reason.hint === null || !needsAction(reason, gate)
        ? []
        : lined(`hint: ${reason.hint}`, width, '    ', '          ')),
    ]),
    ...gate.approvals.flatMap((approval) => {
      const words = approvalWords(approval);
      return words === null ? [] : lined(`${words} (${showLocation(approval.at)})`, width, '  ', '    ');
    }),
    ...(approve === null ? [] : [`  ${color.dim('an approver runs:')}`, ...commandLines(approve, width)]),
    ...lined(`rules from ${gate.source}`, width, '  ', '    ').map(color.dim),
  ];
}
