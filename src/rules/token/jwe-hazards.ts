import type { Report, Rule, Severity } from '../../model/finding.ts';
import type { EncryptedToken } from '../../model/key.ts';
import { encryptedTokenText } from '../example-tokens.ts';

const HEADER = { alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid: 'enc-1' };

/** OWASP asks for 600 000 rounds of PBKDF2 with SHA-256; twice as many only help to keep a server busy. */
const FEW_ROUNDS = 600_000;
const MANY_ROUNDS = 1_200_000;

export const rule: Rule<'estate'> = {
  id: 'token/jwe-hazards',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 6.1,
  confidence: 'certain',
  summary: 'An encrypted token uses a mode that is known to break.',
  why: 'RSA1_5 gives its text away to whoever can ask often enough, compression gives it away by its length, and a count of rounds that the sender chooses keeps the server busy. Encryption to a public key proves nothing about the sender.',
  fix: 'Use RSA-OAEP-256 or ECDH-ES without zip, and encrypt a signed token (cty JWT).',
  sources: ['RFC 8725 section 3.2', 'RFC 8725 section 3.6', 'RFC 7519 section 5.2', 'RFC 7518 section 4.8.1.2'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'token.jwt': encryptedTokenText({ ...HEADER, alg: 'RSA1_5' }) } },
      { files: { 'token.jwt': encryptedTokenText({ ...HEADER, zip: 'DEF' }) } },
    ],
    good: [{ files: { 'token.jwt': encryptedTokenText(HEADER) } }],
  },
  *check({ encryptedTokens = [] }): Iterable<Report> {
    for (const token of encryptedTokens) {
      for (const [member, severity, message] of hazardsOf(token)) {
        yield { at: token.at, message, severity, subject: `header.${member}`, value: token.fingerprint };
      }
    }
  },
};

function hazardsOf({ header }: EncryptedToken): readonly (readonly [string, Severity, string])[] {
  const { alg, zip, p2c, cty } = header;
  const found: (readonly [string, Severity, string])[] = [];
  const name = typeof alg === 'string' ? alg : '';
  if (name === 'RSA1_5')
    found.push(['alg', 'error', 'the token is encrypted by RSA1_5, which padding oracles take apart']);
  if (zip !== undefined)
    found.push(['zip', 'warning', 'the token is compressed before it is encrypted; its length tells of its content']);
  if (name.startsWith('PBES2') && typeof p2c === 'number') {
    if (p2c > MANY_ROUNDS)
      found.push([
        'p2c',
        'warning',
        `the token asks for ${p2c} rounds of PBKDF2, over ${MANY_ROUNDS}: work for whoever decrypts`,
      ]);
    if (p2c < FEW_ROUNDS)
      found.push([
        'p2c',
        'warning',
        `the token asks for ${p2c} rounds of PBKDF2, under ${FEW_ROUNDS}: its password can be guessed`,
      ]);
  }
  const isToPublicKey = /^(?:RSA|ECDH-ES)/.test(name);
  const isNested = typeof cty === 'string' && cty.toUpperCase() === 'JWT';
  if (isToPublicKey && !isNested)
    found.push([
      'cty',
      'warning',
      'the token is encrypted to a public key and does not say that a signed one is inside (cty JWT)',
    ]);
  return found;
}
