import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/alg-family-mix',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 8.1,
  confidence: 'certain',
  summary: 'A verifier accepts HMAC and public key algorithms side by side.',
  why: 'A library that picks the key by kid and the algorithm by the token can be made to use a published key as the HMAC secret. Everybody has that key, so everybody can then sign.',
  fix: 'Keep one family per verifier; during a change of family, run two verifiers.',
  sources: ['RFC 8725 section 2.1', 'RFC 8725 section 3.1', 'CVE-2015-9235'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'router.yaml': apolloRouter({
            entry: 'issuers: [https://id.example.com]\naudiences: [orders]\nalgorithms: [RS256, HS256]',
          }),
        },
      },
    ],
    good: [{ files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.algorithms);
    if (fact === null || typeof fact.value === 'string') return;
    const hmac = fact.value.filter((alg) => /^HS\d+$/i.test(alg));
    const signed = fact.value.filter((alg) => /^(?:RS|PS|ES|Ed)/i.test(alg));
    if (hmac.length === 0 || signed.length === 0) return;
    yield reportOn(verifier, 'algorithms', fact, {
      says: `accepts ${hmac.join(', ')} beside ${signed.join(', ')}`,
      so: '; a public key may be taken for a secret',
      severity: 'error',
      value: [...hmac, ...signed].sort().join(' '),
    });
  },
};
