import type { DimensionChange, GateResult, PolicyChange, PolicyDiff } from '../model/change.ts';
import { counted } from './counted.ts';
import type { FileLinks } from './diff-links.ts';
import { linkedPlace } from './diff-links.ts';
import { witnessSection } from './diff-markdown-witness.ts';
import { meaningOf } from './diff-meaning.ts';
import type { DiffReport } from './diff-wording.ts';
import {
  approvalWords,
  approveCommand,
  diffCommand,
  diffHeadline,
  directionWord,
  escaped,
  gateHeadline,
  gateWords,
  needsAction,
  reasonState,
  objectiveWords,
  predictedTitle,
  predictedWords,
  shortPath,
  sideName,
  subjectWords,
  tokenWords,
  verdictLine,
} from './diff-wording.ts';
import { COMMENT_BYTES, bytesOf, markdownCode, markdownText } from './markdown-text.ts';
import { replayMarkdown } from './replay-markdown.ts';

/** First line of the comment, by which a later run finds it. */
export const DIFF_MARKER: string = '<!-- firebreak:diff -->';

export interface DiffMarkdownOptions {
  readonly version: string;
  /** Where the files of both sides can be looked at; null for reports that are not about a hosted repository. */
  readonly links: FileLinks | null;
  /** In bytes of UTF-8, so that it holds for characters too; at least 4,000. */
  readonly limit?: number;
}

/** How much of a report is shown; what does not fit is counted, never dropped without a word. */
interface Detail {
  /** Rows of the tables about time-to-revocation and waivers. */
  readonly sideRows: number;
  readonly witnesses: number;
  /** False counts the changed values of a row. */
  readonly values: boolean;
  /** Rows of the main table. */
  readonly changes: number;
  /** Longest text of a cell. */
  readonly cell: number;
}

interface Page extends DiffMarkdownOptions, Detail {}

/** Tried in this order: first the side tables shrink, then tokens beyond three, then values become counts, then rows. */
const DETAILS: readonly Detail[] = [
  { sideRows: 200, witnesses: 50, values: true, changes: 1000, cell: 600 },
  { sideRows: 10, witnesses: 50, values: true, changes: 1000, cell: 600 },
  { sideRows: 10, witnesses: 3, values: true, changes: 1000, cell: 300 },
  { sideRows: 10, witnesses: 3, values: false, changes: 1000, cell: 200 },
  { sideRows: 5, witnesses: 0, values: false, changes: 100, cell: 120 },
  { sideRows: 0, witnesses: 0, values: false, changes: 20, cell: 80 },
  { sideRows: 0, witnesses: 0, values: false, changes: 3, cell: 40 },
  { sideRows: 0, witnesses: 0, values: false, changes: 0, cell: 40 },
];

/**
 * A comment on a pull request: verdicts, the gate and what to run are always there. Colour and emoji carry nothing, and
 * nothing from a file, a branch or an issuer can act in it.
 */
export function diffMarkdown(report: DiffReport, options: DiffMarkdownOptions): string {
  const limit = options.limit ?? COMMENT_BYTES;
  let text = '';
  for (const detail of DETAILS) {
    text = render(report, { ...options, ...detail });
    if (bytesOf(text) <= limit) break;
  }
  return text;
}

/** Recorded uses are told as long as there is room; the outcome is always there. */
function replaySection({ replay }: DiffReport, { sideRows }: Page): readonly string[] {
  if (replay === null || replay === undefined) return [];
  const budget = sideRows >= 200 ? 20_000 : sideRows >= 10 ? 6000 : 1500;
  return [replayMarkdown(replay, budget).trimEnd()];
}

/** What the comment becomes when a later push takes everything back. */
export function resolvedMarkdown(report: DiffReport, { version }: Pick<DiffMarkdownOptions, 'version'>): string {
  return [
    DIFF_MARKER,
    '### Token policy: resolved, no change for any token any more',
    '',
    'An earlier push of this pull request changed which tokens are accepted; this one does not.',
    '',
    footer(report.diff, version),
    '',
  ].join('\n');
}

