import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/issuer-unchecked',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A verifier does not compare the issuer of a token.',
  why: 'Whatever else the same keys sign is then accepted: a token of another tenant, of another realm behind the same key set, or of an older issuer name. Keys say who signed, and only iss says on whose behalf.',
  fix: 'Write the exact iss value of the issuer; no pattern that another name could match.',
  sources: ['RFC 8725 section 3.8', 'RFC 7519 section 4.1.1', 'RFC 9068 section 4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'router.yaml': apolloRouter({ entry: 'audiences: [orders]\nalgorithms: [ES256]' }) },
        note: 'A default is a warning.',
      },
      {
        files: {
          'router.yaml': apolloRouter({
            entry: 'issuers: ["https://*.example.com"]\naudiences: [orders]\nalgorithms: [ES256]',
          }),
        },
        note: 'Where patterns are understood it matches too much, and elsewhere nothing at all.',
      },
    ],
    good: [{ files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.issuers);
    // Shared secrets and static keys have one owner, and a decoder that checks nothing has a rule of its own.
    if (fact === null || known(verifier.facts.signatureVerified)?.value === false) return;
    if (fact.value === null) {
      yield reportOn(verifier, 'issuers', fact, {
        says: 'accepts tokens of any issuer',
        so: '; its keys alone decide',
        severity: 'error',
        value: 'any',
      });
      return;
    }
    const pattern = fact.value.find(isLoose);
    if (pattern === undefined) return;
    yield reportOn(verifier, 'issuers', fact, {
      says: `takes issuers by the pattern "${pattern}"`,
      so: ', which more names match than the one that is meant',
      severity: 'error',
      value: pattern,
    });
  },
};

/** A wildcard in the host, a lone wildcard, or a regular expression that is not anchored. */
function isLoose(issuer: string): boolean {
  return issuer === '*' || /^[a-z]+:\/\/[^/]*\*/i.test(issuer) || /^(?!\^).*(?:\.\*|\.\+)/.test(issuer);
}
