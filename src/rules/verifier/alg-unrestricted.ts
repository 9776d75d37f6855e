import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/alg-unrestricted',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 5.3,
  confidence: 'likely',
  summary: 'A verifier has no list of algorithms.',
  why: 'The token then names the algorithm and the library decides what it knows. Keys without an alg of their own are used with every algorithm that fits them, and each library update may add one.',
  fix: 'List the algorithms the issuer signs with, and no others.',
  sources: ['RFC 8725 section 3.1', 'OWASP ASVS 5.0 9.1.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'router.yaml': apolloRouter({ entry: 'issuers: [https://id.example.com]\naudiences: [orders]' }),
        },
      },
    ],
    good: [{ files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.algorithms);
    if (fact === null || fact.value !== 'any' || known(verifier.facts.signatureVerified)?.value === false) return;
    yield reportOn(verifier, 'algorithms', fact, {
      says: 'accepts every algorithm its library knows that fits the key',
      severity: 'warning',
      // Without a setting there is nothing to do but to give every key an alg.
      unwritten: fact.origin === 'platform' ? 'info' : 'warning',
      value: 'any',
    });
  },
};
