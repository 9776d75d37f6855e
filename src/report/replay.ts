import type { ReplayCause, ReplayGroup, ReplayGrouping, ReplayResult } from '../model/replay.ts';
import type { Paint } from './color.ts';
import {
  MISMATCH_HINT,
  OUTCOME_ORDER,
  OUTCOME_WORDS,
  decidableWords,
  gateWords,
  lastDayWords,
  leakWords,
  mismatchWords,
  readingWords,
  showCount,
  showInstant,
  showPercent,
  windowWords,
} from './replay-wording.ts';
import { visible } from './visible.ts';

export { replayJson } from './replay-json.ts';
export { replayMarkdown } from './replay-markdown.ts';

/** The replay for a terminal. */
export function replayPretty(result: ReplayResult, color: Paint): string {
  const warnings = [
    ...result.problems.map(({ message, hint }) => (hint === null ? message : `${message}; ${hint}`)),
    ...result.logs.flatMap((reading) => leakWords(reading) ?? []),
  ];
  const blocks = [
    [color.bold(`Replay of ${windowWords(result)}`), ...outcomeLines(result, color), `  ${decidableWords(result)}`],
    [lastDayWords(result)].flatMap((words) => (words === null ? [] : [`  ${words}`])),
    causeLines('Revoked because of', result.revokedBy, color),
    causeLines('Gained because the old policy refused', result.gainedBy, color),
    groupLines('By client', result.clients, color),
    groupLines('By route', result.routes, color),
    causeLines('To decide the rest, the log would have to say', result.undecided, color),
    mismatchLines(result, color),
    [color.bold('Logs'), ...result.logs.map((reading) => `  ${visible(readingWords(reading))}`)],
    warnings.map((words) => color.yellow(`  warning: ${visible(words)}`)),
    [gateLine(result, color)].flatMap((line) => (line === null ? [] : [line])),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function outcomeLines({ outcomes, uses }: ReplayResult, color: Paint): readonly string[] {
  return OUTCOME_ORDER.map((outcome) => {
    const count = outcomes[outcome];
    const words = `  ${OUTCOME_WORDS[outcome].padEnd(15)}${showCount(count).padStart(15)}  ${showPercent(count, uses).padStart(7)}`;
    if (count === 0) return color.dim(words);
    if (outcome === 'REVOKED' || outcome === 'GAINED') return color.red(words);
    return outcome === 'NO_CHANGE' ? color.green(words) : color.yellow(words);
  });
}

/** Causes that are told; a policy has some twenty dimensions. */
const MAX_CAUSES = 12;

function causeLines(title: string, causes: readonly ReplayCause[], color: Paint): readonly string[] {
  if (causes.length === 0) return [];
  const more = causes.length - MAX_CAUSES;
  return [
    color.bold(title),
    ...causes
      .slice(0, MAX_CAUSES)
      .map(({ cause, uses }) => `  ${visible(cause).padEnd(30)}${showCount(uses).padStart(15)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const COLUMNS = ['revoked', 'maybe', 'gained', 'uses'] as const;

function groupLines(title: string, { top, others, isAtLeast }: ReplayGrouping, color: Paint): readonly string[] {
  if (top.length === 0 || (top.length === 1 && top[0]?.name === null)) return [];
  const names = top.map(({ name }) => visible(name ?? '(not known)'));
  const width = Math.min(48, Math.max(title.length + 2, ...names.map((name) => name.length + 2)));
  const head = `${title.padEnd(width)}${COLUMNS.map((column) => column.padStart(12)).join('')}  last seen`;
  const row = (name: string, cells: readonly number[], last: string): string =>
    `  ${(name.length > width - 2 ? `${name.slice(0, width - 3)}…` : name).padEnd(width - 2)}${cells.map((cell) => showCount(cell).padStart(12)).join('')}  ${last}`.trimEnd();
  const rest = `${showCount(others.groups)} ${others.groups === 1 ? 'other' : 'others'}`;
  return [
    color.bold(head),
    ...top.map((group, at) => row(names[at] ?? '', cellsOf(group), group.last === null ? '' : showInstant(group.last))),
    ...(others.groups === 0 ? [] : [color.dim(row(rest, cellsOf(others), ''))]),
    ...(isAtLeast ? [color.dim('  numbers are at least these: there were too many names to count each')] : []),
  ];
}

function cellsOf({ outcomes, uses }: Pick<ReplayGroup, 'outcomes' | 'uses'>): readonly number[] {
  const maybe = outcomes.MAYBE_REVOKED + outcomes.MAYBE_GAINED + outcomes.UNKNOWN_CHANGE;
  return [outcomes.REVOKED, maybe, outcomes.GAINED, uses];
}

function mismatchLines({ mismatches }: ReplayResult, color: Paint): readonly string[] {
  if (mismatches.length === 0) return [];
  return [
    color.bold('Verifiers disagree with the old policy'),
    ...mismatches.map((mismatch) => `  ${visible(mismatchWords(mismatch))}`),
    color.dim(`  ${MISMATCH_HINT}`),
  ];
}

function gateLine(result: ReplayResult, color: Paint): string | null {
  const words = gateWords(result);
  if (words === null) return null;
  const painted = { pass: color.green, fail: color.red, inconclusive: color.yellow }[result.gate?.outcome ?? 'pass'];
  return painted(visible(words));
}
