import type { Report, Rule } from '../../model/finding.ts';
import type { TokenFacts } from '../../model/key.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';

/** RFC 7519 section 4.1.7 asks for a negligible probability of collisions; 96 bits give it. */
const MIN_BITS = 96;

const ID = '5b3f0c62-8f0e-4a5e-9d5a-2f5c1f6c7f11';
const TOKEN = (jti: string, sub: string): string => tokenText(HEADER, { ...CLAIMS, jti, sub });

export const rule: Rule<'estate'> = {
  id: 'token/jti-quality',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'Several tokens have the same jti, or one is too short to be the only one.',
  why: 'A denylist names tokens by jti. Where two tokens share one, revoking the stolen token revokes a good one too, or the entry of the one lets the other through when it ends first.',
  fix: 'Let the issuer draw a random UUID, or 128 random bits, for each token.',
  sources: ['RFC 7519 section 4.1.7', 'RFC 9068 section 2.2'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'first.jwt': TOKEN(ID, 'user-1'), 'second.jwt': TOKEN(ID, 'user-2') } },
      { files: { 'token.jwt': TOKEN('1041', 'user-1') }, note: 'A short one is for your information.' },
    ],
    good: [
      {
        files: {
          'first.jwt': TOKEN(ID, 'user-1'),
          'second.jwt': TOKEN('0e7a1d54-3c5b-4f0b-8a53-9b1f0c7e2d68', 'user-2'),
        },
      },
    ],
  },
  *check({ tokens }): Iterable<Report> {
    const first = new Map<string, TokenFacts>();
    for (const token of tokens) {
      const { jti, iss } = token.claims;
      if (typeof jti !== 'string' || jti === '') continue;
      const name = JSON.stringify([iss, jti]);
      const before = first.get(name);
      if (before === undefined) first.set(name, token);
      else if (before.fingerprint !== token.fingerprint) {
        yield {
          at: token.at,
          message: `this token has the jti of ${before.file}, and is another token`,
          subject: 'claims.jti',
          value: token.fingerprint,
          related: [{ at: before.at, message: 'the other token' }],
        };
        continue;
      }
      const bits = bitsOf(jti);
      if (bits >= MIN_BITS) continue;
      yield {
        at: token.at,
        message: `jti has ${jti.length} characters, room for ${bits} bits at most; 128 random ones are never drawn twice`,
        severity: 'info',
        subject: 'claims.jti',
        value: token.fingerprint,
      };
    }
  },
};

/** The most that a text of its characters can hold. */
function bitsOf(text: string): number {
  const plain = text.replaceAll('-', '');
  const choices = /^\d+$/.test(plain) ? 10 : /^[\da-f]+$/i.test(plain) ? 16 : /^[\da-z]+$/.test(plain) ? 36 : 64;
  return Math.floor(plain.length * Math.log2(choices));
}
