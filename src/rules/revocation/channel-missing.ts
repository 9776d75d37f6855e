import type { Rule } from '../../model/finding.ts';
import type { EffectivePolicy, Scenario } from '../../model/policy.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { canEnd } from '../channel-cover.ts';
import { policyText } from '../example-documents.ts';
import { isApplied } from '../policy-facts.ts';

/** Leaks that end by naming what leaked; keys leave caches, which has rules of its own. */
const NAMED: readonly Scenario[] = ['access_token', 'refresh_token', 'client', 'user_session'];

const SPEC = (rest: string): string =>
  policyText(
    'orders',
    `tokens:
  access_token:
    lifetime: { max: 15m }
revocation:
  objectives:
    access_token: { max: 2m }${rest}`,
  );

export const rule: Rule<'policy'> = {
  id: 'revocation/channel-missing',
  on: 'policy',
  severity: 'error',
  securitySeverity: 7.0,
  confidence: 'certain',
  summary: 'A policy promises to end a leak and names no way to do it.',
  why: 'Tokens live longer than the promise, so waiting for them to expire breaks it. Somebody has to tell the verifiers, and the policy names nothing that they would listen to.',
  fix: 'Declare a channel that can name what leaked, or shorten tokens below the objective.',
  sources: ['OWASP ASVS 5.0 7.4.1', 'RFC 7009 section 2.1', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('') } }],
    good: [
      { files: { 'policy.yaml': SPEC('\n  channels:\n    - { type: denylist, keys: [jti], poll_interval: 10s }') } },
    ],
  },
  *check(policy, estate) {
    // With an Inventory, each verifier is judged by the channels that it listens to.
    const isDeployed = estate.inventories.some(({ verifiers }) =>
      verifiers.some((each) => each.policy === policy.name),
    );
    if (isDeployed || !isApplied(policy, estate)) return;
    const bare = NAMED.filter((scenario) => isPromised(policy, scenario) && !isMet(policy, scenario));
    if (bare.length === 0) return;
    const at = policy.objectives[bare[0] ?? 'access_token']?.max.at ?? policy.at;
    yield {
      at,
      message: `policy "${policy.name}" promises ${bare.map((scenario) => `${scenario} ${showBound(policy.objectives[scenario]?.max.value ?? 'unknown')}`).join(', ')}, and has no channel that ends it; tokens live ${showBound(lifeOf(policy))}`,
      subject: `policy ${policy.name}/revocation.channels`,
      value: bare.join(' '),
    };
  },
};

function isPromised({ objectives }: EffectivePolicy, scenario: Scenario): boolean {
  return objectives[scenario]?.max.origin === 'explicit';
}

function isMet(policy: EffectivePolicy, scenario: Scenario): boolean {
  const byExpiry = scenario === 'access_token' && lifeOf(policy) <= (policy.objectives.access_token?.max.value ?? 0);
  return byExpiry || policy.channels.some((channel) => canEnd(channel, scenario));
}

/** Longest life of an access token, with what verifiers tolerate. */
function lifeOf({ tokens }: EffectivePolicy): ReturnType<typeof millis> {
  const token = tokens.access_token;
  return token === undefined ? millis(0) : millis(token.maxLifetime.value + token.clockSkew.value);
}