function render(report: DiffReport, page: Page): string {
  const { diff, gate } = report;
  const sections = [
    [`### Token policy: ${markdownText(diffHeadline(report), page.cell)}`],
    problemSection(diff, page),
    changeSection(diff.changes, gate, page),
    gate === null ? [] : gateSection(gate, page),
    witnessSection(diff.changes, page.witnesses),
    rolloutSection(diff.rollout, page),
    predictedSection(diff, page),
    scheduledSection(diff, page),
    replaySection(report, page),
    noteSection(diff, page),
    [footer(diff, page.version)],
  ].filter((lines) => lines.length > 0);
  return `${DIFF_MARKER}\n${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Problems listed of one side. */
const MAX_PROBLEMS = 10;

function problemSection(diff: PolicyDiff, page: Page): readonly string[] {
  const rows = (['base', 'head'] as const).flatMap((name) => {
    const side = diff[name];
    const rest = side.problems.length - MAX_PROBLEMS;
    return [
      ...side.problems
        .slice(0, page.changes === 0 ? 0 : MAX_PROBLEMS)
        .map(
          ({ message, at }) =>
            `- in ${markdownText(sideName(side), page.cell)}: ${at === null ? '' : `${linkedPlace(at, page.links?.[name] ?? null, page.cell)} `}${markdownText(message, page.cell)}`,
        ),
      ...(rest > 0 ? [`- and ${rest} more`] : []),
    ];
  });
  const count = diff.base.problems.length + diff.head.problems.length;
  if (count === 0) return [];
  return [`**${counted(count, 'fault')} in what was read; nothing that hangs on it could be compared:**`, '', ...rows];
}

function changeSection(changes: readonly PolicyChange[], gate: GateResult | null, page: Page): readonly string[] {
  if (changes.length === 0) return [];
  const shown = changes.slice(0, page.changes);
  const rest = changes.length - shown.length;
  const rows = shown.flatMap((change) => changeRows(change, gate, page));
  return [
    ...(shown.length === 0
      ? []
      : ['| Target | Verdict | Value | Before | Now | Gate |', '| --- | --- | --- | --- | --- | --- |', ...rows]),
    ...(rest > 0 ? ['', `${counted(rest, 'more change')} ${rest === 1 ? 'does' : 'do'} not fit here.`] : []),
  ];
}

/** Values of one change that get a row; the others are counted. */
const MAX_VALUES = 40;

function changeRows(change: PolicyChange, gate: GateResult | null, page: Page): readonly string[] {
  const { dimensions, unknownBecause } = change;
  const because = unknownBecause === null ? '' : ` (${markdownText(unknownBecause, page.cell)})`;
  const lead = [markdownText(subjectWords(change), page.cell), `**${verdictLine(change)}**${because}`];
  const asked = markdownText(gateWords(change, gate), page.cell);
  if (dimensions.length === 0) return [row([...lead, '-', '', '', asked])];
  if (!page.values) return [row([...lead, counted(dimensions.length, 'changed value'), '', '', asked])];
  const rest = dimensions.length - MAX_VALUES;
  return [
    ...dimensions
      .slice(0, MAX_VALUES)
      .map((dimension, index) =>
        row([...(index === 0 ? lead : ['', '']), ...valueCells(dimension, change, page), index === 0 ? asked : '']),
      ),
    ...(rest > 0 ? [row(['', '', `and ${rest} more`, '', '', ''])] : []),
  ];
}

function valueCells(dimension: DimensionChange, { token }: PolicyChange, page: Page): readonly string[] {
  const { path, before, after, atBefore, atAfter } = dimension;
  const { links, cell } = page;
  const meaning = meaningOf(dimension);
  const written = escaped(after);
  const letters = written === null ? '' : `<br>not plain letters: ${markdownCode(written, cell)}`;
  return [
    `${markdownCode(shortPath(path, token), cell)} ${directionWord(dimension)}${meaning === null ? '' : `<br>${markdownText(meaning)}`}`,
    `${markdownCode(before, cell)}${atBefore === null ? '' : `<br>${linkedPlace(atBefore, links?.base ?? null, cell)}`}`,
    `${markdownCode(after, cell)}${letters}${atAfter === null ? '' : `<br>${linkedPlace(atAfter, links?.head ?? null, cell)}`}`,
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Reasons of the gate that are told one by one. */
const MAX_REASONS = 20;

function gateSection(gate: GateResult, page: Page): readonly string[] {
  const most = Math.min(MAX_REASONS, Math.max(3, page.changes));
  const rest = gate.reasons.length - most;
  const approve = approveCommand(gate);
  const lines = [
    ...gate.reasons.slice(0, most).map((reason) => {
      const hint = reason.hint === null || !needsAction(reason, gate) ? '' : `; ${reason.hint}`;
      return `- ${markdownText(reasonState(reason, gate), page.cell)}: ${markdownText(`${reason.message}${hint}`, page.cell)}`;
    }),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    ...gate.approvals
      .map(approvalWords)
      .filter((words) => words !== null)
      .slice(0, most)
      .map((words) => `- ${markdownText(words, page.cell)}`),
  ];
  return [
    `**Gate: ${gateHeadline(gate)}**`,
    ...(lines.length === 0 ? [] : ['', ...lines]),
    ...(approve === null ? [] : ['', 'An approver runs:', '', '```sh', approve, '```']),
    '',
    `<sub>rules from ${markdownText(gate.source, page.cell)}</sub>`,
  ];
}

const MAX_STEPS = 20;

function rolloutSection(rollout: readonly string[], page: Page): readonly string[] {
  if (rollout.length === 0) return [];
  const rest = rollout.length - MAX_STEPS;
  return [
    '**Safe rollout, so that nobody is locked out:**',
    '',
    ...rollout.slice(0, MAX_STEPS).map((step, index) => `${index + 1}. ${markdownText(step, page.cell)}`),
    ...(rest > 0 ? ['', `and ${counted(rest, 'more step')}`] : []),
  ];
}

function predictedSection({ predicted }: PolicyDiff, page: Page): readonly string[] {
  if (predicted.length === 0) return [];
  const shown = predicted.slice(0, page.sideRows);
  const rest = predicted.length - shown.length;
  return [
    `<details><summary>Predicted time-to-revocation changes for ${counted(predicted.length, 'verifier and leak', 'verifiers and leaks')}</summary>`,
    '',
    ...(shown.length === 0
      ? []
      : ['| Verifier | Leak | Worst case | Objective | Because of |', '| --- | --- | --- | --- | --- |']),
    ...shown.map((change) =>
      row([
        markdownText(`${change.verifier} @ ${change.environment}`, page.cell),
        predictedTitle(change),
        predictedWords(change),
        objectiveWords(change),
        markdownText(change.because.join(', '), page.cell),
      ]),
    ),
    ...(rest > 0 ? ['', `${counted(rest, 'more row')} ${rest === 1 ? 'does' : 'do'} not fit here.`] : []),
    '',
    '</details>',
  ];
}

function scheduledSection({ scheduled }: PolicyDiff, page: Page): readonly string[] {
  if (scheduled.length === 0) return [];
  const shown = scheduled.slice(0, page.sideRows);
  const rest = scheduled.length - shown.length;
  return [
    '**Changes by itself later, when a waiver ends:**',
    '',
    ...shown.map(({ after, waiver, at, change }) => {
      const place = linkedPlace(at, page.links?.head ?? null, page.cell);
      const values = change.dimensions
        .slice(0, 5)
        .map(
          ({ path, before, after: now }) =>
            `${markdownCode(shortPath(path, change.token), page.cell)} ${markdownCode(before, page.cell)} to ${markdownCode(now, page.cell)}`,
        );
      return `- after ${markdownText(after)}, waiver ${markdownText(waiver, page.cell)} (${place}): ${markdownText(change.name, page.cell)}, ${tokenWords(change.token)}: **${verdictLine(change)}**${values.length === 0 ? '' : `, ${values.join('; ')}`}`;
    }),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
  ];
}

function noteSection({ notes, reformatted }: PolicyDiff, page: Page): readonly string[] {
  return [
    ...notes.slice(0, 10).map((note) => `- ${markdownText(note, page.cell)}`),
    ...(notes.length > 10 ? [`- and ${notes.length - 10} more notes`] : []),
    ...(reformatted.length === 0
      ? []
      : [
          `- same meaning in another form: ${reformatted
            .slice(0, 10)
            .map((file) => markdownText(file, page.cell))
            .join(', ')}${reformatted.length > 10 ? ` and ${reformatted.length - 10} more` : ''}`,
        ]),
  ];
}

function footer(diff: PolicyDiff, version: string): string {
  const { base, head } = diff;
  const names = `${sideName(base)}..${sideName(head)}`;
  const digests = `${base.digest.slice(0, 12)} to ${head.digest.slice(0, 12)}`;
  return `<sub>${markdownText(names, 200)} · firebreak ${version} · policies ${digests} · again with ${markdownCode(diffCommand(diff), 500)}</sub>`;
}
