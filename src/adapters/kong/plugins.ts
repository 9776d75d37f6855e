import type { ConfigFact, ConfigSubject, IssuerFactMap, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { completeFacts, durationFact, explicitFact, flagFact, listFact, mapFact, textFact } from '../facts.ts';
import type { Credentials } from './credentials.ts';
import type { Entities, Plugin } from './entities.ts';
import { readOpenidConnect } from './openid-connect.ts';
import { JWT_SETTINGS, OAUTH2_SETTINGS } from './settings.ts';
import { anonymousOf, baseOf, nameOfPlugin } from './verifier.ts';
import { secretsOf } from '../secret.ts';

/** Plugins that are read; the first three guard what they are attached to. */
export const VERIFYING: readonly string[] = ['jwt', 'openid-connect', 'jwt-signer'];

export function readPlugin(plugin: Plugin, entities: Entities, credentials: Credentials): readonly ConfigSubject[] {
  if (plugin.type === 'jwt') return [readJwt(plugin, entities, credentials)];
  if (plugin.type === 'openid-connect') return [readOpenidConnect(plugin, entities)];
  if (plugin.type === 'jwt-signer') return [readSigner(plugin)];
  return plugin.type === 'oauth2' ? [readOauth2(plugin)] : [];
}

/** Keys of consumers that no plugin in the same file uses. */
export function readCredentials(node: ConfigNode, credentials: Credentials): VerifierConfig {
  const { at } = credentials.nodes[0] ?? node;
  return {
    ...baseOf(node, 'jwt_secrets'),
    at,
    product: null,
    secrets: credentials.secrets(false),
    inlineKeys: credentials.inlineKeys(),
    facts: definedOnly({ keySource: credentials.keySource(at), issuers: credentials.issuers() }),
  };
}

function readJwt(plugin: Plugin, entities: Entities, credentials: Credentials): VerifierConfig {
  const { node, config } = plugin;
  const claims = listFact(child(config, 'claims_to_verify'));
  const checksExp = mapFact(claims, (names) => names.includes('exp'));
  const isBase64 = child(config, 'secret_is_base64')?.value === true;
  return {
    ...baseOf(node, nameOfPlugin(plugin)),
    product: { id: 'kong-jwt', version: null },
    secrets: credentials.secrets(isBase64),
    inlineKeys: credentials.inlineKeys(),
    facts: completeFacts<VerifierFactMap>(
      JWT_SETTINGS,
      'verifier',
      {
        expVerified: checksExp,
        requiresExp: checksExp,
        maxLifetime: orUnbounded(durationFact(child(config, 'maximum_expiration'), 's')),
        issuers: issuersOf(config, credentials),
        keySource: credentials.keySource(node.at),
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

function issuersOf(config: ConfigNode | null, credentials: Credentials): VerifierFactMap['issuers'] {
  const claim = textFact(child(config, 'key_claim_name'));
  if (claim !== undefined && (claim.origin === 'unknown' || claim.value !== 'iss')) return mapFact(claim, () => null);
  return credentials.issuers();
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
