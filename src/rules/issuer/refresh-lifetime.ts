import type { Rule } from '../../model/finding.ts';
import { hydra } from '../example-configs.ts';
import { longRefresh } from '../issuer-lifetimes.ts';

export const rule: Rule<'issuer'> = {
  id: 'issuer/refresh-lifetime',
  on: 'issuer',
  severity: 'error',
  securitySeverity: 6.0,
  confidence: 'certain',
  summary: 'Refresh tokens never end, or live longer than the policy allows.',
  why: 'A stolen refresh token mints access tokens for as long as it lives. Renewal on use alone never ends it: the thief uses it too.',
  fix: 'Give refresh tokens an absolute end, and an idle one before it.',
  sources: ['OWASP ASVS 5.0 10.4.8', 'RFC 9700 section 4.14.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'hydra.yml': hydra('ttl: { access_token: 10m, refresh_token: -1 }') } }],
    good: [{ files: { 'hydra.yml': hydra('ttl: { access_token: 10m, refresh_token: 168h }') } }],
  },
  check: longRefresh,
};
