import type { Report, Rule } from '../../model/finding.ts';
import { isWritten, known, reportOn } from '../config-facts.ts';
import { HAPROXY_CHECKS, haproxy } from '../example-configs.ts';

const FROM = (source: string): string => haproxy([`http-request set-var(txn.bearer) ${source}`, ...HAPROXY_CHECKS]);

export const rule: Rule<'verifier'> = {
  id: 'verifier/token-location',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 4.6,
  confidence: 'certain',
  summary: 'A verifier takes tokens from the query of a URL.',
  why: 'URLs are written to access logs, browser histories and Referer headers, and are passed on in chats. Each of these then holds a working token.',
  fix: 'Take tokens from the Authorization header only; for downloads and WebSockets use tickets that work once.',
  sources: ['RFC 9700 section 4.3.2', 'RFC 6750 section 5.3', 'OWASP ASVS 5.0 14.2.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'haproxy.cfg': FROM('urlp(access_token)') } }],
    good: [{ files: { 'haproxy.cfg': FROM('http_auth_bearer') } }],
  },
  *check(verifier): Iterable<Report> {
    const fact = known(verifier.facts.queryTokenAccepted);
    if (fact === null || !fact.value) return;
    yield reportOn(verifier, 'queryTokenAccepted', fact, {
      says: 'takes tokens from the query of a URL',
      so: '; logs and browser histories then hold them',
      severity: isWritten(fact) ? 'warning' : 'info',
      value: 'query',
    });
  },
};
