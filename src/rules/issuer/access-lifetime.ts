import type { Rule } from '../../model/finding.ts';
import { hydra } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';
import { longAccess } from '../issuer-lifetimes.ts';

const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\ntokens:\n  access_token:\n    lifetime: { max: 15m }',
);

export const rule: Rule<'issuer'> = {
  id: 'issuer/access-lifetime',
  on: 'issuer',
  severity: 'error',
  securitySeverity: 5.7,
  confidence: 'certain',
  summary: 'An issuer gives access tokens a longer life than its policy allows, or than an hour.',
  why: 'The life of a token is how long a leaked one works where no revocation channel reaches. What the policy says about it is true only if the issuer does it.',
  fix: 'Shorten access tokens at the issuer, 5 minutes to an hour, and let clients renew them.',
  sources: ['RFC 6750 section 5.3', 'OpenID CAEP Interoperability Profile 1.0'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'hydra.yml': hydra('ttl: { access_token: 30m }'), 'policy.yaml': POLICY } },
      {
        files: { 'hydra.yml': hydra('ttl: { access_token: 4h }') },
        note: 'Without a policy, over an hour is a warning.',
      },
    ],
    good: [{ files: { 'hydra.yml': hydra('ttl: { access_token: 10m }'), 'policy.yaml': POLICY } }],
  },
  check: longAccess,
};
