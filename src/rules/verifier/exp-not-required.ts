import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';
import { flip } from '../repairs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/exp-not-required',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 5.9,
  confidence: 'certain',
  summary: 'A verifier accepts tokens that never expire.',
  why: 'Expiry is the one channel that needs nobody to act, and a token without exp has none. Whoever can have one issued, or forge one, holds it until the key itself is gone from every cache.',
  fix: 'Have the verifier demand exp; where it cannot, cap the life of a token by its iat, and keep the issuer from leaving exp out.',
  sources: ['RFC 9068 section 2.2', 'RFC 7519 section 4.1.4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'router.yaml': apolloRouter({
            entry:
              'issuers: [https://id.example.com]\naudiences: [orders]\nalgorithms: [ES256]\nallow_missing_exp: true',
          }),
        },
      },
    ],
    good: [{ files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier) {
    const { requiresExp, expVerified, maxLifetime } = verifier.facts;
    const fact = known(requiresExp);
    if (fact === null || fact.value || known(expVerified)?.value === false) return;
    // A cap on the life of a token refuses one whose end is not known.
    if (typeof known(maxLifetime)?.value === 'number') return;
    yield reportOn(verifier, 'requiresExp', fact, {
      says: 'accepts tokens without exp',
      so: '; such a token works until its key is gone',
      severity: 'error',
      // Most verifiers do; where no setting exists, the issuer is the one to look at.
      unwritten: fact.origin === 'platform' ? 'info' : 'warning',
      value: 'false',
      repair: flip(fact, true),
    });
  },
};
