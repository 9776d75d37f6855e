import type { Rule } from '../../model/finding.ts';
import { dex } from '../example-configs.ts';
import { longGrace } from '../issuer-lifetimes.ts';

const EXPIRY = (interval: string): string =>
  `idTokens: 15m\nrefreshTokens: { reuseInterval: ${interval}, validIfNotUsedFor: 24h, absoluteLifetime: 168h }`;

export const rule: Rule<'issuer'> = {
  id: 'issuer/refresh-reuse',
  on: 'issuer',
  severity: 'warning',
  securitySeverity: 5.1,
  confidence: 'certain',
  summary: 'A refresh token works for more than a minute after it was replaced.',
  why: 'Within that time the use by a thief is no alarm but allowed, and gives him a branch of his own. Containment of a leaked refresh token takes that much longer.',
  fix: 'Set the grace to the time a client needs to repeat a lost request, some ten seconds.',
  sources: ['RFC 9700 section 4.14.2', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'dex.yaml': dex({ expiry: EXPIRY('10m') }) } }],
    good: [{ files: { 'dex.yaml': dex({ expiry: EXPIRY('10s') }) } }],
  },
  check: longGrace,
};
