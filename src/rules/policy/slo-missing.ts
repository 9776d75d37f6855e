import type { Report, Rule } from '../../model/finding.ts';
import type { EffectivePolicy, Scenario } from '../../model/policy.ts';
import { showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { isApplied, jwtClasses } from '../policy-facts.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/slo-missing',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 3.9,
  confidence: 'certain',
  summary: 'The policy promises no time-to-revocation for something that can leak.',
  why: 'Without an objective no prediction and no drill can fail, so the time a leak stays usable grows unseen. A default is not a promise, because nobody agreed to it.',
  fix: 'Write revocation.objectives for every scenario that the policy has tokens for.',
  sources: ['NIST SP 800-61 rev. 3 section 3', 'RFC 9700 section 4.14'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  refresh_token:\n    format: opaque\nrevocation:\n  objectives:\n    signing_key: { max: 10m }\n    access_token: { max: 5m }',
          ),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    algorithms: [ES256]\nrevocation:\n  objectives:\n    signing_key: { max: 10m }\n    access_token: { max: 5m }',
          ),
        },
      },
    ],
  },
  *check(policy, estate) {
    if (!isApplied(policy, estate)) return;
    const missing = scenariosOf(policy).filter((scenario) => policy.objectives[scenario]?.max.origin !== 'explicit');
    if (missing.length === 0) return;
    const listed = missing.map((scenario) => {
      const max = policy.objectives[scenario]?.max.value;
      return max === undefined ? scenario : `${scenario} (${showBound(max)} by default)`;
    });
    yield {
      at: policy.at,
      message: `policy "${policy.name}" writes no objective for ${listed.join(', ')}`,
      subject: `policy ${policy.name}/revocation.objectives`,
      value: missing.join(' '),
      ...suggestion(policy, missing),
    };
  },
};

/** The defaults, written down, so that somebody agrees to them. */
function suggestion(policy: EffectivePolicy, missing: readonly Scenario[]): Pick<Report, 'fix'> {
  const [first, ...rest] = missing.flatMap((scenario) => {
    const max = policy.objectives[scenario]?.max.value;
    if (max === undefined) return [];
    const pointer = `/spec/revocation/objectives/${scenario}/max`;
    return [{ kind: 'set', pointer, value: showBound(max) } as const];
  });
  if (first === undefined) return {};
  const title = 'write the defaults down as objectives';
  return { fix: { title, safe: false, document: policy.at, changes: [first, ...rest] } };
}

/** What can leak from the tokens that the policy speaks of. */
function scenariosOf(policy: EffectivePolicy): readonly Scenario[] {
  const isSymmetric = (algorithm: string): boolean => /^HS\d+$/.test(algorithm);
  const signatures = jwtClasses(policy).flatMap(({ algorithms }) => algorithms.value);
  return [
    ...(signatures.some((algorithm) => !isSymmetric(algorithm)) ? (['signing_key'] as const) : []),
    ...(signatures.some(isSymmetric) ? (['hmac_secret'] as const) : []),
    ...(policy.tokens.access_token?.present.value === true ? (['access_token'] as const) : []),
    ...(policy.tokens.refresh_token?.present.value === true ? (['refresh_token'] as const) : []),
  ];
}
