import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { dex } from '../example-configs.ts';

export const rule: Rule<'client'> = {
  id: 'issuer/flows',
  on: 'client',
  severity: 'warning',
  securitySeverity: 5.9,
  confidence: 'certain',
  summary: 'A client may use a grant that gives tokens away.',
  why: 'The implicit grant puts tokens into addresses, which browsers, logs and other sites see. The password grant teaches users to type their password anywhere and knows no second factor.',
  fix: 'Use the authorization code grant with PKCE, and client credentials for machines.',
  sources: ['RFC 9700 section 2.1.2', 'RFC 9700 section 2.4'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'dex.yaml': dex({ responseTypes: '[code, token, id_token]' }) } }],
    good: [{ files: { 'dex.yaml': dex() } }],
  },
  *check(client): Iterable<Report> {
    const fact = known(client.facts.grantTypes);
    if (fact === null) return;
    const legacy = fact.value.filter((grant) => grant === 'implicit' || grant === 'password');
    if (legacy.length === 0) return;
    yield reportOn(client, 'grantTypes', fact, {
      says: `may use the ${legacy.join(' and the ')} grant`,
      severity: 'warning',
      value: legacy.join(' '),
    });
  },
};
