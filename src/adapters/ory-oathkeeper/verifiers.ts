import type { ConfigFact, IssuerConfig, IssuerFactMap, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { completeFacts, durationFact, explicitFact, flagFact, listFact, mapFact, textFact } from '../facts.ts';
import { INTROSPECTION_SETTINGS, ISSUER_SETTINGS, JWT_SETTINGS } from './settings.ts';
import { secretsOf } from '../secret.ts';

const ID = 'ory-oathkeeper';

/** Name of the verifier that every rule shares. */
export const JWT_VERIFIER = 'authenticator jwt';

/**
 * Reads an authenticator jwt.
 *
 * @param isWhole false for the one of a rule, whose missing settings are in the configuration
 */
export function readJwt(node: ConfigNode, name: string, isWhole: boolean): VerifierConfig {
  const config = child(node, 'config');
  const urls = listFact(child(config, 'jwks_urls'));
  const query = child(config, 'token_from', 'query_parameter');
  return {
    ...baseOf(node, name),
    product: { id: 'ory-oathkeeper', version: null },
    facts: completeFacts<VerifierFactMap>(
      isWhole ? JWT_SETTINGS : [],
      'verifier',
      {
        jwksUri: mapFact(urls, (list) => list.find((url) => /^https?:/i.test(url)) ?? null),
        keySource: mapFact(urls, (list) => (list.some((url) => /^https?:/i.test(url)) ? 'jwks' : 'static')),
        issuers: mapFact(listFact(child(config, 'trusted_issuers')), orNone),
        audiences: mapFact(listFact(child(config, 'target_audience')), orNone),
        algorithms: listFact(child(config, 'allowed_algorithms')),
        keyCacheTtl: durationFact(child(config, 'jwks_ttl'), 's'),
        queryTokenAccepted: query === null ? undefined : explicitFact(true, query.at),
      },
      node.keyAt,
    ),
  };
}

function orNone(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

function baseOf(node: ConfigNode, name: string): Omit<VerifierConfig, 'facts' | 'product'> {
  return {
    kind: 'verifier',
    adapter: ID,
    name,
    file: node.document.file,
    at: node.keyAt,
    profile: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
  };
}

/** Reads the authenticator oauth2_introspection, which asks the issuer about every token. */
export function readIntrospection(node: ConfigNode): VerifierConfig {
  const config = child(node, 'config');
  return {
    ...baseOf(node, 'authenticator oauth2_introspection'),
    product: null,
    secrets: secretsOf(child(config, 'pre_authorization', 'client_secret'), 'client'),
    facts: completeFacts<VerifierFactMap>(
      INTROSPECTION_SETTINGS,
      'verifier',
      {
        keySource: explicitFact('none', node.keyAt),
        introspectionCacheTtl: cacheOf(child(config, 'cache')),
        issuers: mapFact(listFact(child(config, 'trusted_issuers')), orNone),
        audiences: mapFact(listFact(child(config, 'target_audience')), orNone),
      },
      node.keyAt,
    ),
  };
}

function cacheOf(cache: ConfigNode | null): ConfigFact<Bound> | undefined {
  const enabled = flagFact(child(cache, 'enabled'));
  if (enabled === undefined || enabled.origin === 'unknown') return enabled;
  if (!enabled.value) return explicitFact<Bound>(ZERO, enabled.at);
  return (
    durationFact(child(cache, 'ttl'), 's') ??
    explicitFact<Bound>('unbounded', enabled.at, 'without a ttl an answer is kept until the token ends')
  );
}

/** Reads the mutator id_token. */
export function readIssuer(node: ConfigNode): IssuerConfig {
  const config = child(node, 'config');
  const { kind: _, ...base } = baseOf(node, 'mutator id_token');
  return {
    ...base,
    kind: 'issuer',
    product: null,
    facts: completeFacts<IssuerFactMap>(
      ISSUER_SETTINGS,
      'issuer',
      {
        issuer: textFact(child(config, 'issuer_url')),
        accessTokenLifetime: durationFact(child(config, 'ttl'), 's'),
      },
      node.keyAt,
    ),
  };
}
