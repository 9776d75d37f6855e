import { createHash } from 'node:crypto';
import type { ConfigSecret } from '../model/config.ts';
import { fillIn } from '../source/placeholder.ts';
import { WELL_KNOWN_SECRETS } from '../token/well-known-secrets.ts';
import type { ConfigNode } from './config-node.ts';

export interface SecretOptions {
  readonly algorithm?: string | null;
  /** What the product makes of the text before it uses it; a key is as long as its octets. */
  readonly encoding?: 'utf8' | 'base64' | 'base64url' | 'hex';
}

/** Texts that stand for a secret instead of being one: masks of exports, references to a store, calls to fill one in. */
const NO_SECRET =
  /^\**$|^[.…]+$|^x+$|^(?:replace|insert|enter|put)[-_ ](?:with|me|your|the|here)\b|^[<[{]|^\$\{vault\.|^(?:vault|secret|ref|env|file|aws|gcp|azure|kms|sops|op|arn):|^ENC\[|^\{cipher\}|^\/|\$\(/i;

/**
 * The secret that a text node holds, described and not kept. None for masked values, references, and placeholders
 * without a literal default.
 */
export function secretsOf(
  node: ConfigNode | null,
  kind: ConfigSecret['kind'],
  options: SecretOptions = {},
): readonly ConfigSecret[] {
  if (node === null || (typeof node.value !== 'string' && typeof node.value !== 'number')) return [];
  // What follows the colon of a vault reference is the name of an entry, not a default.
  if (NO_SECRET.test(String(node.value).trim())) return [];
  const filled = fillIn(String(node.value));
  if (filled.kind === 'unknown' || filled.value.trim() === '' || NO_SECRET.test(filled.value.trim())) return [];
  const { algorithm = null, encoding = 'utf8' } = options;
  return [
    {
      kind,
      origin: filled.kind,
      octets: Buffer.from(filled.value, encoding).length,
      wellKnown: wellKnownAs(filled.value),
      entropy: entropyOf(filled.value),
      digest: createHash('sha256').update(filled.value).digest('hex').slice(0, 16),
      algorithm,
      at: node.at,
    },
  ].map(({ origin, ...secret }) => ({ ...secret, origin: origin === 'literal' ? 'literal' : 'fallback' }));
}

/** Texts that ask to be replaced, however they go on, and texts that only say what should stand there. */
const ASKS =
  /^(?:(?:please[-_ ]?)?change[-_ ]?(?:me|it|this|in[-_ ]prod)|your[-_ ](?:[a-z]+[-_ ])*(?:secret|password|passphrase|key))(?![a-z])|^(?:my|some|a)[-_ ](?:[a-z]+[-_ ])*(?:secret|password|passphrase|key)$/i;

function wellKnownAs(value: string): string | null {
  if (WELL_KNOWN_SECRETS.includes(value)) return 'a documented default secret';
  return ASKS.test(value) ? 'a placeholder that nobody replaced' : null;
}

/** Shannon entropy of the characters of a text, in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / total) * Math.log2(count / total);
  return Math.round(bits * 100) / 100;
}
