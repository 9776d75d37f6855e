import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';
import { flip } from '../repairs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/missing-token-allowed',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A request without any token passes the verifier.',
  why: 'Leaving the token out is then the easiest way past it, and revoking one only sends its holder there. Whether anything is protected is up to what comes behind, which this file does not show.',
  fix: 'Require a token, and list the public routes as exceptions.',
  sources: ['RFC 6750 section 3', 'OWASP ASVS 5.0 8.2.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'router.yaml': apolloRouter({ requireAuthentication: false }) } }],
    good: [{ files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier, { configs }): Iterable<Report> {
    const fact = known(verifier.facts.missingTokenAllowed);
    if (fact === null || !fact.value) return;
    const requiring = configs.some(
      (config) =>
        config.kind === 'route' &&
        config.adapter === verifier.adapter &&
        config.verifiers.includes(verifier.name) &&
        known(config.facts.requirement)?.value === 'required',
    );
    // Another rule behind it demands the token, as an AuthorizationPolicy does.
    if (requiring) return;
    yield reportOn(verifier, 'missingTokenAllowed', fact, {
      says: 'lets requests without a token through',
      severity: 'warning',
      value: 'true',
      repair: flip(fact, false),
    });
  },
};
