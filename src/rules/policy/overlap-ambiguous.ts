import type { Report, Rule } from '../../model/finding.ts';
import type { EffectivePolicy } from '../../model/policy.ts';
import { policyText } from '../example-documents.ts';
import { isApplied } from '../policy-facts.ts';

const POLICY = (name: string, audience: string, max: string): string =>
  policyText(
    name,
    `issuers:\n  - issuer: https://id.example.com\ntokens:\n  access_token:\n    audiences: [${audience}]\n    lifetime: { max: ${max} }`,
  );

export const rule: Rule<'estate'> = {
  id: 'policy/overlap-ambiguous',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 4.1,
  confidence: 'likely',
  summary: 'Two policies that demand different things govern the same tokens.',
  why: 'Which of the two counts then depends on who reads them in which order. The team that tightens one believes to be safe while verifiers follow the other.',
  fix: 'Let one extend the other, or tell them apart by audience or applies_to.',
  sources: ['docs/formats.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'one.yaml': POLICY('one', 'orders', '10m'), 'two.yaml': POLICY('two', 'orders', '8h') } }],
    good: [{ files: { 'one.yaml': POLICY('one', 'orders', '10m'), 'two.yaml': POLICY('two', 'billing', '8h') } }],
  },
  *check(estate): Iterable<Report> {
    const applied = estate.policies.filter((policy) => policy.enforcement.value !== 'off' && isApplied(policy, estate));
    for (const [index, second] of applied.entries()) {
      const first = applied.slice(0, index).find((other) => overlap(other, second) && other.digest !== second.digest);
      if (first === undefined) continue;
      const shared = sharedIssuers(first, second).join(', ');
      yield {
        at: second.at,
        message: `policy "${second.name}" governs tokens of ${shared} for ${sharedAudiences(first, second).join(', ')} as policy "${first.name}" does, and differs from it`,
        subject: `policy ${second.name}`,
        value: first.name,
        related: [{ at: first.at, message: `policy "${first.name}"` }],
      };
    }
  },
};

/** Whether a token can fall under both. One that extends the other is a closer word on the same matter. */
function overlap(one: EffectivePolicy, other: EffectivePolicy): boolean {
  if (one.chain.includes(other.name) || other.chain.includes(one.name)) return false;
  const { environments, services, routes, labels } = one.appliesTo;
  return (
    sharedIssuers(one, other).length > 0 &&
    sharedAudiences(one, other).length > 0 &&
    meet(environments, other.appliesTo.environments) &&
    meet(services, other.appliesTo.services) &&
    meet(routes, other.appliesTo.routes) &&
    Object.entries(labels).every(([name, value]) => (other.appliesTo.labels[name] ?? value) === value)
  );
}

function sharedIssuers(one: EffectivePolicy, other: EffectivePolicy): readonly string[] {
  const issuers = one.issuers.value.map(({ issuer }) => issuer);
  return other.issuers.value.map(({ issuer }) => issuer).filter((issuer) => issuers.includes(issuer));
}

function sharedAudiences(one: EffectivePolicy, other: EffectivePolicy): readonly string[] {
  const audiences = one.tokens.access_token?.audiences.value ?? [];
  return (other.tokens.access_token?.audiences.value ?? []).filter((audience) => audiences.includes(audience));
}

function meet(one: readonly string[] | 'all', other: readonly string[] | 'all'): boolean {
  return one === 'all' || other === 'all' || one.some((name) => other.includes(name));
}
