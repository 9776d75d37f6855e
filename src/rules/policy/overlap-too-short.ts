import type { Rule } from '../../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { CLOCK_ERROR } from '../../predict/facts.ts';
import { policyText } from '../example-documents.ts';
import { byDefault, isOwn, jwtClasses, placeOf } from '../policy-facts.ts';
import { atLeast, setIn } from '../repairs.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/overlap-too-short',
  on: 'policy',
  severity: 'error',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'A retired signing key leaves the key set while tokens that it signed are still valid.',
  why: 'The last token signed with the old key lives for its lifetime, and leeway and clock error add to that. When the key is gone earlier, legitimate users are refused at every rotation, and the team learns to avoid rotating.',
  fix: 'Set keys.overlap to at least lifetime.max + clock_skew.max + 1s, or leave it out: the default is computed.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'RFC 7519 section 4.1.4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    lifetime: { max: 1h }\nkeys:\n  overlap: 30m',
          ),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    lifetime: { max: 10m }\nkeys:\n  overlap: 30m',
          ),
        },
      },
    ],
  },
  *check(policy) {
    const { overlap } = policy.keys;
    const clockError = isFiniteBound(CLOCK_ERROR.value) ? CLOCK_ERROR.value : 0;
    if (overlap.origin !== 'explicit') return;
    for (const { tokenClass, maxLifetime, clockSkew } of jwtClasses(policy)) {
      // Clients sign assertions with keys of their own, and only the issuer reads its refresh tokens.
      if (tokenClass !== 'access_token' && tokenClass !== 'id_token') continue;
      if (![overlap, maxLifetime, clockSkew].some((fact) => isOwn(fact, policy))) continue;
      const needed = millis(maxLifetime.value + clockSkew.value + clockError);
      if (overlap.value >= needed) continue;
      yield {
        at: placeOf(overlap, policy),
        message: `keys.overlap is ${showBound(overlap.value)}, but the last ${tokenClass} of a retired key can be used for ${showBound(needed)}: ${showBound(maxLifetime.value)} lifetime${byDefault(maxLifetime)} + ${showBound(clockSkew.value)} leeway${byDefault(clockSkew)} + ${showBound(CLOCK_ERROR.value)} clock error`,
        subject: `policy ${policy.name}/keys.overlap/${tokenClass}`,
        value: String(overlap.value),
        ...setIn(policy, 'keys.overlap', atLeast(needed), true),
        ...(maxLifetime.at === null
          ? {}
          : { related: [{ at: maxLifetime.at, message: `lifetime: ${showBound(maxLifetime.value)}` }] }),
      };
    }
  },
};
