import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';

/** The token that the debugger of jwt.io shows. */
const SAMPLE =
  'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWUsImlhdCI6' +
  'MTUxNjIzOTAyMn0.tyh-VfuzIxCyGYDlkBA7DfyjrqmSHu6pQ2hoZuFqUSLPNY2N0mpHb3nk5K17HWP_3cYHBw7AhHale5wky6-sVA\n';

export const rule: Rule<'token'> = {
  id: 'token/known-key-signed',
  on: 'token',
  severity: 'error',
  securitySeverity: 9.5,
  confidence: 'certain',
  summary: 'A token was signed with a private key that a document prints.',
  why: 'Everybody can look the key up and sign the same way. Where such a token is accepted, every other one of that key is too.',
  fix: 'Generate a key, publish its public half, and take the printed one out of every configuration.',
  sources: ['RFC 7515 appendix A', 'RFC 7520 section 3', 'RFC 8037 appendix A'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': SAMPLE } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS) } }],
  },
  *check({ publishedSigner = null, at, fingerprint }): Iterable<Report> {
    if (publishedSigner === null) return;
    yield {
      at,
      message: `the token is signed with a private key that everybody knows, from ${publishedSigner}`,
      subject: 'signature',
      value: fingerprint,
    };
  },
};
