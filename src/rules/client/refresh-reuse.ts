import type { Rule } from '../../model/finding.ts';
import { auth0 } from '../example-configs.ts';
import { longGrace } from '../issuer-lifetimes.ts';

export const rule: Rule<'client'> = {
  id: 'client/refresh-reuse',
  on: 'client',
  severity: 'warning',
  securitySeverity: 5.1,
  confidence: 'certain',
  summary: 'A refresh token of a client works for more than a minute after it was replaced.',
  why: 'Within that time the use by a thief is no alarm but allowed, and gives him a branch of his own. Containment of a leaked refresh token takes that much longer.',
  fix: 'Set the grace to the time the client needs to repeat a lost request, some ten seconds.',
  sources: ['RFC 9700 section 4.14.2', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'tenant.yaml': auth0({ leeway: 600 }) } }],
    good: [{ files: { 'tenant.yaml': auth0() } }],
  },
  check: longGrace,
};
