import type { Finding, LintResult, Severity } from '../model/finding.ts';
import type { Paint } from './color.ts';
import { codeFrame } from './frame.ts';
import { renderProblem } from './problem.ts';
import { visible } from './visible.ts';

export interface PrettyOptions {
  readonly color: Paint;
  readonly texts: ReadonlyMap<string, string>;
  /** Leaves out the summary when there is nothing to say. */
  readonly quiet: boolean;
}

/** Findings with their source lines, then what was checked. Silence about debt would hide it: what is silenced is counted. */
export function lintPretty(result: LintResult, { color, texts, quiet }: PrettyOptions): string {
  const blocks = [
    // A problem's code is of the closed union; a result that came from JSON may hold any text.
    ...result.errors.map((error) => renderProblem(error as Parameters<typeof renderProblem>[0], { color, texts })),
    ...result.findings.map((finding) => findingText(finding, color, texts)),
  ];
  const summary = quiet && blocks.length === 0 ? [] : [summaryText(result, color)];
  return [...blocks, ...summary].join('\n');
}

function findingText(
  { severity, rule, message, at, related, confidence }: Finding,
  color: Paint,
  texts: ReadonlyMap<string, string>,
): string {
  return [
    `${color.bold(paintOf(severity, color)(`${severity}[${rule}]`))}${color.bold(`: ${visible(message)}`)}`,
    codeFrame(texts, at, color, related),
    `  ${color.cyan('=')} ${color.dim(`${confidence === 'certain' ? '' : `${confidence}; `}more: firebreak explain ${rule}`)}`,
    '',
  ].join('\n');
}

function paintOf(severity: Severity, color: Paint): (text: string) => string {
  if (severity === 'error') return color.red;
  return severity === 'warning' ? color.yellow : color.cyan;
}

function summaryText({ summary, suppressed, errors }: LintResult, color: Paint): string {
  const { policies, inventories, drills, jwks, tokens, rules, bySeverity } = summary;
  const things = [
    counted(policies, 'policy', 'policies'),
    counted(inventories, 'inventory', 'inventories'),
    counted(drills, 'drill'),
    counted(jwks, 'key set'),
    counted(tokens, 'token'),
  ].filter((text) => text !== null);
  const found = [
    errors.length > 0 ? color.red(`${errors.length} unreadable`) : null,
    bySeverity.error > 0 ? color.red(counted(bySeverity.error, 'error') ?? '') : null,
    bySeverity.warning > 0 ? color.yellow(counted(bySeverity.warning, 'warning') ?? '') : null,
    counted(bySeverity.info, 'note'),
  ].filter((text) => text !== null);
  const silenced =
    suppressed.length === 0
      ? ''
      : `, ${suppressed.length} silenced by directives (--no-ignores shows ${suppressed.length === 1 ? 'it' : 'them'})`;
  return `${found.length === 0 ? color.green('no findings') : found.join(', ')}${silenced}. Checked ${things.length === 0 ? 'nothing' : things.join(', ')} with ${rules} rules.\n`;
}

function counted(count: number, one: string, many = `${one}s`): string | null {
  return count === 0 ? null : `${count} ${count === 1 ? one : many}`;
}
