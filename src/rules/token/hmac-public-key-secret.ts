import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { CLAIMS, HEADER, hmacTokenText, tokenText } from '../example-tokens.ts';

export const rule: Rule<'token'> = {
  id: 'token/hmac-public-key-secret',
  on: 'token',
  severity: 'error',
  securitySeverity: 9.4,
  confidence: 'certain',
  summary: 'The secret of a token is a published key.',
  why: 'Somebody signed an HMAC with a public key, which is how forgeries against confused verifiers are made. If the token was accepted, everybody can make such tokens.',
  fix: 'Find out who made the token and which verifier took it; allow one family of algorithms there and rotate.',
  sources: ['RFC 8725 section 2.1', 'CVE-2015-9235'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'token.jwt': hmacTokenText({ ...HEADER, alg: 'HS256' }, CLAIMS, JSON.stringify(EC_GOOD)),
          'jwks.json': keySetText(EC_GOOD),
        },
      },
    ],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'jwks.json': keySetText(EC_GOOD) } }],
  },
  *check({ publicKeySecret, at, fingerprint }): Iterable<Report> {
    if (publicKeySecret === null || publicKeySecret === undefined) return;
    yield {
      at,
      message: `the HMAC of this token verifies under a published key, taken as ${publicKeySecret}`,
      subject: 'signature',
      value: fingerprint,
    };
  },
};
