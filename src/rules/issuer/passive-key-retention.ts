import type { Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, showBound } from '../../model/quantity.ts';
import { known, reportOn } from '../config-facts.ts';
import { objectiveOf, placeOfLimit } from '../config-policies.ts';
import { dex } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';

const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com/dex\nrevocation:\n  objectives:\n    signing_key: { max: 30m }',
);
const EXPIRY = (life: string): string =>
  `idTokens: ${life}\nrefreshTokens: { reuseInterval: 3s, validIfNotUsedFor: 24h, absoluteLifetime: 168h }`;

export const rule: Rule<'issuer'> = {
  id: 'issuer/passive-key-retention',
  on: 'issuer',
  severity: 'error',
  securitySeverity: 7.0,
  confidence: 'certain',
  summary: 'Rotation leaves the old key published for longer than a leaked one may be accepted.',
  why: 'Rotating demotes a key and does not remove it, so that tokens in use stay good. In an incident that is the wrong button: the leaked key goes on verifying until its retention ends.',
  fix: 'Know and drill the second step that takes the key out of the key set at once, and declare it as removal_delay.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'dex.yaml': dex({ expiry: EXPIRY('24h') }), 'policy.yaml': POLICY } }],
    good: [{ files: { 'dex.yaml': dex({ expiry: EXPIRY('15m') }), 'policy.yaml': POLICY } }],
  },
  *check(issuer, estate): Iterable<Report> {
    const fact = known(issuer.facts.passiveKeyRetention);
    const objective = objectiveOf(issuer, 'signing_key', estate);
    if (fact === null || fact.value === 'unknown' || objective === null) return;
    if (isFiniteBound(fact.value) && fact.value <= objective.max) return;
    const isWrittenPromise = objective.at !== null;
    yield reportOn(issuer, 'passiveKeyRetention', fact, {
      says: `keeps a rotated key published ${isFiniteBound(fact.value) ? `for ${showBound(fact.value)}` : 'without end'}`,
      so: `; policy "${objective.policy}" promises ${showBound(objective.max)} for a leaked signing key${isWrittenPromise ? '' : ' by default'}`,
      severity: isWrittenPromise ? 'error' : 'warning',
      value: `${fact.value}>${objective.max}`,
      related: placeOfLimit(objective, 'objective for signing_key'),
    });
  },
};
