import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';

/** HS256 under the default secret of a well-known web page. */
const SIGNED_WITH_A_DEFAULT = [
  'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImVjLTEifQ',
  'eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIiwiYXVkIjoib3JkZXJzIiwic3ViIjoidXNlci0xIiwiaWF0IjoxNzM1Njg5NjAwLCJleHAiOjE3MzU2OTAyMDB9',
  '18LuaXMYWaQG3HOtVKEJWzpBP9MeZEjcYZXJMfqsvu0\n',
].join('.');

export const rule: Rule<'token'> = {
  id: 'token/hmac-weak-secret',
  on: 'token',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'A token is signed with an HMAC secret that is on a list.',
  why: 'One captured token is enough to try every known secret offline, in a second. Whoever finds the secret signs tokens as the issuer.',
  fix: 'Change to an asymmetric algorithm, or to a random secret of at least the length of the hash; treat the old one as leaked.',
  sources: ['RFC 8725 section 3.5', 'RFC 7518 section 3.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': SIGNED_WITH_A_DEFAULT } }],
    good: [{ files: { 'token.jwt': tokenText({ ...HEADER, alg: 'HS256' }, CLAIMS) } }],
  },
  *check({ at, guessedSecret, fingerprint }): Iterable<Report> {
    if (guessedSecret === null) return;
    yield {
      at,
      message: `signature verifies with ${guessedSecret}: anybody can sign such tokens`,
      subject: 'signature',
      value: fingerprint,
    };
  },
};
