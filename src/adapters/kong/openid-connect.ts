import type { ConfigFact, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items } from '../config-node.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  textFact,
} from '../facts.ts';
import type { Entities, Plugin } from './entities.ts';
import { OIDC_SETTINGS } from './settings.ts';
import { anonymousOf, baseOf, nameOfPlugin } from './verifier.ts';
import { secretsOf } from '../secret.ts';

/** Reads one openid-connect plugin of Kong Gateway. */
export function readOpenidConnect(plugin: Plugin, entities: Entities): VerifierConfig {
  const { node, config } = plugin;
  const issuer = textFact(child(config, 'issuer'));
  const setting = (name: string): ConfigNode | null => child(config, name);
  const methods = listFact(setting('auth_methods'));
  const hasSession = methods === undefined || methods.origin === 'unknown' || methods.value.includes('session');
  return {
    ...baseOf(node, nameOfPlugin(plugin)),
    product: { id: 'kong-openid-connect', version: null },
    secrets: [
      ...textsOf(setting('client_secret')).flatMap((secret) => secretsOf(secret, 'client')),
      ...secretsOf(setting('session_secret'), 'cookie'),
    ],
    facts: completeFacts<VerifierFactMap>(
      OIDC_SETTINGS,
      'verifier',
      {
        keySource: issuer === undefined ? undefined : explicitFact('discovery', issuer.at),
        discoveryUrl: discoveryOf(issuer),
        issuers: listFact(setting('issuers_allowed')) ?? namedIssuer(issuer),
        audiences: mapFact(listFact(setting('audience_required')), (names) => (names.length === 0 ? null : names)),
        signatureVerified: flagFact(setting('verify_signature')),
        expVerified: flagFact(setting('verify_claims')),
        leeway: durationFact(setting('leeway'), 's'),
        keyCacheTtl: durationFact(setting('cache_ttl'), 's'),
        cooldown: durationFact(setting('rediscovery_lifetime'), 's'),
        introspectionCacheTtl: cachedIntrospection(flagFact(setting('cache_introspection')), setting('cache_ttl_max')),
        ...anonymousOf(config, entities),
        queryTokenAccepted: mapFact(listFact(setting('bearer_token_param_type')), (places) => places.includes('query')),
        senderConstraint: constraintOf(setting('proof_of_possession_dpop'), setting('proof_of_possession_mtls')),
        derivedSessionLifetime: hasSession
          ? durationFact(setting('session_absolute_timeout'), 's')
          : derivedFact<Bound>(ZERO, methods.at, 'session is not among the auth_methods'),
        tlsVerified: flagFact(setting('ssl_verify')),
      },
      node.at,
    ),
  };
}

function textsOf(node: ConfigNode | null): readonly ConfigNode[] {
  if (node === null) return [];
  return Array.isArray(node.value) ? items(node) : [node];
}

function discoveryOf(issuer: ConfigFact<string> | undefined): VerifierFactMap['discoveryUrl'] {
  if (issuer === undefined || issuer.origin === 'unknown' || issuer.value.includes('/.well-known/')) return issuer;
  const address = `${issuer.value.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`;
  return derivedFact(address, issuer.at, 'the issuer and the well-known path');
}

function namedIssuer(issuer: ConfigFact<string> | undefined): VerifierFactMap['issuers'] {
  if (issuer === undefined || issuer.origin === 'unknown') return issuer;
  const named = issuer.value.replace(/\/\.well-known\/[^]*$/, '');
  return derivedFact([named], issuer.at, 'the issuer that its discovery document names');
}

function cachedIntrospection(
  on: ConfigFact<boolean> | undefined,
  longest: ConfigNode | null,
): VerifierFactMap['introspectionCacheTtl'] {
  if (on === undefined || (on.origin !== 'unknown' && on.value)) return durationFact(longest, 's');
  return mapFact<boolean, Bound>(on, () => ZERO);
}

function constraintOf(dpop: ConfigNode | null, mtls: ConfigNode | null): VerifierFactMap['senderConstraint'] {
  const facts = [textFact(dpop), textFact(mtls)].filter((fact) => fact !== undefined);
  const [first] = facts;
  if (first === undefined) return undefined;
  const unknown = facts.find(({ origin }) => origin === 'unknown');
  if (unknown?.origin === 'unknown') return unknown;
  const words = facts.map((fact) => (fact.origin === 'unknown' ? '' : fact.value));
  return explicitFact(
    words.includes('strict') ? 'required' : words.includes('optional') ? 'optional' : 'none',
    first.at,
  );
}
