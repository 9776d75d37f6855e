import type { Decision, DimensionCheck } from '../model/decision.ts';
import { showLocation } from '../model/location.ts';
import type { Paint } from './color.ts';
import { visible } from './visible.ts';
import { jsonText } from './json-text.ts';

export interface DecisionContext {
  readonly fingerprint: string;
  readonly signatureChecked: boolean;
}

/** The verdict first, then every dimension with its value, its bound and where the bound is written. */
export function decisionPretty(
  decision: Decision,
  { fingerprint, signatureChecked }: DecisionContext,
  color: Paint,
): string {
  const accepted = decision.verdict === 'accept';
  const verdict = accepted ? color.green('ACCEPT') : color.red('REJECT');
  const width = Math.max(...decision.checks.map((check) => nameOf(check).length));
  const lines = decision.checks.map((check) => {
    const mark = check.satisfied ? color.green('ok  ') : color.red('FAIL');
    const where = color.dim(`${origin(check)}; ${check.reference}`);
    return check.satisfied
      ? `  ${mark} ${nameOf(check).padEnd(width)}  ${visible(check.value)}  ${where}`
      : `  ${mark} ${nameOf(check).padEnd(width)}  ${visible(check.value)}\n       ${' '.repeat(width)}  allowed: ${visible(check.bound)}\n       ${' '.repeat(width)}  ${where}`;
  });
  const reasons = accepted ? '' : `: ${decision.violations.map(nameOf).join(', ')}`;
  const signature = signatureChecked
    ? ''
    : `\n  ${color.yellow('the signature was not checked; name a key set with --jwks')}`;
  return `${verdict} token ${fingerprint} under policy ${decision.policy}${reasons}${signature}\n\n${lines.join('\n')}\n`;
}

export function decisionJson(decision: Decision, { fingerprint, signatureChecked }: DecisionContext): string {
  const row = (check: DimensionCheck): object => ({
    dimension: check.dimension,
    member: check.member,
    satisfied: check.satisfied,
    value: check.value,
    bound: check.bound,
    origin: check.from.origin,
    at: check.from.at === null ? null : showLocation(check.from.at),
    reference: check.reference,
  });
  const document = {
    schema_version: '1.0',
    policy: decision.policy,
    token: fingerprint,
    verdict: decision.verdict,
    signature_checked: signatureChecked,
    violations: decision.violations.map(row),
    checks: decision.checks.map(row),
  };
  return jsonText(document);
}

function nameOf({ dimension, member }: DimensionCheck): string {
  return member === null ? dimension : `${dimension} ${member}`;
}

function origin({ from }: DimensionCheck): string {
  return from.origin === 'explicit' && from.at !== null
    ? showLocation(from.at)
    : `${from.origin}${from.source === null ? '' : `: ${from.source}`}`;
}
