import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { EffectivePolicy } from '../../model/policy.ts';
import { isFiniteBound, showBound } from '../../model/quantity.ts';
import { inventoryText, policyText } from '../example-documents.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    hmac_secret: { max: 10m }');
const VERIFIER = (deploy: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: static-keys }
  settings: { deploy_time: ${deploy} }`;

/** Leaks that only new configuration ends where keys or secrets are part of it. */
const BY_DEPLOY = ['hmac_secret', 'signing_key'] as const;

export const rule: Rule<'estate'> = {
  id: 'revocation/deploy-over-slo',
  on: 'estate',
  severity: 'error',
  securitySeverity: 6.4,
  confidence: 'certain',
  summary: 'The kill switch is a deployment, and deploying takes longer than the objective.',
  why: 'Where a key or secret is part of the configuration, review, build, synchronisation and rollout stand between the decision and the last replica that forgets it. In an incident each of them is slower, not faster.',
  fix: 'Fetch keys from a key set, or keep a path for emergencies that skips the slow stages, and drill it.',
  sources: ['docs/concepts.md', 'NIST SP 800-57 Part 1 Rev. 5 section 5.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('30m') }) } }],
    good: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('4m') }) } }],
  },
  *check(estate): Iterable<Report> {
    yield* ofVerifiers(estate);
    yield* ofChannels(estate);
  },
};

function* ofVerifiers({ inventories, policies }: Estate): Iterable<Report> {
  for (const { verifiers } of inventories) {
    for (const verifier of verifiers) {
      const { deployTime } = verifier.settings;
      const policy = policies.find(({ name }) => name === verifier.policy);
      if (policy === undefined || deployTime === null || deployTime.origin !== 'explicit') continue;
      if (verifier.library?.name !== 'static-keys') continue;
      for (const { scenario, max, at } of promised(policy)) {
        if (isFiniteBound(deployTime.value) && deployTime.value <= max) continue;
        yield {
          at: deployTime.at ?? verifier.at,
          message: `a change takes ${showBound(deployTime.value)} to reach every replica of verifier "${verifier.name}", whose keys are configuration; policy "${policy.name}" promises ${showBound(max)} for ${scenario}`,
          subject: `verifier ${verifier.environment}/${verifier.name}/settings.deploy_time/${scenario}`,
          value: `${deployTime.value}>${max}`,
          ...(at === null ? {} : { related: [{ at, message: `objective for ${scenario}` }] }),
        };
      }
    }
  }
}

function* ofChannels({ policies }: Estate): Iterable<Report> {
  for (const policy of policies) {
    for (const { type, maxPropagation, at: place } of policy.channels) {
      if (type !== 'redeploy' || maxPropagation === null || maxPropagation.origin !== 'explicit') continue;
      for (const { scenario, max, at } of promised(policy)) {
        if (maxPropagation.value <= max) continue;
        yield {
          at: maxPropagation.at ?? place,
          message: `a redeployment takes up to ${showBound(maxPropagation.value)}, and policy "${policy.name}" promises ${showBound(max)} for ${scenario}`,
          subject: `policy ${policy.name}/revocation.channels[redeploy]/${scenario}`,
          value: `${maxPropagation.value}>${max}`,
          ...(at === null ? {} : { related: [{ at, message: `objective for ${scenario}` }] }),
        };
      }
    }
  }
}

function promised(policy: EffectivePolicy): readonly {
  readonly scenario: (typeof BY_DEPLOY)[number];
  readonly max: NonNullable<EffectivePolicy['objectives']['signing_key']>['max']['value'];
  readonly at: NonNullable<EffectivePolicy['objectives']['signing_key']>['max']['at'];
}[] {
  return BY_DEPLOY.flatMap((scenario) => {
    const max = policy.objectives[scenario]?.max;
    return max === undefined || max.origin !== 'explicit' ? [] : [{ scenario, max: max.value, at: max.at }];
  });
}
