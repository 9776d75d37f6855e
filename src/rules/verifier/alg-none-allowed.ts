import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';
import { isNone } from '../policy-facts.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/alg-none-allowed',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'A verifier lists the algorithm none, in whatever spelling.',
  why: 'A token with alg none has no signature, so anybody writes one with any subject. Some libraries compare the name without regard to case.',
  fix: 'Take it off the list.',
  sources: ['RFC 8725 section 3.2', 'OWASP ASVS 5.0 9.1.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'router.yaml': apolloRouter({
            entry: 'issuers: [https://id.example.com]\naudiences: [orders]\nalgorithms: [ES256, none]',
          }),
        },
      },
    ],
    good: [{ files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.algorithms);
    if (fact === null || typeof fact.value === 'string') return;
    const none = fact.value.find(isNone);
    if (none === undefined) return;
    yield reportOn(verifier, 'algorithms', fact, {
      says: `lists the algorithm ${JSON.stringify(none)}`,
      so: '; a token without a signature passes',
      severity: 'error',
      unwritten: 'error',
      value: 'none',
    });
  },
};
