import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { nameOf } from '../key-diagnosis.ts';

const SECRET = {
  kty: 'oct',
  kid: 'hmac-1',
  use: 'sig',
  alg: 'HS256',
  k: 'Tm90IGEgc2VjcmV0LCBvbmx5IGFuIGV4YW1wbGUgb2Ygb25lLg',
};

export const rule: Rule<'jwks'> = {
  id: 'jwks/mixed-symmetry',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 7.4,
  confidence: 'certain',
  summary: 'A key set holds secrets beside public keys.',
  why: 'A verifier of this set accepts HMAC and signatures side by side, which is what key confusion needs. The set can be neither published, for the secrets in it, nor trusted where it is not.',
  fix: 'Keep secrets in a set of their own that only its two parties read, or use public keys alone.',
  sources: ['RFC 8725 section 2.1', 'RFC 8725 section 3.1', 'CVE-2015-9235'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(EC_GOOD, SECRET) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD) } }],
  },
  *check({ keys }): Iterable<Report> {
    const secret = keys.find(({ kty }) => kty === 'oct');
    const known = keys.find(({ kty }) => kty === 'RSA' || kty === 'EC' || kty === 'OKP');
    if (secret === undefined || known === undefined) return;
    yield {
      at: secret.at,
      message: `${nameOf(secret)} is a secret in a set with public keys`,
      subject: 'set symmetry',
      value: 'mixed',
      related: [{ at: known.at, message: 'a public key' }],
    };
  },
};
