import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, signedTokenText } from '../example-tokens.ts';

/** Two signatures of a broken signer: the same r, another s. The numbers are made up. */
const R = 'QK1yDkDWCDx0LhQvBqZ0C3xUHxYf5b7k5GZ1nT8rW2o';
const FIRST = 'pB7xNNJ6DqSd3mTLrVkzFqE4Tt0q7WcEyo8cY5mJrgU';
const SECOND = 'A1qv0mWzv3H3W7YyJ6fE2s9kK4hXo8b5tR1uL0pQzTg';

export const rule: Rule<'estate'> = {
  id: 'token/ecdsa-nonce-reuse',
  on: 'estate',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'Two different tokens were signed with the same ECDSA nonce.',
  why: 'Two signatures with one nonce give away the private key by a subtraction and a division. Anybody who has seen both tokens can sign as the issuer.',
  fix: 'Treat the key as leaked: rotate and remove it now; then repair the signer’s randomness or use deterministic nonces.',
  sources: ['RFC 6979 section 1', 'RFC 8725 section 3.2', 'FIPS 186-5 section A.3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'first.jwt': signedTokenText(HEADER, CLAIMS, [R, FIRST]),
          'second.jwt': signedTokenText(HEADER, { ...CLAIMS, jti: 'c3d4' }, [R, SECOND]),
        },
      },
    ],
    good: [
      {
        files: {
          'first.jwt': signedTokenText(HEADER, CLAIMS, [R, FIRST]),
          'second.jwt': signedTokenText(HEADER, { ...CLAIMS, jti: 'c3d4' }, [SECOND, FIRST]),
        },
      },
    ],
  },
  *check({ tokens }): Iterable<Report> {
    const first = new Map<string, (typeof tokens)[number]>();
    for (const token of tokens) {
      if (token.nonceDigest === undefined) continue;
      const before = first.get(token.nonceDigest);
      if (before === undefined) first.set(token.nonceDigest, token);
      else if (before.fingerprint !== token.fingerprint) {
        yield {
          at: token.at,
          message: `this token and ${before.file} were signed with the same nonce, which gives away the private key`,
          subject: `kid ${String(token.header['kid'])}`,
          value: token.nonceDigest,
          related: [{ at: before.at, message: 'the other token' }],
        };
      }
    }
  },
};
