import type { Rule } from '../../model/finding.ts';
import { keycloak } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';
import { longAccess } from '../issuer-lifetimes.ts';

const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com/realms/shop\ntokens:\n  access_token:\n    lifetime: { max: 15m }',
);
const REALM = (lifespan: string): string => keycloak({ attributes: { 'access.token.lifespan': lifespan } });

export const rule: Rule<'client'> = {
  id: 'client/access-lifetime',
  on: 'client',
  severity: 'error',
  securitySeverity: 5.7,
  confidence: 'certain',
  summary: 'One client gets access tokens with a longer life than the policy allows, or than an hour.',
  why: "The client's own setting wins over that of the issuer. Whoever reads only the latter, in a review or in an incident, counts on an expiry that is not there.",
  fix: "Remove the client's own lifetime, or bring it down to that of the issuer.",
  sources: ['RFC 6750 section 5.3', 'OpenID CAEP Interoperability Profile 1.0'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'shop-realm.json': REALM('1800'), 'policy.yaml': POLICY } },
      { files: { 'shop-realm.json': REALM('86400') }, note: 'Without a policy, over an hour is a warning.' },
    ],
    good: [{ files: { 'shop-realm.json': REALM('600'), 'policy.yaml': POLICY } }],
  },
  check: longAccess,
};
