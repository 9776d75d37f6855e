import type {
  ConfigFact,
  ConfigSecret,
  ConfigSubject,
  IssuerFactMap,
  VerifierConfig,
  VerifierFactMap,
} from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  textFact,
  unknownConfigFact,
} from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import type { Entities, Plugin } from './entities.ts';
import { wordOf } from './entities.ts';
import { readOpenidConnect } from './openid-connect.ts';
import { JWT_SETTINGS, OAUTH2_SETTINGS } from './settings.ts';
import { anonymousOf, baseOf, nameOfPlugin } from './verifier.ts';
import { secretsOf } from '../secret.ts';

/** Plugins that are read; the first three guard what they are attached to. */
export const VERIFYING: readonly string[] = ['jwt', 'openid-connect', 'jwt-signer'];

export function readPlugin(plugin: Plugin, entities: Entities): readonly ConfigSubject[] {
  if (plugin.type === 'jwt') return [readJwt(plugin, entities)];
  if (plugin.type === 'openid-connect') return [readOpenidConnect(plugin, entities)];
  if (plugin.type === 'jwt-signer') return [readSigner(plugin)];
  return plugin.type === 'oauth2' ? [readOauth2(plugin)] : [];
}

/** Keys of consumers that no plugin in the same file uses. */
export function readCredentials(node: ConfigNode, { credentials }: Entities): VerifierConfig {
  return {
    ...baseOf(node, 'jwt_secrets'),
    at: (credentials[0] ?? node).at,
    product: null,
    secrets: credentials.flatMap((credential) => secretOf(credential, false)),
    inlineKeys: credentials.flatMap((credential) => inlineKeysOf(child(credential, 'rsa_public_key'))),
    facts: definedOnly({
      keySource: keySourceOf(credentials, (credentials[0] ?? node).at),
      issuers: issuersOf(null, credentials),
    }),
  };
}

function readJwt(plugin: Plugin, entities: Entities): VerifierConfig {
  const { node, config } = plugin;
  const { credentials } = entities;
  const claims = listFact(child(config, 'claims_to_verify'));
  const checksExp = mapFact(claims, (names) => names.includes('exp'));
  const isBase64 = child(config, 'secret_is_base64')?.value === true;
  return {
    ...baseOf(node, nameOfPlugin(plugin)),
    product: { id: 'kong-jwt', version: null },
    secrets: credentials.flatMap((credential) => secretOf(credential, isBase64)),
    inlineKeys: credentials.flatMap((credential) => inlineKeysOf(child(credential, 'rsa_public_key'))),
    facts: completeFacts<VerifierFactMap>(
      JWT_SETTINGS,
      'verifier',
      {
        expVerified: checksExp,
        requiresExp: checksExp,
        maxLifetime: orUnbounded(durationFact(child(config, 'maximum_expiration'), 's')),
        issuers: issuersOf(config, credentials),
        keySource: keySourceOf(credentials, node.at),
        ...anonymousOf(config, entities),
        queryTokenAccepted: mapFact(listFact(child(config, 'uri_param_names')), (names) => names.length > 0),
      },
      node.at,
    ),
  };
}

/** Zero stands for no limit. */
function orUnbounded(fact: ConfigFact<Bound> | undefined): ConfigFact<Bound> | undefined {
  return mapFact<Bound, Bound>(fact, (value) => (value === ZERO ? 'unbounded' : value));
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

function keySourceOf(credentials: readonly ConfigNode[], at: Location): VerifierFactMap['keySource'] {
  if (credentials.length === 0) return undefined;
  const isShared = credentials.every((credential) => algorithmOf(credential).startsWith('HS'));
  return explicitFact(isShared ? 'shared-secret' : 'static', at);
}

function issuersOf(config: ConfigNode | null, credentials: readonly ConfigNode[]): VerifierFactMap['issuers'] {
  const claim = textFact(child(config, 'key_claim_name'));
  if (claim !== undefined && (claim.origin === 'unknown' || claim.value !== 'iss')) return mapFact(claim, () => null);
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

/** Only what is written: its defaults are not looked up here. */
function readSigner(plugin: Plugin): VerifierConfig {
  const { node, config } = plugin;
  const setting = (name: string): ConfigNode | null => child(config, name);
  const uri = textFact(setting('access_token_jwks_uri'));
  return {
    ...baseOf(node, nameOfPlugin(plugin)),
    product: null,
    secrets: secretsOf(setting('access_token_jwks_uri_client_password'), 'client'),
    facts: definedOnly({
      jwksUri: uri,
      keySource: uri === undefined ? undefined : explicitFact('jwks', uri.at),
      signatureVerified: flagFact(setting('verify_access_token_signature')),
      expVerified: flagFact(setting('verify_access_token_expiry')),
      leeway: durationFact(setting('access_token_leeway'), 's'),
      missingTokenAllowed: flagFact(setting('access_token_optional')),
    }),
  };
}

function readOauth2(plugin: Plugin): ConfigSubject {
  const { node, config } = plugin;
  const { adapter, name, file, at, profile, remarks, inlineKeys } = baseOf(node, nameOfPlugin(plugin));
  const access = orUnbounded(durationFact(child(config, 'token_expiration'), 's'));
  return {
    kind: 'issuer',
    adapter,
    name,
    file,
    at,
    profile,
    product: null,
    remarks,
    inlineKeys,
    secrets: secretsOf(child(config, 'provision_key'), 'admin'),
    facts: completeFacts<IssuerFactMap>(
      OAUTH2_SETTINGS,
      'issuer',
      {
        accessTokenLifetime: access,
        // Both are one row of the database, which stays for good when either of them never ends.
        refreshTokenLifetime:
          knownValue(access) === 'unbounded'
            ? access
            : orUnbounded(durationFact(child(config, 'refresh_token_ttl'), 's')),
        refreshRotation: mapFact(flagFact(child(config, 'reuse_refresh_token')), (reused) => !reused),
      },
      node.at,
    ),
  };
}

function definedOnly(facts: { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined }) {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) satisfies VerifierFactMap;
}
