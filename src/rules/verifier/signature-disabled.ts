import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { HAPROXY_CHECKS, haproxy } from '../example-configs.ts';
import { flip } from '../repairs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/signature-disabled',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'Claims of a token are used without verifying its signature.',
  why: 'Whoever can send a request writes the claims. Nothing that is revoked, rotated or expired at the issuer has any effect here.',
  fix: 'Verify the signature before any claim is read, at this place and not at one that a request can avoid.',
  sources: ['OWASP ASVS 5.0 9.1.1', 'RFC 7519 section 7.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'haproxy.cfg': haproxy(["http-request set-var(txn.tenant) var(txn.bearer),jwt_payload_query('$.tenant')"]),
        },
      },
    ],
    good: [{ files: { 'haproxy.cfg': haproxy(HAPROXY_CHECKS) } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.signatureVerified);
    if (fact === null || fact.value) return;
    yield reportOn(verifier, 'signatureVerified', fact, {
      says: 'uses claims without verifying the signature',
      so: '; whoever sends a request writes them',
      severity: 'error',
      unwritten: 'error',
      value: 'false',
      repair: flip(fact, false),
    });
  },
};
