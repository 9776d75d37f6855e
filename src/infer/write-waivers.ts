import { API_VERSION } from '../model/document.ts';
import type { Finding, RuleMeta } from '../model/finding.ts';
import { toTimestamp } from '../model/instant.ts';
import { showLocation } from '../model/location.ts';
import { MAX_EXCEPTION_DAYS } from '../model/waiver.ts';
import { slugOf } from './names.ts';
import { block, comment, entry } from './yaml-lines.ts';

const DAY = 86_400_000;

/** Days for what an attacker can use at once: SARIF calls 9.0 and more critical. */
const CRITICAL_DAYS = 30;
const CRITICAL = 9;

export interface WaiverOptions {
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly rules: readonly RuleMeta[];
}

/**
 * One Waiver for each rule that the first day's configuration violates, for these findings and no later ones. Notes are
 * left out: they fail nothing. Empty when there is nothing to waive.
 */
export function waiversText(findings: readonly Finding[], { owner, now, rules }: WaiverOptions): string {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings.filter(isWaivable)) {
    byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  }
  const documents = [...byRule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, found]) => {
      const meta = rules.find(({ id }) => id === rule);
      const days = (meta?.securitySeverity ?? 0) >= CRITICAL ? CRITICAL_DAYS : MAX_EXCEPTION_DAYS;
      return [
        entry('apiVersion', API_VERSION),
        entry('kind', 'Waiver'),
        entry('metadata', { name: slugOf(rule, 'waiver'), owner }),
        ...block('spec', [
          entry('rules', [rule]),
          ...block('fingerprints', found.map(fingerprintLine)),
          entry('reason', `it was so when Firebreak was introduced. ${meta?.summary ?? ''}`.trim()),
          entry('created', day(now)),
          entry('expires', day(now + days * DAY)),
        ]),
      ].join('\n');
    });
  if (documents.length === 0) return '';
  return `${comment(HEAD)}\n${documents.join('\n---\n')}\n`;
}

const HEAD = 'What runs already and violates the policy, rule by rule. Repair it and remove the waiver before it ends.';

/** What the Inventory does not say yet is to be filled in, not to be lived with. */
const UNKNOWN = 'policy/slo-unknown';

/** Whether a finding is one that Waivers are written for; those about exceptions cannot be silenced. */
export function isWaivable({ severity, rule }: Finding): boolean {
  return severity !== 'info' && rule !== UNKNOWN && !rule.startsWith('lint/');
}

/** Quoted: digits alone would be a number. */
function fingerprintLine({ fingerprint, at, message }: Finding): string {
  return `- ${JSON.stringify(fingerprint)} ${comment(`${showLocation(at)} ${message}`)}`;
}

function day(time: number): string {
  return toTimestamp(time).slice(0, 'YYYY-MM-DD'.length);
}
