import type { Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { known, reportOn } from '../config-facts.ts';
import { keepsObjective, objectiveOf, placeOfLimit } from '../config-policies.ts';
import { apolloRouter } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';
import { shorten } from '../repairs.ts';

const ENTRY = 'issuers: [https://id.example.com]\naudiences: [orders]\nalgorithms: [ES256]';
const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\nrevocation:\n  objectives:\n    signing_key: { max: 5m }',
);

export const rule: Rule<'verifier'> = {
  id: 'verifier/jwks-ttl-over-slo',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 7.4,
  confidence: 'certain',
  summary: 'A verifier caches keys, or its decisions, for longer than a leaked key may be accepted.',
  why: 'A key that left the key set is accepted until the copy in the verifier ages out, whatever the issuer does. These caches alone break the promise, before anybody had to notice, decide or deploy.',
  fix: 'Shorten the cache until it fits the objective with the other parts of the bound, which firebreak predict shows.',
  sources: ['docs/concepts.md', 'OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'router.yaml': apolloRouter({ entry: `${ENTRY}\npoll_interval: 15m` }), 'policy.yaml': POLICY } }],
    good: [{ files: { 'router.yaml': apolloRouter({ entry: `${ENTRY}\npoll_interval: 2m` }), 'policy.yaml': POLICY } }],
  },
  *check(verifier, estate): Iterable<Report> {
    const { keyCacheTtl, upstreamKeyCacheTtl, verdictCacheTtl } = verifier.facts;
    const objective = objectiveOf(verifier, 'signing_key', estate);
    const fact = known(keyCacheTtl);
    // A cache without end is another finding.
    if (objective === null || fact === null || !isFiniteBound(fact.value)) return;
    const behind = [
      { name: 'a cache in front of it', fact: known(upstreamKeyCacheTtl) },
      { name: 'cached decisions', fact: known(verdictCacheTtl) },
    ].flatMap(({ name, fact: part }) =>
      part === null || !isFiniteBound(part.value) || part.value === 0 ? [] : [{ name, value: part.value, at: part.at }],
    );
    const total = millis(behind.reduce<number>((sum, { value }) => sum + value, fact.value));
    if (total <= objective.max) return;
    const isKept = keepsObjective(verifier, 'signing_key', estate);
    const parts = behind.map(({ name, value }) => ` + ${name} ${showBound(value)}`).join('');
    yield reportOn(verifier, 'keyCacheTtl', fact, {
      says: `keeps keys for ${showBound(fact.value)}${parts}`,
      so: `, over the ${showBound(objective.max)} that policy "${objective.policy}" promises for a leaked signing key${objective.at === null ? ' by default' : ''}${isKept ? '; only a channel of the Inventory ends it in time' : ''}`,
      severity: isKept ? 'info' : objective.at === null ? 'warning' : 'error',
      unwritten: isKept ? 'info' : objective.at === null ? 'warning' : 'error',
      value: `${total}>${objective.max}`,
      repair: shorten(fact, fact.value - (total - objective.max)),
      related: [
        ...behind.map(({ name, value, at }) => ({ at, message: `${name}: ${showBound(value)}` })),
        ...placeOfLimit(objective, `objective: ${showBound(objective.max)}`),
      ],
    });
  },
};
