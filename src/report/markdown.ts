import type { LintResult } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import { counted } from './counted.ts';
import { visible } from './visible.ts';

/** GitHub refuses comments over 65,536 characters; some room is left for what surrounds this one. */
const LIMIT = 60_000;

/** A table for a pull request or a job summary, never over the limit: what does not fit is counted. */
export function lintMarkdown({ findings, suppressed, errors, summary }: LintResult): string {
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
  const head = [
    `### firebreak lint: ${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(info, 'note')}${unreadable}`,
    '',
    `Checked ${checked.join(', ')} with ${counted(summary.rules, 'rule')}; ${counted(suppressed.length, 'finding')} silenced.`,
    '',
  ].join('\n');
  const rows = [
    ...errors.map(({ at, code, message }) => `| error | ${cell(code)} | ${place(at)} | ${cell(message)} |`),
    ...findings.map(
      ({ severity, rule, at, message }) => `| ${severity} | ${cell(rule)} | ${place(at)} | ${cell(message)} |`,
    ),
  ];
  if (rows.length === 0) return head;
  let text = `${head}\n| Severity | Rule | Where | What |\n|---|---|---|---|\n`;
  for (const [index, row] of rows.entries()) {
    if (text.length + row.length > LIMIT)
      return `${text}\n${rows.length - index} more rows do not fit; run \`firebreak lint\`.\n`;
    text += `${row}\n`;
  }
  return text;
}

/** Text in a table cell that is only text: no link, mention, image, HTML or second cell comes out of a linted file. */
function cell(text: string): string {
  return visible(text)
    .replaceAll(/[\\|*_~[\]#!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('`', "'")
    .replaceAll('@', '@\u200b');
}

/** A place as code, where no escapes work but a bar still ends the cell. */
function place(at: Location | null): string {
  return at === null ? '-' : `\`${visible(showLocation(at)).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
