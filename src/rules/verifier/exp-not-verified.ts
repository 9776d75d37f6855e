import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { HAPROXY_CHECKS, HAPROXY_EXPIRY, haproxy } from '../example-configs.ts';
import { flip } from '../repairs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/exp-not-verified',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 7.7,
  confidence: 'certain',
  summary: 'A verifier does not look at the expiry of a token.',
  why: 'Every token that was ever signed by a published key works, those of people who left included. Short lifetimes at the issuer promise a bound that does not exist here.',
  fix: 'Compare exp with the time, and refuse tokens without it.',
  sources: ['RFC 7519 section 4.1.4', 'OWASP ASVS 5.0 9.2.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'haproxy.cfg': haproxy(HAPROXY_CHECKS) } }],
    good: [{ files: { 'haproxy.cfg': haproxy([...HAPROXY_CHECKS, ...HAPROXY_EXPIRY]) } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.expVerified);
    if (fact === null || fact.value || known(verifier.facts.signatureVerified)?.value === false) return;
    yield reportOn(verifier, 'expVerified', fact, {
      says: 'accepts expired tokens: exp is not looked at',
      severity: 'error',
      unwritten: 'error',
      value: 'false',
      repair: flip(fact, false),
    });
  },
};
