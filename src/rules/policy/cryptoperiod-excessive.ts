import type { Report, Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isOwn, placeOf } from '../policy-facts.ts';

const DAY = 86_400_000;

/** NIST SP 800-57 part 1 table 1: a private signature key serves for one to three years. */
const LONG = millis(366 * DAY);
const TOO_LONG = millis(3 * 366 * DAY);

const SPEC = (keys: string): string => policyText('orders', `keys: { ${keys} }`);

export const rule: Rule<'policy'> = {
  id: 'policy/cryptoperiod-excessive',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 3.7,
  confidence: 'certain',
  summary: 'The policy lets a signing key serve for years.',
  why: 'The longer a key serves, the more copies of it there are and the more a leak is worth. Whoever rotates once in years rotates for the first time in the incident.',
  fix: 'Rotate every one to three months; large issuers do so every two to nine weeks.',
  sources: ['NIST SP 800-57 part 1 revision 5 section 5.3.6'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('rotation_interval: 730d') } }],
    good: [{ files: { 'policy.yaml': SPEC('rotation_interval: 30d') } }],
  },
  *check(policy): Iterable<Report> {
    const { rotationInterval, maxAge } = policy.keys;
    for (const [name, fact] of [
      ['rotation_interval', rotationInterval],
      ['max_age', maxAge],
    ] as const) {
      if (fact.value <= LONG || !isOwn(fact, policy)) continue;
      const isTooLong = fact.value > TOO_LONG;
      yield {
        at: placeOf(fact, policy),
        severity: isTooLong ? 'error' : 'warning',
        message: `keys.${name} of policy "${policy.name}" is ${showBound(fact.value)}, over ${isTooLong ? 'the three years that NIST allows at most' : 'a year'}`,
        subject: `policy ${policy.name}/keys.${name}`,
        value: String(fact.value),
      };
    }
  },
};
