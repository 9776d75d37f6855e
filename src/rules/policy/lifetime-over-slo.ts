import type { Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { canEnd } from '../channel-cover.ts';
import { policyText } from '../example-documents.ts';
import { byDefault, isApplied, placeOf } from '../policy-facts.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/lifetime-over-slo',
  on: 'policy',
  severity: 'error',
  securitySeverity: 7.5,
  confidence: 'certain',
  summary:
    'Access tokens live longer than the objective for a leaked one, and the policy names no channel that ends them.',
  why: 'Without a channel a leaked token works until it expires, and leeway adds to that. The objective is then missed by every leak, whatever anybody does.',
  fix: 'Shorten lifetime.max below the objective minus the leeway, or add a channel that names tokens, sessions or users.',
  sources: ['RFC 6750 section 5.3', 'RFC 7519 section 4.1.4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    algorithms: [ES256]\n    lifetime: { max: 1h }\n    clock_skew: { max: 30s }\nrevocation:\n  objectives:\n    access_token: { max: 5m }',
          ),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    lifetime: { max: 4m }\n    clock_skew: { max: 30s }\nrevocation:\n  objectives:\n    access_token: { max: 5m }',
          ),
        },
      },
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    lifetime: { max: 1h }\nrevocation:\n  objectives:\n    access_token: { max: 5m }\n  channels:\n    - { type: denylist, keys: [jti], poll_interval: 10s }',
          ),
        },
        note: 'A channel ends the token before it expires.',
      },
    ],
  },
  *check(policy, estate) {
    const token = policy.tokens.access_token;
    const objective = policy.objectives.access_token;
    if (token === undefined || !token.present.value || objective === undefined) return;
    if (!isApplied(policy, estate) || policy.channels.some((channel) => canEnd(channel, 'access_token'))) return;
    const { maxLifetime, clockSkew } = token;
    if (maxLifetime.value + clockSkew.value <= objective.max.value) return;
    yield {
      at: placeOf(maxLifetime, policy),
      // A promise that only holds by default is nobody's promise yet.
      severity: objective.max.origin === 'explicit' ? 'error' : 'warning',
      message: `policy "${policy.name}" lets a leaked access token work for ${showBound(maxLifetime.value)}${byDefault(maxLifetime)} + ${showBound(clockSkew.value)} leeway${byDefault(clockSkew)}, the objective is ${showBound(objective.max.value)}${byDefault(objective.max)}, and no channel of the policy ends it`,
      subject: `policy ${policy.name}/tokens.access_token.lifetime.max`,
      value: `${maxLifetime.value}+${clockSkew.value}`,
      related: [
        ...(clockSkew.at === null ? [] : [{ at: clockSkew.at, message: `leeway: ${showBound(clockSkew.value)}` }]),
        ...(objective.max.at === null
          ? []
          : [{ at: objective.max.at, message: `objective: ${showBound(objective.max.value)}` }]),
      ],
    };
  },
};
