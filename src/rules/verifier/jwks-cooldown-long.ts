import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { EffectivePolicy } from '../../model/policy.ts';
import type { Bound } from '../../model/quantity.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { known, reportOn } from '../config-facts.ts';
import { loosest, placeOfLimit, policiesOf } from '../config-policies.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import { shorten } from '../repairs.ts';

/** Longer than the pause of any library that is known here, and than people wait before they call. */
const LONG = millis(300_000);

const POLICY = policyText('orders', 'keys: { rotation_interval: 30d, pre_publish: 10m, overlap: 24h }');
const VERIFIER = (cooldown: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }
  settings: { cooldown: ${cooldown} }`;

export const rule: Rule<'estate'> = {
  id: 'verifier/jwks-cooldown-long',
  on: 'estate',
  severity: 'info',
  securitySeverity: 2.8,
  confidence: 'certain',
  summary: 'A verifier pauses for long between two fetches of the key set for keys that it does not know.',
  why: 'After an emergency rotation every good token is refused until the pause ends. Whoever sends tokens with invented kids keeps the verifier in its pause, and the outage with it.',
  fix: 'Set the pause to 10 to 60 seconds, or publish a successor ahead of time, so that no fetch is needed.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'docs/concepts.md#key-caches'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('15m') }) } }],
    good: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('30s') }) } }],
  },
  *check(estate): Iterable<Report> {
    for (const config of estate.configs) {
      const fact = config.kind === 'verifier' ? known(config.facts.cooldown) : null;
      if (config.kind !== 'verifier' || fact === null) continue;
      const limit = loosest(policiesOf(config, estate).map(budgetOf));
      const max = limit !== null && limit.limit.at !== null ? limit.limit.value : null;
      if (!isTooLong(fact.value, max)) continue;
      yield reportOn(config, 'cooldown', fact, {
        says: `pauses ${showBound(fact.value)} between fetches for unknown keys`,
        so:
          max === null
            ? ''
            : `; policy "${limit?.policy.name ?? ''}" publishes keys ${showBound(max)} before they sign`,
        severity: max === null ? 'info' : 'warning',
        value: String(fact.value),
        repair: shorten(fact, max ?? LONG),
        related: limit === null || max === null ? [] : placeOfLimit(limit.limit, 'pre_publish'),
      });
    }
    yield* ofInventories(estate);
  },
};

function* ofInventories({ inventories, policies }: Estate): Iterable<Report> {
  for (const { file, verifiers } of inventories) {
    for (const verifier of verifiers) {
      const { cooldown } = verifier.settings;
      if (cooldown === null || cooldown.at?.file !== file) continue;
      const policy = policies.find(({ name }) => name === verifier.policy);
      const prePublish = policy?.keys.prePublish;
      const max = prePublish === undefined || prePublish.at === null ? null : prePublish.value;
      if (!isTooLong(cooldown.value, max)) continue;
      yield {
        at: cooldown.at,
        severity: max === null ? 'info' : 'warning',
        message: `verifier "${verifier.name}" pauses ${showBound(cooldown.value)} between fetches for unknown keys${max === null ? '' : `; policy "${policy?.name ?? ''}" publishes keys ${showBound(max)} before they sign`}`,
        subject: `verifier ${verifier.environment}/${verifier.name}/settings.cooldown`,
        value: String(cooldown.value),
        ...shorten(cooldown, max ?? LONG),
        ...(prePublish === undefined || max === null ? {} : { related: placeOfLimit(prePublish, 'pre_publish') }),
      };
    }
  }
}

function budgetOf(policy: EffectivePolicy): { policy: EffectivePolicy; limit: EffectivePolicy['keys']['prePublish'] } {
  return { policy, limit: policy.keys.prePublish };
}

/** A pause longer than keys are published ahead makes a planned rotation an outage; else only a very long one matters. */
function isTooLong(cooldown: Bound, max: number | null): boolean {
  return cooldown === 'unbounded' || (isFiniteBound(cooldown) && cooldown > (max ?? LONG));
}
