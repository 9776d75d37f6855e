import type { Finding, RuleId } from '../model/finding.ts';
import type { Location } from '../model/location.ts';

/** A comment that silences one rule at one place. */
export interface Directive {
  readonly rule: string;
  /** Last day on which it counts, as the end of that day in UTC, milliseconds since the epoch. */
  readonly until: number;
  readonly untilText: string;
  readonly reason: string;
  readonly at: Location;
  /** Lines it covers: its own and the block that starts below it. */
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface Malformed {
  readonly at: Location;
  readonly message: string;
}

const MARK = 'firebreak-ignore';
const FORM = `# ${MARK} <rule> until=YYYY-MM-DD owner=@team -- reason`;

/**
 * Directives of a YAML file. Only real comments count: a line that starts with #, or what follows " #" outside quotes at
 * the end of a line. A malformed one silences nothing.
 */
export function readDirectives(
  file: string,
  text: string,
): { readonly directives: readonly Directive[]; readonly malformed: readonly Malformed[] } {
  const directives: Directive[] = [];
  const malformed: Malformed[] = [];
  if (!text.includes(MARK)) return { directives, malformed };
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  for (const [index, line] of lines.entries()) {
    const column = commentColumn(line);
    const comment = column < 0 ? '' : line.slice(column + 1).trim();
    if (!comment.startsWith(MARK)) continue;
    const at: Location = { file, line: index + 1, column: column + 1, endLine: index + 1, endColumn: line.length + 1 };
    const parsed = parseDirective(comment);
    if (typeof parsed === 'string') malformed.push({ at, message: parsed });
    else directives.push({ ...parsed, at, ...coverage(lines, index, column) });
  }
  return { directives, malformed };
}

/** Column (0-based) of the # that starts a comment; -1 when there is none. */
function commentColumn(line: string): number {
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const char = line[index] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '#' && (index === 0 || /\s/.test(line[index - 1] ?? ''))) return index;
  }
  return -1;
}

function parseDirective(comment: string): { rule: string; until: number; untilText: string; reason: string } | string {
  const [head = '', ...rest] = comment.split(/\s--\s/);
  const reason = rest.join(' -- ').trim();
  const [, rule = '', ...options] = head.trim().split(/\s+/);
  const until = options.find((option) => option.startsWith('until='))?.slice('until='.length);
  if (!/^[a-z]+\/[a-z0-9-]+$/.test(rule)) return `the directive names no rule; write ${FORM}`;
  if (until === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(until))
    return `the directive has no until=YYYY-MM-DD; write ${FORM}`;
  const end = Date.parse(`${until}T23:59:59.999Z`);
  if (Number.isNaN(end)) return `"${until}" is not a day`;
  if (reason === '') return `the directive gives no reason after " -- "; write ${FORM}`;
  const unknown = options.find((option) => !/^(until|owner)=/.test(option));
  return unknown === undefined
    ? { rule, until: end, untilText: until, reason }
    : `the directive has an unknown part "${unknown}"; write ${FORM}`;
}

/** A directive at the end of a line covers that line; one on a line of its own covers the block below it. */
function coverage(lines: readonly string[], index: number, column: number): { firstLine: number; lastLine: number } {
  if ((lines[index] ?? '').slice(0, column).trim() !== '') return { firstLine: index + 1, lastLine: index + 1 };
  let first = index + 1;
  while (first < lines.length && /^\s*(#.*)?$/.test(lines[first] ?? '')) first += 1;
  const indent = indentOf(lines[first] ?? '');
  let last = first;
  // Deeper lines belong to the item or mapping that starts here.
  while (
    last + 1 < lines.length &&
    (/^\s*(#.*)?$/.test(lines[last + 1] ?? '') || indentOf(lines[last + 1] ?? '') > indent)
  )
    last += 1;
  return { firstLine: index + 1, lastLine: last + 1 };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** The directive that silences a finding; null when none does. */
export function directiveFor(
  finding: Pick<Finding, 'rule' | 'at'>,
  directives: readonly Directive[],
  now: number,
): Directive | null {
  return (
    directives.find(
      ({ rule, until, at, firstLine, lastLine }) =>
        rule === finding.rule &&
        until >= now &&
        at.file === finding.at.file &&
        finding.at.line >= firstLine &&
        finding.at.line <= lastLine,
    ) ?? null
  );
}

/** Rules that speak about directives; they have no check of their own. */
export const DIRECTIVE_RULES: Readonly<Record<'invalid' | 'expired' | 'unused', RuleId>> = {
  invalid: 'lint/directive-invalid',
  expired: 'lint/directive-expired',
  unused: 'lint/directive-unused',
};
