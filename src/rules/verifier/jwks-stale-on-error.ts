import type { Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { isWritten, known, reportOn } from '../config-facts.ts';
import { loosest, placeOfLimit, policiesOf } from '../config-policies.ts';
import { apolloRouter, krakend } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';

const POLICY = (maxStale: string): string =>
  policyText('orders', `issuers:\n  - issuer: https://id.example.com\njwks_cache: { max_stale: ${maxStale} }`);

export const rule: Rule<'verifier'> = {
  id: 'verifier/jwks-stale-on-error',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 5.4,
  confidence: 'certain',
  summary: 'A verifier goes on with old keys while it cannot fetch new ones.',
  why: 'Whoever can keep the verifier from the key set, by flooding the issuer or cutting a route, keeps a removed key alive for as long. An incident at the issuer is when both happen together.',
  fix: 'Bound how long old keys are used, below the objective for a leaked signing key; where the product has no such setting, plan a restart into the incident.',
  sources: ['RFC 5861 section 4', 'RFC 9111 section 4.2.4', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'router.yaml': apolloRouter() }, note: 'What the product does by itself is for your information.' },
      {
        files: { 'router.yaml': apolloRouter(), 'policy.yaml': POLICY('1h') },
        note: 'A policy that bounds it makes it a warning.',
      },
    ],
    good: [{ files: { 'krakend.json': krakend(), 'policy.yaml': POLICY('1h') } }],
  },
  *check(verifier, estate): Iterable<Report> {
    const fact = known(verifier.facts.staleOnError);
    if (fact === null || fact.value === 'unknown' || fact.value === 0) return;
    const limit = loosest(
      policiesOf(verifier, estate)
        .filter(({ jwksCache }) => jwksCache.maxStale.at !== null)
        .map((policy) => ({ policy, limit: policy.jwksCache.maxStale })),
    );
    const isOver = limit !== null && (!isFiniteBound(fact.value) || fact.value > limit.limit.value);
    const isLong = !isFiniteBound(fact.value) || fact.value > DAY;
    if (!isOver && (limit !== null || !isLong)) return;
    const promise = isOver ? `; policy "${limit.policy.name}" allows ${showBound(limit.limit.value)}` : '';
    yield reportOn(verifier, 'staleOnError', fact, {
      says: `uses old keys ${isFiniteBound(fact.value) ? `for ${showBound(fact.value)}` : 'without end'} while the key set cannot be fetched`,
      so: promise,
      severity: isOver && isWritten(fact) ? 'error' : 'warning',
      unwritten: isOver ? 'warning' : 'info',
      value: String(fact.value),
      related: limit === null || !isOver ? [] : placeOfLimit(limit.limit, 'max_stale'),
    });
  },
};

/** Longer than any incident that is handled the same day. */
const DAY = millis(86_400_000);
