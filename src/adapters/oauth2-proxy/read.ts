import type { ConfigFact, ConfigSubject, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
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
import type { ProxyOptions } from './options.ts';
import { COMMA } from './options.ts';
import { readBearers } from './bearers.ts';
import { isBareNumber, remarksOn, secretsIn } from './remarks.ts';
import { readRoutes } from './routes.ts';

type Facts = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

const ID = 'oauth2-proxy';

/** One proxy: its log-in, the issuers whose tokens it takes besides, and the routes it lets through. */
export function readProxy(proxy: ProxyOptions, settings: readonly Setting[]): readonly ConfigSubject[] {
  return [readLogIn(proxy, settings), ...readBearers(proxy, settings), ...readRoutes(proxy, settings)];
}

/** Types with an ID token verifier (oauth2-proxy 7.15: providers/providers.go, providerRequiresOIDCProviderVerifier). */
const VERIFYING: readonly string[] = ['oidc', 'adfs', 'azure', 'cidaas', 'gitlab', 'keycloak-oidc', 'entra-id'];

function readLogIn(proxy: ProxyOptions, settings: readonly Setting[]): VerifierConfig {
  const { options, node, partial, version } = proxy;
  const at = node.at;
  const type = typeOf(proxy);
  const isVerifying = type === null ? options.has('oidc_issuer_url') : VERIFYING.includes(type);
  const accepts = (option: string): ConfigFact<boolean> | undefined => flagFact(options.get(option) ?? null);
  const elsewhere = (why: string | null): ConfigFact<never> | undefined =>
    why === null ? undefined : unknownConfigFact(at, why);
  const session: Facts = {
    derivedSessionLifetime:
      nanosecondsOrDuration(options.get('cookie_expire'), 'unbounded') ?? elsewhere(partial.session),
    derivedSessionRecheck:
      nanosecondsOrDuration(options.get('cookie_refresh'), 'unbounded') ?? elsewhere(partial.session),
    tlsVerified: mapFact(accepts('ssl_insecure_skip_verify'), (isSkipped) => !isSkipped) ?? elsewhere(partial.session),
    claimHeaders: claimHeaders(proxy),
    forwardsToken: forwarding(options) ?? elsewhere(partial.session ?? partial.provider),
  };
  const facts = isVerifying ? { ...session, ...verifierFacts(proxy, type) } : session;
  const complete = completeFacts<VerifierFactMap>(settings, 'verifier', facts, at);
  return {
    kind: 'verifier',
    adapter: ID,
    name: proxy.name,
    file: node.document.file,
    at,
    profile: null,
    // Without a verifier of ID tokens no key is used, so the table of key caches says nothing about it.
    product: isVerifying ? { id: ID, version } : null,
    secrets: secretsIn(options),
    remarks: [...proxy.remarks, ...remarksOn(proxy, type)],
    inlineKeys: [],
    facts: isVerifying ? complete : sessionOnly(complete),
  };
}

/** Null when it is not known. */
function typeOf({ options, partial }: ProxyOptions): string | null {
  const written = textFact(options.get('provider') ?? null);
  if (written === undefined) return partial.provider === null ? 'google' : null;
  return written.origin === 'unknown' ? null : written.value;
}

function sessionOnly({
  claimHeaders,
  derivedSessionLifetime,
  derivedSessionRecheck,
  tlsVerified,
  forwardsToken,
}: VerifierFactMap): VerifierFactMap {
  return Object.fromEntries(
    Object.entries({ claimHeaders, derivedSessionLifetime, derivedSessionRecheck, tlsVerified, forwardsToken }).filter(
      ([, fact]) => fact !== undefined,
    ),
  );
}

function verifierFacts({ options, node, partial }: ProxyOptions, type: string | null): Facts {
  const at = node.at;
  const option = (name: string): ConfigNode | null => options.get(name) ?? null;
  const issuer = textFact(option('oidc_issuer_url'));
  const noDiscovery = flagFact(option('skip_oidc_discovery'));
  const isManual = noDiscovery !== undefined && knownValue(noDiscovery) !== false;
  const anyIssuer = flagFact(option('insecure_oidc_skip_issuer_verification'));
  const keyFiles = option('oidc_public_key_files');
  return {
    issuers:
      knownValue(anyIssuer) === true && anyIssuer !== undefined
        ? mapFact(anyIssuer, () => null)
        : mapFact(issuer, (url) => [url]),
    audiences: audiencesOf(textFact(option('client_id')), listFact(option('oidc_extra_audiences'), COMMA)),
    discoveryUrl: isManual
      ? undefined
      : mapFact(issuer, (url) => `${url.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`),
    jwksUri: isManual ? textFact(option('oidc_jwks_url')) : undefined,
    keySource:
      noDiscovery?.origin === 'unknown'
        ? noDiscovery
        : isManual
          ? explicitFact(keyFiles === null ? 'jwks' : 'static', (keyFiles ?? option('oidc_jwks_url'))?.at ?? at)
          : issuer === undefined
            ? undefined
            : explicitFact('discovery', issuer.at),
    algorithms:
      listFact(option('oidc_enabled_signing_algs'), COMMA) ??
      (isManual && partial.provider === null
        ? {
            origin: 'default',
            value: ['RS256'],
            at,
            source: 'go-oidc 3: oidc/verify.go, supportedSigningAlgs',
            versions: null,
          }
        : type === null
          ? undefined
          : unknownConfigFact(at, 'the discovery document of the issuer lists them')),
    refetchOnUnknownKid:
      knownValue(flagFact(option('skip_jwt_bearer_tokens'))) === true
        ? {
            origin: 'platform',
            value: 'unthrottled',
            at: option('skip_jwt_bearer_tokens')?.at ?? at,
            source: 'go-oidc 3: oidc/jwks.go, an unknown kid is fetched at once',
            versions: null,
          }
        : undefined,
  };
}

function audiencesOf(
  client: ConfigFact<string> | undefined,
  more: ConfigFact<readonly string[]> | undefined,
): VerifierFactMap['audiences'] {
  if (client === undefined || client.origin === 'unknown') return client;
  if (more?.origin === 'unknown') return more;
  return { ...client, value: [client.value, ...(more?.value ?? [])] };
}

/** Go reads a bare number as nanoseconds. Zero switches the setting off. */
function nanosecondsOrDuration(node: ConfigNode | undefined, zero: Bound): ConfigFact<Bound> | undefined {
  if (node === undefined) return undefined;
  const fact = durationFact(node, 'ms');
  if (fact === undefined || fact.origin === 'unknown' || typeof fact.value !== 'number') return fact;
  if (fact.value === 0) return { ...fact, value: zero };
  return isBareNumber(node) ? { ...fact, value: millis(Math.ceil(fact.value / 1_000_000)) } : fact;
}

function forwarding(options: ProxyOptions['options']): ConfigFact<boolean> | undefined {
  const names = ['pass_access_token', 'pass_authorization_header', 'set_authorization_header'];
  const written = names.flatMap((name) => flagFact(options.get(name) ?? null) ?? []);
  return (
    written.find((fact) => knownValue(fact) === true) ??
    written.find(({ origin }) => origin === 'unknown') ??
    written[0]
  );
}

/** Headers for what stands behind it; those that a caller sends are taken off unless that is switched off. */
function claimHeaders({ options, node, partial }: ProxyOptions): VerifierFactMap['claimHeaders'] {
  const passed = flagFact(options.get('pass_user_headers') ?? null);
  const stripped = flagFact(options.get('skip_auth_strip_headers') ?? null);
  if (passed?.origin === 'unknown' || knownValue(passed) === false) return undefined;
  if (stripped !== undefined) return mapFact(stripped, (isStripped) => ({ names: USER_HEADERS, stripped: isStripped }));
  if (partial.session !== null || partial.provider !== null) return undefined;
  const source = 'oauth2-proxy 7.15: pkg/apis/options/legacy_options.go, skip-auth-strip-headers';
  return { origin: 'default', value: { names: USER_HEADERS, stripped: true }, at: node.at, source, versions: null };
}

/** oauth2-proxy 7.15: pkg/apis/options/legacy_options.go, getPassUserHeaders. */
const USER_HEADERS: readonly string[] = [
  'X-Forwarded-User',
  'X-Forwarded-Email',
  'X-Forwarded-Groups',
  'X-Forwarded-Preferred-Username',
];
