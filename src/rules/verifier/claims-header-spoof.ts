import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { HAPROXY_CHECKS, haproxy } from '../example-configs.ts';

const USER = (action: string): string =>
  haproxy([...HAPROXY_CHECKS, `http-request ${action} X-User-Id %[var(txn.bearer),jwt_payload_query('$.sub')]`]);

export const rule: Rule<'verifier'> = {
  id: 'verifier/claims-header-spoof',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 8.1,
  confidence: 'certain',
  summary: 'A gateway passes claims on in headers and leaves what the client sent under the same names.',
  why: 'The service behind believes these headers because the gateway writes them. A client that sends one itself, with a token that lacks the claim or with none, is whoever it says.',
  fix: 'Remove each of these headers from every request before any of them is set.',
  sources: ['CWE-290', 'OWASP ASVS 5.0 4.1.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'haproxy.cfg': USER('add-header') } }],
    good: [{ files: { 'haproxy.cfg': USER('set-header') } }],
  },
  *check(verifier): Iterable<Report> {
    const fact = known(verifier.facts.claimHeaders);
    if (fact === null || fact.value.stripped || fact.value.names.length === 0) return;
    const names = fact.value.names.slice(0, 5).join(', ');
    yield reportOn(verifier, 'claimHeaders', fact, {
      says: `passes claims on in ${names} and does not remove what the client sent under ${fact.value.names.length === 1 ? 'that name' : 'those names'}`,
      // What follows from other settings holds for some requests only, such as health checks.
      severity: fact.origin === 'derived' ? 'info' : fact.origin === 'explicit' ? 'error' : 'warning',
      value: fact.value.names.toSorted().join(' '),
    });
  },
};
