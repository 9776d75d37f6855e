import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';
import { algOf } from '../token-facts.ts';

export const rule: Rule<'token'> = {
  id: 'token/alg-none',
  on: 'token',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'A token is not signed: its alg is none.',
  why: 'A verifier that accepts it accepts whatever anybody writes. Filters that compare with the exact word miss spellings like None and nOnE.',
  fix: 'Find out who issued it and who accepted it; allow algorithms by list and never list none.',
  sources: ['RFC 8725 section 3.2', 'RFC 7518 section 3.6'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': tokenText({ ...HEADER, alg: 'none' }, CLAIMS) } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS) } }],
  },
  *check(token): Iterable<Report> {
    const alg = algOf(token);
    if (alg.toLowerCase() !== 'none') return;
    yield {
      at: token.at,
      message: `token is not signed: alg is ${JSON.stringify(alg)}`,
      subject: 'header.alg',
      value: token.fingerprint,
    };
  },
};
