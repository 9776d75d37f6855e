import type { ConfigSecret } from '../model/config.ts';
import type { JwksFacts } from '../model/key.ts';
import type { ConfigNode } from './config-node.ts';
import { isMapping } from './config-node.ts';
import { inlineKeysOf } from './inline-keys.ts';
import { secretsOf } from './secret.ts';

/** What a verifier's own key set in the file holds. */
export interface InlineJwks {
  /** Its keys but the symmetric ones. */
  readonly keys: readonly JwksFacts[];
  /** Its symmetric keys, which are secrets and no keys to publish. */
  readonly secrets: readonly ConfigSecret[];
  /** Nothing but secrets: whoever can verify can sign. */
  readonly isShared: boolean;
}

/** Reads a key set that a verifier holds as a text value. */
export function inlineJwksOf(node: ConfigNode | null): InlineJwks {
  const sets = inlineKeysOf(node);
  const keys = sets
    .map((set) => ({ ...set, keys: set.keys.filter(({ kty }) => kty !== 'oct') }))
    .filter((set) => set.keys.length > 0);
  const secrets = node === null ? [] : symmetricSecrets(node);
  return { keys, secrets, isShared: secrets.length > 0 && keys.length === 0 };
}

function symmetricSecrets(node: ConfigNode): readonly ConfigSecret[] {
  const set = parse(node.value);
  const list: readonly unknown[] = isMapping(set) && Array.isArray(set['keys']) ? set['keys'] : [set];
  const { document, pointer, at, keyAt } = node;
  return list.filter(isMapping).flatMap(({ kty, k, alg }) =>
    kty === 'oct' && typeof k === 'string'
      ? secretsOf({ document, pointer, at, keyAt, value: k }, 'hmac', {
          encoding: 'base64url',
          algorithm: typeof alg === 'string' ? alg : null,
        })
      : [],
  );
}

/** Undefined for what is no JSON. */
function parse(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
