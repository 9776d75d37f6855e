import type { Report, Rule } from '../../model/finding.ts';
import { isForDevelopment, isLoopback, known, reportOn } from '../config-facts.ts';
import { dex } from '../example-configs.ts';

export const rule: Rule<'issuer'> = {
  id: 'issuer/issuer-not-https',
  on: 'issuer',
  severity: 'error',
  securitySeverity: 7.4,
  confidence: 'certain',
  summary: 'An issuer is reached without TLS.',
  why: 'Its keys, its codes and its tokens then pass in the clear, and whoever sits on the path answers in its name. Verifiers that find keys by discovery trust that answer.',
  fix: 'Give the issuer an https address, and demand it of clients.',
  sources: ['RFC 8414 section 2', 'RFC 9700 section 2.6'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'dex.yaml': dex({ issuer: 'http://id.example.com/dex' }) } }],
    good: [{ files: { 'dex.yaml': dex() } }],
  },
  *check(issuer): Iterable<Report> {
    if (isForDevelopment(issuer)) return;
    const url = known(issuer.facts.issuer);
    if (url !== null && url.value !== null && /^http:/i.test(url.value) && !isLoopback(url.value)) {
      yield reportOn(issuer, 'issuer', url, {
        says: `is reached without TLS (${url.value})`,
        severity: 'error',
        value: url.value,
      });
    }
    const required = known(issuer.facts.httpsRequired);
    if (required === null || required.value) return;
    yield reportOn(issuer, 'httpsRequired', required, {
      says: 'serves clients without TLS',
      severity: 'error',
      value: 'false',
    });
  },
};
