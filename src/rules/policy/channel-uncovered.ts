import type { Rule } from '../../model/finding.ts';
import type { EffectivePolicy, Scenario } from '../../model/policy.ts';
import { showBound } from '../../model/quantity.ts';
import { canEnd } from '../channel-cover.ts';
import { inventoryText, policyText } from '../example-documents.ts';

/** Scenarios that end by naming what leaked. A leaked key ends by leaving the caches, which has rules of its own. */
const NAMED: readonly Scenario[] = ['access_token', 'refresh_token', 'client', 'user_session'];

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    access_token: { max: 2m }');
const CHANNEL = '- { name: denylist, type: denylist, keys: [jti], store_lag: 0s }';
const VERIFIER = (channels: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }${channels}`;

export const rule: Rule<'estate'> = {
  id: 'policy/channel-uncovered',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.5,
  confidence: 'certain',
  summary: 'A verifier has an objective and listens to no channel that can meet it.',
  why: 'The slowest verifier decides how long a leak is usable: a denylist on nine gateways does nothing for the tenth. A thief needs one service that still says yes.',
  fix: 'Declare and connect a channel for the verifier, or shorten tokens until expiry alone meets the objective.',
  sources: ['RFC 7009 section 2.1', 'OWASP ASVS 5.0 7.4.1', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('') }) } }],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({
            channels: CHANNEL,
            verifiers: VERIFIER(
              '\n  channels:\n    - { use: denylist, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }',
            ),
          }),
        },
      },
    ],
  },
  *check({ inventories, policies, predictions }) {
    for (const inventory of inventories) {
      for (const verifier of inventory.verifiers) {
        const policy = policies.find(({ name }) => name === verifier.policy);
        if (policy === undefined) continue;
        const used = verifier.channels.flatMap((use) => inventory.channels.filter(({ name }) => name === use.channel));
        const isMetByExpiry = (scenario: Scenario): boolean =>
          predictions.some(
            (prediction) =>
              prediction.verifier === verifier.name &&
              prediction.environment === verifier.environment &&
              prediction.scenario === scenario &&
              prediction.verdict === 'within',
          );
        const bare = promised(policy).filter(
          (scenario) => !used.some((channel) => canEnd(channel, scenario)) && !isMetByExpiry(scenario),
        );
        if (bare.length === 0) continue;
        const objectives = bare.map(
          (scenario) => `${scenario} ${showBound(policy.objectives[scenario]?.max.value ?? 'unknown')}`,
        );
        yield {
          at: verifier.at,
          message: `verifier "${verifier.name}" listens to no channel that ends ${bare.join(', ')}; objectives of policy "${policy.name}": ${objectives.join(', ')}`,
          subject: `verifier ${verifier.environment}/${verifier.name}/channels`,
          value: bare.join(' '),
          related: bare.flatMap((scenario) => {
            const at = policy.objectives[scenario]?.max.at;
            return at === null || at === undefined ? [] : [{ at, message: `objective for ${scenario}` }];
          }),
        };
      }
    }
  },
};

/** Scenarios with an objective that somebody wrote. */
function promised({ objectives }: EffectivePolicy): readonly Scenario[] {
  return NAMED.filter((scenario) => objectives[scenario]?.max.origin === 'explicit');
}
