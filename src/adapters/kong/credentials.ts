import type { ConfigSecret, VerifierFactMap } from '../../model/config.ts';
import type { JwksFacts } from '../../model/key.ts';
import type { Location } from '../../model/location.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { derivedFact, explicitFact, textFact, unknownConfigFact } from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { wordOf } from './entities.ts';
import { secretsOf } from '../secret.ts';

/**
 * What the `jwt_secrets` of all consumers say. Every jwt plugin accepts all of them, so each answer is worked out once
 * and shared: a gateway has thousands of plugins and of consumers.
 */
export interface Credentials {
  readonly nodes: readonly ConfigNode[];
  readonly secrets: (isBase64: boolean) => readonly ConfigSecret[];
  readonly inlineKeys: () => readonly JwksFacts[];
  /** Keys of the credentials, which are `iss` values. */
  readonly issuers: () => VerifierFactMap['issuers'];
  readonly keySource: (at: Location) => VerifierFactMap['keySource'];
}

export function credentialsOf(nodes: readonly ConfigNode[]): Credentials {
  const plain = once(() => nodes.flatMap((node) => secretOf(node, false)));
  const decoded = once(() => nodes.flatMap((node) => secretOf(node, true)));
  const isShared = once(() => nodes.every((node) => algorithmOf(node).startsWith('HS')));
  return {
    nodes,
    secrets: (isBase64) => (isBase64 ? decoded() : plain()),
    inlineKeys: once(() => nodes.flatMap((node) => inlineKeysOf(child(node, 'rsa_public_key')))),
    issuers: once(() => issuersOf(nodes)),
    keySource: (at) => (nodes.length === 0 ? undefined : explicitFact(isShared() ? 'shared-secret' : 'static', at)),
  };
}

function once<T>(compute: () => T): () => T {
  let found: { readonly value: T } | null = null;
  return () => (found ??= { value: compute() }).value;
}

function algorithmOf(credential: ConfigNode): string {
  return wordOf(child(credential, 'algorithm')) || 'HS256';
}

/** The secret of a credential for RSA or EC is generated and never used. */
function secretOf(credential: ConfigNode, isBase64: boolean): readonly ConfigSecret[] {
  const algorithm = algorithmOf(credential);
  if (!algorithm.startsWith('HS')) return [];
  return secretsOf(child(credential, 'secret'), 'hmac', { algorithm, encoding: isBase64 ? 'base64' : 'utf8' });
}

function issuersOf(credentials: readonly ConfigNode[]): VerifierFactMap['issuers'] {
  const [first] = credentials;
  if (first === undefined) return undefined;
  const known: string[] = [];
  for (const credential of credentials) {
    const key = textFact(child(credential, 'key'));
    if (key === undefined || key.origin === 'unknown')
      return key ?? unknownConfigFact(credential.at, 'Kong generates the key of a credential that has none');
    known.push(key.value);
  }
  return derivedFact(known, (child(first, 'key') ?? first).at, 'keys of the credentials');
}
