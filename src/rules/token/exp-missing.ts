import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';

const { exp: _exp, ...endless } = CLAIMS;

export const rule: Rule<'token'> = {
  id: 'token/exp-missing',
  on: 'token',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A token never expires: it has no exp.',
  why: 'Most verifiers accept a token without exp. When it leaks, it stays good until its signing key is removed everywhere.',
  fix: 'Set exp to the shortest life that the clients can work with.',
  sources: ['RFC 9068 section 2.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': tokenText(HEADER, endless) } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS) } }],
  },
  *check({ at, claims, fingerprint }): Iterable<Report> {
    if (claims['exp'] !== undefined) return;
    yield { at, message: 'token has no exp: it never expires', subject: 'claims.exp', value: fingerprint };
  },
};
