import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { accessTokenRules } from '../config-policies.ts';
import { apolloRouter } from '../example-configs.ts';
import { ordersPolicy } from '../example-tokens.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/audience-unchecked',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 6.8,
  confidence: 'certain',
  summary: 'A verifier does not compare the audience of a token.',
  why: 'Every token of the issuer opens this service, whatever it was made for: the one that a user gave to the newsletter application too. A service that receives tokens can replay them here.',
  fix: 'List the audiences that are this service, and have the issuer put one of them into its tokens.',
  sources: ['RFC 8725 section 3.9', 'RFC 9068 section 4', 'OWASP ASVS 5.0 9.2.3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'router.yaml': apolloRouter({ entry: 'issuers: [https://id.example.com]\nalgorithms: [ES256]' }),
        },
        note: 'A default is a warning.',
      },
      {
        files: {
          'router.yaml': apolloRouter({ entry: 'issuers: [https://id.example.com]\nalgorithms: [ES256]' }),
          'policy.yaml': ordersPolicy(),
        },
        note: 'A policy that names audiences makes it an error.',
      },
    ],
    good: [{ files: { 'router.yaml': apolloRouter(), 'policy.yaml': ordersPolicy() } }],
  },
  *check(verifier, estate): Iterable<Report> {
    const fact = known(verifier.facts.audiences);
    if (fact === null || known(verifier.facts.signatureVerified)?.value === false) return;
    if (fact.value !== null && !fact.value.includes('*')) return;
    const demand = accessTokenRules(verifier, estate).find(({ rules }) => rules.audiences.at !== null);
    const wanted = demand?.rules.audiences;
    const names = wanted === undefined ? '' : `; policy "${demand?.policy.name}" allows ${wanted.value.join(', ')}`;
    yield reportOn(verifier, 'audiences', fact, {
      says: 'accepts tokens for any audience',
      so: names === '' ? '; a token for another service works here' : names,
      severity: 'error',
      unwritten: wanted === undefined ? 'warning' : 'error',
      value: 'any',
      related: wanted === undefined || wanted.at === null ? [] : [{ at: wanted.at, message: 'audiences' }],
    });
  },
};
