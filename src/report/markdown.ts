import type { Finding, LintResult } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import { counted } from './counted.ts';
import { visible } from './visible.ts';
import { countByRule, showSeverities, worstFirst } from './worst-first.ts';

/** GitHub refuses comments over 65,536 characters; some room is left for what surrounds this one. */
const COMMENT_BYTES = 60_000;

/** GitHub drops step summaries over 1 MiB; several steps may write to one. */
export const SUMMARY_BYTES: number = 900 * 1024;

/** Rules named when findings do not fit. */
const MAX_RULES = 25;

/** Longest text of a cell; a message quotes names from files, which can be of any length. */
const MAX_CELL = 2000;

/**
 * A table for a pull request or a job summary, the worst first, never over the limit: what does not fit is counted by
 * severity and rule.
 *
 * @param limit in bytes of UTF-8, so that it holds for characters too; at least 2000
 */
export function lintMarkdown(result: LintResult, limit: number = COMMENT_BYTES): string {
  const { findings, errors } = result;
  const head = headOf(result);
  if (findings.length + errors.length === 0) return head;
  const ordered = worstFirst(findings);
  const rows = [
    ...errors.map(({ at, code, message }) => `| error | ${cell(code)} | ${place(at)} | ${cell(message)} |`),
    ...ordered.map(
      ({ severity, rule, at, message }) => `| ${severity} | ${cell(rule)} | ${place(at)} | ${cell(message)} |`,
    ),
  ];
  const table = `${head}\n| Severity | Rule | Where | What |\n|---|---|---|---|\n`;
  const whole = table + rows.map((row) => `${row}\n`).join('');
  if (bytesOf(whole) <= limit) return whole;
  // Room for the counts is kept from the start: the fewer rows fit, the more rules are counted.
  const room = limit - bytesOf(countsOf(ordered, rows.length));
  let used = bytesOf(table);
  let count = 0;
  for (const row of rows) {
    used += bytesOf(row) + 1;
    if (used > room) break;
    count += 1;
  }
  const left = ordered.slice(Math.max(0, count - errors.length));
  return `${table}${rows
    .slice(0, count)
    .map((row) => `${row}\n`)
    .join('')}${countsOf(left, rows.length - count)}`;
}

function headOf({ findings, suppressed, errors, summary, since }: LintResult): string {
  const { error, warning, info } = summary.bySeverity;
  const unreadable = errors.length === 0 ? '' : `, ${counted(errors.length, 'fault')} in what was read`;
  const checked = [
    counted(summary.policies, 'policy', 'policies'),
    counted(summary.inventories, 'inventory', 'inventories'),
    counted(summary.drills, 'drill'),
    counted(summary.jwks, 'key set'),
    counted(summary.tokens, 'token'),
    counted(summary.configs, 'configuration file'),
  ];
  const compared =
    since === undefined
      ? ''
      : ` Only what is new since ${cell(since.ref)} is listed: ${since.known} known, ${since.fixed} fixed.`;
  const verdict = findings.length + errors.length === 0 && since !== undefined ? 'nothing new' : null;
  return [
    `### firebreak lint: ${verdict ?? `${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(info, 'note')}${unreadable}`}`,
    '',
    `Checked ${checked.join(', ')} with ${counted(summary.rules, 'rule')}; ${counted(suppressed.length, 'finding')} silenced.${compared}`,
    '',
  ].join('\n');
}

/** What was cut off, in a table of its own. */
function countsOf(left: readonly Finding[], rows: number): string {
  const counts = countByRule(left);
  const more = counts.length > MAX_RULES ? `| and ${counts.length - MAX_RULES} more rules | |\n` : '';
  const byRule = counts
    .slice(0, MAX_RULES)
    .map(([rule, count]) => `| ${cell(rule)} | ${count} |\n`)
    .join('');
  const severities = left.length === 0 ? '' : ` (${showSeverities(left)})`;
  const table = byRule === '' ? '' : `\n| Rule | Not listed |\n|---|---|\n${byRule}${more}`;
  return `\n${counted(rows, 'more row')} ${rows === 1 ? 'does' : 'do'} not fit${severities}; run \`firebreak lint\`.\n${table}`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Text in a table cell that is only text: no link, mention, image, HTML or second cell comes out of a linted file. */
function cell(text: string): string {
  return (
    clipped(visible(text))
      .replaceAll(/[\\|*_~[\]#!]/g, '\\$&')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('`', "'")
      .replaceAll('@', '@\u200b')
      .replaceAll(/#(?=\d)/g, '#\u200b')
      // GitHub makes links of bare addresses.
      .replaceAll(/(https?|ftp):\/\//gi, '$1:\u200b//')
      .replaceAll(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`)
  );
}

/** A place as code, where no escapes work but a bar still ends the cell. */
function place(at: Location | null): string {
  return at === null
    ? '-'
    : `\`${clipped(visible(showLocation(at)))
        .replaceAll('`', "'")
        .replaceAll('|', '\\|')}\``;
}

function clipped(text: string): string {
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL).replace(/\p{Surrogate}$/u, '')}…` : text;
}
