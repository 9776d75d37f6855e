import type { FileTexts } from '../model/document.ts';
import type { Finding, LintResult, Severity } from '../model/finding.ts';
import type { Paint } from './color.ts';
import { counted } from './counted.ts';
import { fixText } from './fix-text.ts';
import { codeFrame } from './frame.ts';
import { renderProblem } from './problem.ts';
import { visible } from './visible.ts';

export interface PrettyOptions {
  readonly color: Paint;
  readonly texts: FileTexts;
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
  { severity, rule, message, at, related, confidence, fix }: Finding,
  color: Paint,
  texts: FileTexts,
): string {
  return [
    `${color.bold(paintOf(severity, color)(`${severity}[${rule}]`))}${color.bold(`: ${visible(message)}`)}`,
    codeFrame(texts, at, color, related),
    ...(fix === undefined ? [] : [`  ${color.cyan('=')} ${fixText(fix)}`]),
    `  ${color.cyan('=')} ${color.dim(`${confidence === 'certain' ? '' : `${confidence}; `}more: firebreak explain ${rule}`)}`,
    '',
  ].join('\n');
}

function paintOf(severity: Severity, color: Paint): (text: string) => string {
  if (severity === 'error') return color.red;
  return severity === 'warning' ? color.yellow : color.cyan;
}

function summaryText({ summary, suppressed, errors, since, profile = 'default' }: LintResult, color: Paint): string {
  const { policies, inventories, drills, jwks, tokens, configs, rules, bySeverity } = summary;
  const things = present([
    [policies, counted(policies, 'policy', 'policies')],
    [inventories, counted(inventories, 'inventory', 'inventories')],
    [drills, counted(drills, 'drill')],
    [jwks, counted(jwks, 'key set')],
    [tokens, counted(tokens, 'token')],
    [configs, counted(configs, 'configuration file')],
  ]);
  const found = present([
    [errors.length, color.red(`${errors.length} unreadable`)],
    [bySeverity.error, color.red(counted(bySeverity.error, 'error'))],
    [bySeverity.warning, color.yellow(counted(bySeverity.warning, 'warning'))],
    [bySeverity.info, counted(bySeverity.info, 'note')],
  ]);
  const silenced =
    suppressed.length === 0
      ? ''
      : `, ${suppressed.length} silenced (--no-ignores shows ${suppressed.length === 1 ? 'it' : 'them'})`;
  const checked = things.length === 0 ? 'nothing' : things.join(', ');
  const none = since === undefined ? 'no findings' : 'no new findings';
  const compared =
    since === undefined
      ? ''
      : `, ${since.known} known at ${visible(since.ref)} (${since.commit.slice(0, 10)}), ${since.fixed} fixed since`;
  return `${found.length === 0 ? color.green(none) : found.join(', ')}${silenced}${compared}. Checked ${checked} with ${counted(rules, 'rule')}${profile === 'default' ? '' : ` under profile ${profile}`}.\n`;
}

/** Texts whose count is not zero. */
function present(entries: readonly (readonly [number, string])[]): readonly string[] {
  return entries.flatMap(([count, text]) => (count === 0 ? [] : [text]));
}
