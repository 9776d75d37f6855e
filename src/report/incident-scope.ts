import type { ScopeGroup, ScopeGrouping, ScopeResult, ScopeUse, Unanswerable } from '../model/incident-scope.ts';
import { SCOPE_GROUPS } from '../model/incident-scope.ts';
import type { Paint } from './color.ts';
import { GROUP_TITLES, SIGNAL_TITLES, leakedLogs, showTime, signalWords, summaryOf } from './incident-scope-wording.ts';
import { showCount } from './replay-wording.ts';
import { visible } from './visible.ts';

/** Lines of each part that fit a screen; the other formats have all of them. */
const MAX_GROUPS = 6;
const MAX_USES = 12;
const MAX_FILES = 3;

/** Columns of a value. */
const WIDTH = 44;

/** The scope of an incident for a terminal. */
export function scopePretty(result: ScopeResult, color: Paint): string {
  const { incident, problems, limits } = result;
  const warnings = [
    ...problems.map(({ message, hint }) => (hint === null ? message : `${message}; ${hint}`)),
    ...leakedLogs(result),
    ...limits,
  ];
  const blocks = [
    [
      color.bold(visible(`Scope of ${incident.name}: ${incident.leaked}`)),
      ...summaryOf(result).map((line) => `  ${line}`),
    ],
    signalLines(result, color),
    ...SCOPE_GROUPS.map((by) => groupLines(by, result.groups, color)),
    useLines(result, color),
    unanswerableLines(result.unanswerable, color),
    warnings.map((words) => color.yellow(`  warning: ${visible(words)}`)),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function signalLines({ signals }: ScopeResult, color: Paint): readonly string[] {
  if (signals.length === 0) return [];
  return [
    color.bold('Signals'),
    ...signals.map((signal) => `  ${color.red(SIGNAL_TITLES[signal.kind])}: ${visible(signalWords(signal))}`),
  ];
}

function groupLines(by: ScopeGrouping, all: readonly ScopeGroup[], color: Paint): readonly string[] {
  const groups = all.filter((group) => group.by === by);
  if (groups.length === 0) return [];
  const head = `${`By ${GROUP_TITLES[by]}`.padEnd(WIDTH)}${'after'.padStart(9)}${'before'.padStart(9)}  last seen`;
  const more = groups.length - MAX_GROUPS;
  return [
    color.bold(head),
    ...groups.slice(0, MAX_GROUPS).map(({ value, after, before, last, isNew }) => {
      const row = `  ${short(value, WIDTH - 3).padEnd(WIDTH - 2)}${showCount(after).padStart(9)}${showCount(before).padStart(9)}  ${showTime(last)}`;
      return isNew ? color.red(`${row}  new`) : row;
    }),
    ...(more > 0 ? [color.dim(`  and ${showCount(more)} more`)] : []),
  ];
}

function useLines({ uses, usesLeftOut }: ScopeResult, color: Paint): readonly string[] {
  if (uses.length === 0) return [];
  // What happened before the leak is mostly the owner.
  const after = uses.filter(({ when }) => when !== 'before');
  const shown = (after.length > 0 ? after : uses).slice(0, MAX_USES);
  const more = uses.length + usesLeftOut - shown.length;
  return [
    color.bold(after.length > 0 ? 'First uses after the leak' : 'Uses'),
    ...shown.map((use) => `  ${useWords(use)}`),
    ...(more > 0
      ? [color.dim(`  and ${showCount(more)} more ${more === 1 ? 'line' : 'lines'}: -f csv lists them`)]
      : []),
  ];
}

/** A use as one line: `2026-11-30T08:14:40Z  accept  198.51.100.9  GET orders/v1  by kid  a.log:3`. */
export function useWords(use: ScopeUse): string {
  const words = [
    showTime(use.time).padEnd(20),
    (use.decision ?? '?').padEnd(6),
    (use.ip ?? 'no address').padEnd(15),
    `${use.method ?? ''} ${use.target ?? ''}${use.route ?? ''}`.trim(),
    use.userAgent === null ? '' : `"${use.userAgent}"`,
    use.count > 1 ? `x${showCount(use.count)}` : '',
    `by ${use.link}${use.isDerived ? ', derived' : ''}`,
    `${use.file}:${use.line}`,
  ];
  return short(words.filter((word) => word !== '').join('  '), 200);
}

function unanswerableLines(open: readonly Unanswerable[], color: Paint): readonly string[] {
  if (open.length === 0) return [];
  return [
    color.bold('The logs cannot say'),
    ...open.flatMap(({ question, why, wouldAnswer, files }) => {
      const more = files.length - MAX_FILES;
      const where =
        files.length === 0 ? '' : ` (${files.slice(0, MAX_FILES).join(', ')}${more > 0 ? `, and ${more} more` : ''})`;
      return [
        `  ${color.yellow(visible(question))}: ${visible(`${why}${where}`)}`,
        ...(wouldAnswer === null ? [] : [`    would answer it: ${visible(wouldAnswer)}`]),
      ];
    }),
  ];
}

function short(text: string, most: number): string {
  const seen = visible(text);
  return seen.length > most ? `${seen.slice(0, most - 1)}…` : seen;
}
