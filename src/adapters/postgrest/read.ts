import type { ConfigFact, ConfigRemark, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import { fillIn } from '../../source/placeholder.ts';
import type { Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { members, rootOf } from '../config-node.ts';
import { containersOf, embeddedFiles } from '../containers.ts';
import {
  completeFacts,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  textFact,
  unknownConfigFact,
} from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { secretsOf } from '../secret.ts';

/** Settings of one server, by the names they have in its file. */
export interface Server {
  readonly name: string;
  readonly node: ConfigNode;
  readonly settings: ReadonlyMap<string, ConfigNode>;
  /** Nothing but what is written here counts. */
  readonly isWhole: boolean;
  readonly version: string | null;
}

/** Names of before, which the server still takes. */
const ALIASES: Readonly<Record<string, string>> = {
  'secret-is-base64': 'jwt-secret-is-base64',
  'pre-request': 'db-pre-request',
  'role-claim-key': 'jwt-role-claim-key',
};

const OF_TOKENS: readonly string[] = ['jwt-secret', 'jwt-aud', 'jwt-secret-is-base64', 'jwt-role-claim-key'];

/** Every server that a document configures. */
export function serversOf(document: ConfigDocument): readonly Server[] {
  if (document.format === 'ini') return fromFile(document);
  const embedded = embeddedFiles(document).flatMap((inner) => (inner.format === 'ini' ? fromFile(inner) : []));
  const started = containersOf(document).flatMap(({ name, node, image, environment }) => {
    const settings = named(
      [...environment].flatMap(([variable, value]) =>
        variable.startsWith('PGRST_')
          ? [[variable.slice('PGRST_'.length).toLowerCase().replaceAll('_', '-'), value] as const]
          : [],
      ),
    );
    if (!OF_TOKENS.some((setting) => settings.has(setting))) return [];
    const { version } = /postgrest[^:]{0,100}:v?(?<version>\d+\.\d+(?:\.\d+)?)/i.exec(image ?? '')?.groups ?? {};
    return [{ name, node, settings, isWhole: image !== null, version: version ?? null }];
  });
  return [...embedded, ...started];
}

function fromFile(document: ConfigDocument): readonly Server[] {
  const settings = named(members(rootOf(document)));
  const isOurs =
    settings.has('jwt-secret') && [...settings.keys()].some((name) => /^(?:db|jwt|server|openapi)-/.test(name));
  return isOurs ? [{ name: 'postgrest', node: rootOf(document), settings, isWhole: true, version: null }] : [];
}

function named(entries: readonly (readonly [string, ConfigNode])[]): ReadonlyMap<string, ConfigNode> {
  return new Map(entries.map(([name, node]) => [ALIASES[name] ?? name, node]));
}

export function readServer(server: Server, table: readonly Setting[]): VerifierConfig {
  const { name, node, settings, isWhole, version } = server;
  const at = node.at;
  const setting = (key: string): ConfigNode | null => {
    const found = settings.get(key) ?? null;
    return found?.value === '' ? null : found;
  };
  const elsewhere = <T>(fact: ConfigFact<T> | undefined): ConfigFact<T> | undefined =>
    fact ?? (isWhole ? undefined : unknownConfigFact(at, 'other settings may be set where it is started'));
  const secret = setting('jwt-secret');
  const shape = shapeOf(secret);
  const isBase64 = knownValue(flagFact(setting('jwt-secret-is-base64'))) === true;
  const hook = setting('db-pre-request');
  return {
    kind: 'verifier',
    adapter: 'postgrest',
    name,
    file: node.document.file,
    at,
    profile: null,
    product: { id: 'postgrest', version },
    secrets:
      shape === 'text' ? secretsOf(secret, 'hmac', { algorithm: 'HS256', encoding: isBase64 ? 'base64' : 'utf8' }) : [],
    remarks: remarksOn(server),
    inlineKeys: shape === 'keys' ? inlineKeysOf(secret) : [],
    facts: completeFacts<VerifierFactMap>(
      table,
      'verifier',
      {
        keySource: keySource(secret, shape),
        algorithms: algorithms(secret, shape),
        audiences: elsewhere(listFact(setting('jwt-aud'))),
        missingTokenAllowed: elsewhere(mapFact(textFact(setting('db-anon-role')), () => true)),
        verdictCacheTtl: verdictCache(durationFact(setting('jwt-cache-max-lifetime'), 's'), version),
        denylistClaims:
          hook === null
            ? undefined
            : unknownConfigFact(hook.at, 'what the function of db-pre-request refuses is in the database'),
      },
      at,
    ),
  };
}

/** `file` for what stands in one; `unknown` for what is filled in elsewhere. */
type Shape = 'absent' | 'unknown' | 'file' | 'keys' | 'text';

function shapeOf(secret: ConfigNode | null): Shape {
  if (secret === null) return 'absent';
  if (typeof secret.value !== 'string') return 'unknown';
  const text = secret.value.trim();
  if (text.startsWith('@')) return 'file';
  if (/^[{[]/.test(text)) return isJson(text) ? 'keys' : 'unknown';
  return fillIn(text).kind === 'unknown' ? 'unknown' : 'text';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function keySource(secret: ConfigNode | null, shape: Shape): VerifierFactMap['keySource'] {
  if (secret === null || shape === 'absent') return undefined;
  if (shape === 'unknown') return unknownConfigFact(secret.at, 'the secret is filled in elsewhere');
  return explicitFact(shape === 'text' ? 'shared-secret' : 'static', secret.at);
}

function algorithms(secret: ConfigNode | null, shape: Shape): VerifierFactMap['algorithms'] {
  if (secret === null || shape === 'absent') return undefined;
  if (shape === 'text') return explicitFact(['HS256'], secret.at);
  return shape === 'keys'
    ? explicitFact('from-key', secret.at)
    : unknownConfigFact(secret.at, 'the key decides, and it is elsewhere');
}

/** Until 12.2.9 cached decisions outlived the secret (CHANGELOG, #4014); later a reload drops them. */
function verdictCache(fact: ConfigFact<Bound> | undefined, version: string | null): VerifierFactMap['verdictCacheTtl'] {
  if (fact === undefined || fact.origin === 'unknown' || fact.value === 0) return undefined;
  if (version === null) return unknownConfigFact(fact.at, 'it depends on the version, which the file does not tell');
  return keepsOldVerdicts(version) ? fact : undefined;
}

function keepsOldVerdicts(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major < 12 || (major === 12 && (minor < 2 || (minor === 2 && patch < 9)));
}

function remarksOn({ settings, version }: Server): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [];
  const lifetime = settings.get('jwt-cache-max-lifetime');
  if (lifetime !== undefined && version !== null && Number(version.split('.')[0]) >= 14) {
    const message = `jwt-cache-max-lifetime is gone since version 14, and this is ${version}; jwt-cache-max-entries sizes the cache`;
    remarks.push({ kind: 'ignored-setting', message, at: lifetime.keyAt });
  }
  return remarks;
}
