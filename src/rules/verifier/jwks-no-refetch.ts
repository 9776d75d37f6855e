import type { IssuerConfig, VerifierConfig } from '../../model/config.ts';
import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { Location } from '../../model/location.ts';
import type { Millis } from '../../model/quantity.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { isWritten, known, reportOn } from '../config-facts.ts';
import { policiesOf } from '../config-policies.ts';
import { apolloRouter } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';

const ENTRY = 'issuers: [https://id.example.com]\naudiences: [orders]\nalgorithms: [ES256]\npoll_interval: 30m';
const POLICY = (prePublish: string): string =>
  policyText('orders', `issuers:\n  - issuer: https://id.example.com\nkeys: { pre_publish: ${prePublish} }`);

export const rule: Rule<'verifier'> = {
  id: 'verifier/jwks-no-refetch',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 3.3,
  confidence: 'certain',
  summary: 'A new key signs before a verifier that does not ask for unknown keys can know it.',
  why: 'The verifier looks at the key set at its own pace and refuses every token under a key it has not seen. Each rotation is then an outage, planned ones included, and so rotations stop.',
  fix: 'Publish keys for longer than the verifier caches before they sign, or shorten the cache.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'docs/concepts.md#key-caches'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'router.yaml': apolloRouter({ entry: ENTRY }), 'policy.yaml': POLICY('10m') } }],
    good: [{ files: { 'router.yaml': apolloRouter({ entry: ENTRY }), 'policy.yaml': POLICY('24h') } }],
  },
  *check(verifier, estate): Iterable<Report> {
    const { refetchOnUnknownKid, keyCacheTtl, upstreamKeyCacheTtl } = verifier.facts;
    const own = known(keyCacheTtl);
    if (known(refetchOnUnknownKid)?.value !== 'never' || own === null || !isFiniteBound(own.value)) return;
    const upstream = known(upstreamKeyCacheTtl)?.value;
    const cached = millis(own.value + (upstream !== undefined && isFiniteBound(upstream) ? upstream : 0));
    const lead = shortestLead(verifier, estate);
    if (lead === null || lead.value >= cached) return;
    yield reportOn(verifier, 'keyCacheTtl', own, {
      says: `learns of new keys after up to ${showBound(cached)} and does not ask for unknown ones`,
      so: `; ${lead.who} signs with a new key ${showBound(lead.value)} after publishing it`,
      severity: lead.isWritten ? 'error' : 'warning',
      unwritten: lead.isWritten && isWritten(own) ? 'error' : 'warning',
      value: `${lead.value}<${cached}`,
      related: [{ at: lead.at, message: `published ${showBound(lead.value)} before it signs` }],
    });
  },
};

interface Lead {
  readonly who: string;
  readonly value: Millis;
  readonly at: Location;
  readonly isWritten: boolean;
}

/** Time between publishing a key and signing with it: what the paired issuers do, else what the policies ask for. */
function shortestLead(verifier: VerifierConfig, estate: Estate): Lead | null {
  const issuers = estate.pairs
    .filter((pair) => pair.verifier === verifier)
    .flatMap(({ issuer }) => leadOfIssuer(issuer));
  const leads =
    issuers.length > 0
      ? issuers
      : policiesOf(verifier, estate).flatMap(({ name, keys }) =>
          keys.prePublish.at === null
            ? []
            : [{ who: `policy "${name}"`, value: keys.prePublish.value, at: keys.prePublish.at, isWritten: true }],
        );
  return leads.toSorted((a, b) => a.value - b.value)[0] ?? null;
}

function leadOfIssuer(issuer: IssuerConfig): readonly Lead[] {
  const fact = known(issuer.facts.prepublish);
  if (fact === null || !isFiniteBound(fact.value)) return [];
  return [{ who: `issuer "${issuer.name}"`, value: fact.value, at: fact.at, isWritten: isWritten(fact) }];
}
