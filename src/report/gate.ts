/** What the gate decided, as a part of what `firebreak diff` says. */
import type { GateApproval, GateReason, GateResult } from '../model/change.ts';
import { showLocation } from '../model/location.ts';
import type { Paint } from './color.ts';
import { counted } from './counted.ts';
import { visible } from './visible.ts';

const OUTCOME_WORDS: Readonly<Record<GateResult['outcome'], string>> = {
  pass: 'passed',
  warn: 'passed with warnings',
  blocked: 'blocked',
  inconclusive: 'inconclusive, which is no pass',
};

/** The outcome first, then its reasons, what became of the approvals, and the command that is missing. */
export function gatePretty(result: GateResult, color: Paint): string {
  const { outcome, reasons, approvals, missing, source } = result;
  const paintOf = { pass: color.green, warn: color.yellow, blocked: color.red, inconclusive: color.red }[outcome];
  return [
    `${color.bold(paintOf(`gate ${OUTCOME_WORDS[outcome]}`))}${color.dim(`, by the rules of ${visible(source)}`)}`,
    ...reasons.flatMap((reason) => reasonText(reason, color)),
    ...(approvals.length === 0
      ? []
      : ['', color.bold('approvals'), ...approvals.map((each) => approvalText(each, color))]),
    ...(missing.length === 0
      ? []
      : [
          '',
          `${counted(missing.length, 'change')} to approve:`,
          `  firebreak approve ${missing.join(' ')} \\`,
          COMMAND_END,
        ]),
    '',
  ].join('\n');
}

const COMMAND_END = '    --by MAIL --reason TEXT --until DAY';

function reasonText(reason: GateReason, color: Paint): readonly string[] {
  const { rule, message, hint, fingerprints, approvedBy } = reason;
  const mark = approvedBy.length > 0 ? color.green('approved') : markOf(rule, color);
  return [
    `  ${mark} ${visible(message)}`,
    ...(fingerprints.length === 0 ? [] : [`           ${color.dim(fingerprints.join(' '))}`]),
    ...(approvedBy.length === 0 ? [] : [`           by ${approvedBy.map(visible).join(', ')}`]),
    ...(hint === null ? [] : [`           ${color.cyan('=')} hint: ${visible(hint)}`]),
  ];
}

/** Words of one width, so that messages begin below each other. */
function markOf(rule: GateReason['rule'], color: Paint): string {
  if (rule === 'deny') return color.red('denied  ');
  if (rule === 'approve') return color.red('waits   ');
  return rule === 'warn' ? color.yellow('warning ') : color.dim('allowed ');
}

function approvalText({ name, state, message, at }: GateApproval, color: Paint): string {
  const shown = state === 'counts' ? color.green('counts  ') : color.yellow(state.padEnd('approved'.length));
  const why = message === null ? '' : `: ${visible(message)}`;
  return `  ${shown} ${visible(name)}${why}  ${color.dim(visible(showLocation(at)))}`;
}

/** The same for machines, to be a member of a larger document. */
export function gateData({ outcome, reasons, missing, approvals, source }: GateResult): object {
  return {
    outcome,
    source,
    reasons: reasons.map(({ rule, cause, message, fingerprints, approvedBy, needed, hint }) => ({
      rule,
      cause,
      message,
      fingerprints,
      approved_by: approvedBy,
      needed,
      hint,
    })),
    missing,
    approvals: approvals.map(({ name, state, message, at }) => ({
      name,
      state,
      message,
      path: at.file,
      line: at.line,
      column: at.column,
    })),
  };
}
