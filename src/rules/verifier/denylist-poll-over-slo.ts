import type { Rule } from '../../model/finding.ts';
import type { EffectivePolicy, Scenario } from '../../model/policy.ts';
import type { Bound, Millis } from '../../model/quantity.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { canEnd } from '../channel-cover.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import { shorten } from '../repairs.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    access_token: { max: 2m }');
const CHANNEL = '- { name: denylist, type: denylist, keys: [jti], store_lag: 0s }';
const VERIFIER = (interval: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }
  channels:
    - { use: denylist, poll_interval: ${interval}, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }`;

const SCENARIOS: readonly Scenario[] = ['access_token', 'refresh_token', 'client', 'user_session', 'signing_key'];

export const rule: Rule<'estate'> = {
  id: 'verifier/denylist-poll-over-slo',
  on: 'estate',
  severity: 'error',
  securitySeverity: 6.7,
  confidence: 'certain',
  summary: 'A verifier reads its revocation channel less often than the objective asks.',
  why: 'What was revoked right after a reading is accepted until the next one, and from a local cache even longer. The channel alone breaks the promise, however fast everybody else is.',
  fix: 'Poll more often, shorten the cache of negative answers, or push and reconcile.',
  sources: ['docs/concepts.md', 'RFC 8936 section 2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: VERIFIER('5m') }),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ channels: CHANNEL, verifiers: VERIFIER('10s') }),
        },
      },
    ],
  },
  *check({ inventories, policies }) {
    for (const { verifiers, channels } of inventories) {
      for (const verifier of verifiers) {
        const policy = policies.find(({ name }) => name === verifier.policy);
        if (policy === undefined) continue;
        for (const use of verifier.channels) {
          const channel = channels.find(({ name }) => name === use.channel);
          if (channel === undefined || channel.delivery === 'push') continue;
          const parts = [
            { name: 'polled every', fact: use.interval },
            { name: 'store lags', fact: channel.storeLag },
            { name: 'negative answers are kept', fact: use.negativeCache },
          ].flatMap(({ name, fact }) =>
            isFiniteBound(fact.value) && fact.value > 0 ? [{ name, value: fact.value, at: fact.at }] : [],
          );
          const total = millis(parts.reduce<number>((sum, { value }) => sum + value, 0));
          const broken = SCENARIOS.filter((scenario) => {
            const max = policy.objectives[scenario]?.max;
            return max !== undefined && max.origin === 'explicit' && canEnd(channel, scenario) && total > max.value;
          });
          if (broken.length === 0) continue;
          const objectives = broken.map(
            (scenario) => `${scenario} ${showBound(policy.objectives[scenario]?.max.value ?? 'unknown')}`,
          );
          yield {
            at: use.interval.at ?? use.at,
            message: `verifier "${verifier.name}" may learn of a revocation from channel "${channel.name}" ${showBound(total)} late (${parts.map(({ name, value }) => `${name} ${showBound(value)}`).join(', ')}); policy "${policy.name}" promises ${objectives.join(', ')}`,
            subject: `verifier ${verifier.environment}/${verifier.name}/channels[${channel.name}]`,
            value: `${total} ${broken.join(' ')}`,
            ...shorten(use.interval, roomFor(use.interval.value, total, broken, policy)),
            related: broken.flatMap((scenario) => {
              const at = policy.objectives[scenario]?.max.at;
              return at === null || at === undefined ? [] : [{ at, message: `objective for ${scenario}` }];
            }),
          };
        }
      }
    }
  },
};

/** What is left for the interval when the tightest broken objective is to hold with everything else as it is. */
function roomFor(interval: Bound, total: Millis, broken: readonly Scenario[], policy: EffectivePolicy): number {
  const tightest = Math.min(...broken.map((scenario) => policy.objectives[scenario]?.max.value ?? Infinity));
  return isFiniteBound(interval) ? interval - (total - tightest) : 0;
}
