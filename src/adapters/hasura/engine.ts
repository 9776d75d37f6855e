import type { ConfigFact, ConfigSecret, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import { looksLikePem } from '../../token/read-key-file.ts';
import type { Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, isMapping, items, rootOf } from '../config-node.ts';
import type { Container } from '../containers.ts';
import { containersOf, partOf } from '../containers.ts';
import { completeFacts, durationFact, explicitFact, listFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { secretsOf } from '../secret.ts';

/** One engine in JWT mode. */
export interface Engine {
  readonly name: string;
  readonly node: ConfigNode;
  /** Objects of the JWT mode; null where that is filled in elsewhere. */
  readonly jwtSecrets: readonly ConfigNode[];
  readonly adminSecret: ConfigNode | null;
  readonly unauthorizedRole: ConfigNode | null;
  /** Why a setting that is absent here may be set all the same; null when it is not. */
  readonly elsewhere: string | null;
  readonly version: string | null;
}

/** Every engine that a document configures. The Auth service has the same variable and is none. */
export function enginesOf(document: ConfigDocument): readonly Engine[] {
  if (document.format === 'toml') return ofNhost(rootOf(document));
  return containersOf(document)
    .filter((container) => !isAuthService(container))
    .flatMap(ofContainer);
}

export function isAuthService({ image, environment }: Container): boolean {
  if (image !== null) return /hasura-auth/.test(image);
  return environment.has('AUTH_ACCESS_TOKEN_EXPIRES_IN') || environment.has('AUTH_REFRESH_TOKEN_EXPIRES_IN');
}

function ofNhost(root: ConfigNode): readonly Engine[] {
  const hasura = child(root, 'hasura');
  const jwtSecrets = items(child(hasura, 'jwtSecrets'));
  if (hasura === null || jwtSecrets.length === 0) return [];
  const version = child(hasura, 'version')?.value;
  return [
    {
      name: 'hasura',
      node: hasura,
      jwtSecrets,
      adminSecret: child(hasura, 'adminSecret'),
      unauthorizedRole: null,
      elsewhere: 'Nhost starts it with settings of its own',
      version: typeof version === 'string' ? (/(?<!\d)\d+\.\d+\.\d+/.exec(version)?.[0] ?? null) : null,
    },
  ];
}

function ofContainer({ name, node, image, environment, words }: Container): readonly Engine[] {
  const flag = (option: string): ConfigNode | null => {
    const at = words.findIndex(({ value }) => value === option || String(value).startsWith(`${option}=`));
    const word = words[at];
    if (word === undefined) return null;
    const text = String(word.value);
    return text === option ? (words[at + 1] ?? null) : partOf(word, text.slice(option.length + 1));
  };
  const setting = (variable: string): ConfigNode | null =>
    flag(`--${variable.toLowerCase().replaceAll('_', '-')}`) ?? environment.get(`HASURA_GRAPHQL_${variable}`) ?? null;
  const many = setting('JWT_SECRETS');
  const one = setting('JWT_SECRET');
  const isEngine =
    image === null || /hasura|graphql-engine/.test(image) || environment.has('HASURA_GRAPHQL_JWT_SECRET');
  const jwtSecrets = [...(many === null ? [] : parsed(many)), ...(many !== null || one === null ? [] : parsed(one))];
  if (!isEngine || jwtSecrets.length === 0) return [];
  return [
    {
      name,
      node,
      jwtSecrets,
      adminSecret: setting('ADMIN_SECRET'),
      unauthorizedRole: setting('UNAUTHORIZED_ROLE'),
      elsewhere: image === null ? 'other settings may be set where it is started' : null,
      version: /graphql-engine[^:]{0,100}:v?(\d+\.\d+\.\d+)/.exec(image ?? '')?.[1] ?? null,
    },
  ];
}

/** The objects in a JSON text; where it is none, what it holds is decided elsewhere. */
export function parsed(node: ConfigNode): readonly ConfigNode[] {
  if (node.value === '') return [];
  const value = typeof node.value === 'string' ? parseJson(node.value) : null;
  if (Array.isArray(value)) return value.map((entry: unknown) => partOf(node, entry));
  return [partOf(node, isMapping(value) ? value : null)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function readEngine(engine: Engine, table: readonly Setting[]): readonly VerifierConfig[] {
  const { name, jwtSecrets, adminSecret } = engine;
  return jwtSecrets.map((secret, index) => ({
    ...readSecret(engine, secret, table),
    name: jwtSecrets.length === 1 ? name : `${name} secret ${index + 1}`,
    secrets: [...hmacOf(secret), ...(index === 0 ? secretsOf(adminSecret, 'admin') : [])],
  }));
}

const WHY = 'the JSON is filled in elsewhere';

function readSecret(engine: Engine, secret: ConfigNode, table: readonly Setting[]): VerifierConfig {
  const { name, node, unauthorizedRole, elsewhere, version } = engine;
  const isKnown = isMapping(secret.value);
  const setting = (key: string): ConfigNode | null => child(secret, key);
  const known = <T>(fact: ConfigFact<T> | undefined): ConfigFact<T> | undefined =>
    isKnown ? fact : unknownConfigFact(secret.at, WHY);
  const url = textFact(setting('jwk_url'));
  const key = setting('key');
  const facts: { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined } = {
    keySource: known(keySourceOf(secret)),
    jwksUri: url,
    // The type says how to read the key, so it counts beside one only.
    algorithms:
      key === null ? undefined : mapFact(textFact(setting('type')), (type) => [type === 'Ed25519' ? 'EdDSA' : type]),
    issuers: known(mapFact(textFact(setting('issuer')), (issuer) => [issuer])),
    audiences: known(listFact(setting('audience'))),
    leeway: known(durationFact(setting('allowed_skew'), 's')),
    missingTokenAllowed:
      mapFact(textFact(unauthorizedRole), (role) => role !== '') ??
      (elsewhere === null ? undefined : unknownConfigFact(node.at, elsewhere)),
  };
  return {
    kind: 'verifier',
    adapter: 'hasura',
    name,
    file: node.document.file,
    at: secret.at,
    profile: null,
    product: url !== undefined ? { id: 'hasura', version } : key === null ? null : { id: 'static-keys', version: null },
    secrets: [],
    remarks: [],
    inlineKeys: typeof key?.value === 'string' && looksLikePem(key.value) ? inlineKeysOf(key) : [],
    facts: completeFacts<VerifierFactMap>(table, 'verifier', facts, secret.at),
  };
}

function keySourceOf(secret: ConfigNode): VerifierFactMap['keySource'] {
  const url = child(secret, 'jwk_url');
  if (url !== null) return explicitFact('jwks', url.at);
  const key = child(secret, 'key');
  if (key === null) return undefined;
  const type = textFact(child(secret, 'type'));
  if (type === undefined || type.origin === 'unknown') return type;
  return explicitFact(type.value.startsWith('HS') ? 'shared-secret' : 'static', key.at);
}

/** The key of an HS type; of the others it is public. */
export function hmacOf(secret: ConfigNode): readonly ConfigSecret[] {
  const type = child(secret, 'type')?.value;
  if (typeof type !== 'string' || !type.startsWith('HS')) return [];
  return secretsOf(child(secret, 'key'), 'hmac', { algorithm: type });
}
