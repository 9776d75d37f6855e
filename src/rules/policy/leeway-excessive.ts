import type { Report, Rule, Severity } from '../../model/finding.ts';
import type { EffectivePolicy, TokenClass } from '../../model/policy.ts';
import type { ProfileLimits } from '../../model/profile.ts';
import type { Millis } from '../../model/quantity.ts';
import { showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isOwn, jwtClasses, placeOf } from '../policy-facts.ts';
import { profileOf } from '../profiles.ts';

/** Share of the lifetime beyond which leeway is a second lifetime. */
const SHARE = 0.2;

export const rule: Rule<'policy'> = {
  id: 'policy/leeway-excessive',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 4.3,
  confidence: 'certain',
  summary: 'The tolerated clock difference is large.',
  why: 'Leeway is added to the life of every token, also of a leaked one, and to the time until it is known to be dead. Machines that keep time by NTP differ by less than a second.',
  fix: 'Set clock_skew.max to at most 60s and to less than a fifth of lifetime.max.',
  sources: ['RFC 7519 section 4.1.4', 'FAPI 2.0 Security Profile section 5.3.2.1'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    clock_skew: { max: 2m }') } },
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    lifetime: { max: 2m }\n    clock_skew: { max: 30s }',
          ),
        },
        note: 'A quarter of the lifetime.',
      },
      {
        files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    clock_skew: { max: 10m }') },
        note: 'Over five minutes it is an error.',
      },
    ],
    good: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    clock_skew: { max: 30s }') } },
    ],
  },
  *check(policy, estate) {
    const { limits } = profileOf(estate);
    for (const { tokenClass, clockSkew, maxLifetime } of jwtClasses(policy)) {
      if (!isOwn(clockSkew, policy)) continue;
      const verdict = judge(clockSkew.value, maxLifetime.value, limits);
      if (verdict === null) continue;
      yield {
        at: placeOf(clockSkew, policy),
        severity: verdict.severity,
        message: `leeway of ${showBound(clockSkew.value)} for tokens of class ${tokenClass} is ${verdict.limit}`,
        subject: `policy ${policy.name}/tokens.${tokenClass}.clock_skew.max`,
        value: String(clockSkew.value),
        ...fixFor(policy, tokenClass, Math.min(limits.leeway, maxLifetime.value * SHARE)),
      };
    }
  },
};

function judge(
  leeway: Millis,
  lifetime: Millis,
  limits: ProfileLimits,
): { readonly severity: Severity; readonly limit: string } | null {
  if (leeway > limits.maxLeeway) return { severity: 'error', limit: `more than ${showBound(limits.maxLeeway)}` };
  if (leeway > limits.leeway) return { severity: 'warning', limit: `more than ${showBound(limits.leeway)}` };
  return leeway > lifetime * SHARE ? { severity: 'warning', limit: 'more than a fifth of their lifetime' } : null;
}

/** A whole second at least, so that what is written is a duration a person would write. */
function fixFor(policy: EffectivePolicy, tokenClass: TokenClass, limit: number): Pick<Report, 'fix'> {
  const seconds = Math.floor(limit / 1000);
  if (seconds < 1) return {};
  return {
    fix: {
      title: `set clock_skew.max to ${seconds}s`,
      safe: true,
      document: policy.at,
      changes: [{ kind: 'set', pointer: `/spec/tokens/${tokenClass}/clock_skew/max`, value: `${seconds}s` }],
    },
  };
}
