import type { Rule } from '../../model/finding.ts';
import type { Millis } from '../../model/quantity.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isOwn, placeOf } from '../policy-facts.ts';
import { profileOf } from '../profiles.ts';
import { shorten } from '../repairs.ts';

/** A leak of the morning is still good the next morning. */
const VERY_LONG: Millis = millis(86_400_000);

export const rule: Rule<'policy'> = {
  id: 'policy/lifetime-over-profile',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 5.0,
  confidence: 'certain',
  summary: 'Access or ID tokens may live longer than an hour, or than the chosen profile allows.',
  why: 'Expiry is the only revocation that works everywhere and without anybody doing anything. Over an hour it no longer limits a leak, and over a day it protects nobody.',
  fix: 'Set lifetime.max to 5m to 1h and let clients renew with refresh tokens.',
  sources: ['RFC 6750 section 5.3', 'OpenID CAEP Interoperability Profile 1.0'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    lifetime: { max: 8h }') } },
      {
        files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    lifetime: { max: 30d }') },
        note: 'Over a day it is an error.',
      },
    ],
    good: [{ files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    lifetime: { max: 1h }') } }],
  },
  *check(policy, estate) {
    const long = profileOf(estate).limits.tokenLifetime;
    for (const tokenClass of ['access_token', 'id_token'] as const) {
      const lifetime = policy.tokens[tokenClass]?.maxLifetime;
      if (lifetime === undefined || !isOwn(lifetime, policy) || lifetime.value <= long) continue;
      const limit = lifetime.value > VERY_LONG ? VERY_LONG : long;
      yield {
        at: placeOf(lifetime, policy),
        severity: limit === VERY_LONG ? 'error' : 'warning',
        message: `tokens of class ${tokenClass} may live for ${showBound(lifetime.value)}, more than ${showBound(limit)}`,
        subject: `policy ${policy.name}/tokens.${tokenClass}.lifetime.max`,
        value: String(lifetime.value),
        ...shorten(lifetime, long),
      };
    }
  },
};
