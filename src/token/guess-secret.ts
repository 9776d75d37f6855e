import { createHmac, timingSafeEqual } from 'node:crypto';
import { WELL_KNOWN_SECRETS } from './well-known-secrets.ts';

/** RFC 7518 section 3.2. */
const HASHES: ReadonlyMap<string, string> = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
]);

/** A word may be the secret itself, or its encoding: products differ in what they take the configured text for. */
const READINGS = ['utf8', 'base64', 'base64url'] as const;

/**
 * Tries well-known secrets and the given words on an HMAC token. Answers with a description of the secret that fits,
 * never with the secret: which list it is on and how the word was read. Null when none fits, and for tokens that are
 * not signed with an HMAC. Words are tried as they are; a line's end at their own end is not part of them.
 */
export function guessSecret(compact: string, alg: unknown, words: readonly string[]): string | null {
  const hash = typeof alg === 'string' ? HASHES.get(alg) : undefined;
  const [header, payload, signature] = compact.split('.');
  if (hash === undefined || header === undefined || payload === undefined || signature === undefined) return null;
  const input = `${header}.${payload}`;
  const wanted = Buffer.from(signature, 'base64url');
  const lists = [
    { name: 'a documented default secret', secrets: WELL_KNOWN_SECRETS },
    { name: 'a secret of the word list given', secrets: words },
  ];
  for (const { name, secrets } of lists) {
    for (const [index, word] of secrets.entries()) {
      const text = word.replace(/(?<![\r\n])[\r\n]+$/, '');
      const reading = READINGS.find((encoding) => {
        const secret = Buffer.from(text, encoding);
        // A word that decodes to nothing is not the empty secret.
        return (secret.length > 0 || text === '') && fits(input, hash, wanted, secret);
      });
      if (reading === undefined) continue;
      const how = reading === 'utf8' ? '' : `, decoded as ${reading}`;
      return text === '' ? 'the empty secret' : `${name} (number ${index + 1}, ${text.length} characters${how})`;
    }
  }
  return null;
}

function fits(input: string, hash: string, wanted: Buffer, secret: Buffer): boolean {
  const actual = createHmac(hash, secret).update(input).digest();
  return actual.length === wanted.length && timingSafeEqual(actual, wanted);
}
