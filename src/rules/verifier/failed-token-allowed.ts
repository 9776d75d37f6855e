import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';
import { flip } from '../repairs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/failed-token-allowed',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 7.5,
  confidence: 'certain',
  summary: 'A request whose token failed verification goes on as if it had none.',
  why: 'A revoked, expired or forged token is not refused but ignored, so every protection depends on what comes behind. An attacker who is locked out keeps anonymous access, and no log shows the failed tokens as refusals.',
  fix: 'Refuse what fails; let requests without a token through on the routes that are public, and only those.',
  sources: ['RFC 6750 section 3.1', 'OWASP ASVS 5.0 9.1.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'router.yaml': apolloRouter({ jwt: 'on_error: Continue' }) } }],
    good: [{ files: { 'router.yaml': apolloRouter({ jwt: 'on_error: Error' }) } }],
  },
  *check(verifier): Iterable<Report> {
    const fact = known(verifier.facts.failedTokenAllowed);
    if (fact === null || !fact.value) return;
    yield reportOn(verifier, 'failedTokenAllowed', fact, {
      says: 'lets requests through whose token failed',
      severity: 'error',
      unwritten: 'error',
      value: 'true',
      repair: flip(fact, false),
    });
  },
};
