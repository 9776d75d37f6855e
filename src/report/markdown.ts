import type { Finding, LintResult } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import { counted } from './counted.ts';
import { COMMENT_BYTES, bytesOf, clippedMarkdown, markdownText } from './markdown-text.ts';
import { visible } from './visible.ts';
import { countByRule, showSeverities, worstFirst } from './worst-first.ts';

/** GitHub drops step summaries over 1 MiB; several steps may write to one. */
export const SUMMARY_BYTES: number = 900 * 1024;

/** Rules named when findings do not fit. */
const MAX_RULES = 25;

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
    ...errors.map(
      ({ at, code, message }) => `| error | ${markdownText(code)} | ${place(at)} | ${markdownText(message)} |`,
    ),
    ...ordered.map(
      ({ severity, rule, at, message }) =>
        `| ${severity} | ${markdownText(rule)} | ${place(at)} | ${markdownText(message)} |`,
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
      : ` Only what is new since ${markdownText(since.ref)} is listed: ${since.known} known, ${since.fixed} fixed.`;
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
    .map(([rule, count]) => `| ${markdownText(rule)} | ${count} |\n`)
    .join('');
  const severities = left.length === 0 ? '' : ` (${showSeverities(left)})`;
  const table = byRule === '' ? '' : `\n| Rule | Not listed |\n|---|---|\n${byRule}${more}`;
  return `\n${counted(rows, 'more row')} ${rows === 1 ? 'does' : 'do'} not fit${severities}; run \`firebreak lint\`.\n${table}`;
}

/** A place as code, where no escapes work but a bar still ends the cell. */
function place(at: Location | null): string {
  return at === null
    ? '-'
    : `\`${clippedMarkdown(visible(showLocation(at)))
        .replaceAll('`', "'")
        .replaceAll('|', '\\|')}\``;
}
