import type { EffectivePolicy } from '../model/policy.ts';
import { METADATA } from './envoy.ts';
import type { Unsupported } from './target.ts';
import { commented } from './target.ts';
import type { VerifierPolicy, VerifierTarget } from './verifier-target.ts';
import { gapsOf, policyHeader, wholeSeconds } from './verifier-target.ts';
import type { Plain } from './yaml-text.ts';
import { yamlText } from './yaml-text.ts';

/** How long Envoy waits for a key set before it refuses the token. */
const FETCH_TIMEOUT = '2s';

export const policyEnvoyTarget: VerifierTarget = {
  id: 'envoy',
  title: 'the jwt_authn filter, and the clusters that it fetches keys from',
  reads: 'Envoy (driven with 1.40): both lists go to their places in the bootstrap or what a control plane sends',
  render: (subject) => {
    const { known, unsupported } = withKeySet(subject.policy);
    const text = yamlText({
      http_filters: [filterOf(subject, known)],
      clusters: [...new Map(known.map(({ jwksUri }) => [clusterOf(jwksUri), jwksUri])).values()].map(cluster),
    });
    const header = [
      ...policyHeader('envoy', subject),
      'Every path needs a token: add a rule without requires for one that does not, before the last.',
    ];
    return { text: commented('#', header) + text, unsupported, gaps: gapsOf(subject, 'Envoy', gapsFor(subject)) };
  },
};

interface KnownIssuer {
  readonly issuer: string;
  readonly jwksUri: string;
}

/** Envoy does not read discovery documents, so it must be told where the keys are. */
function withKeySet({ issuers, at }: EffectivePolicy): {
  readonly known: readonly KnownIssuer[];
  readonly unsupported: readonly Unsupported[];
} {
  const known = issuers.value.flatMap(({ issuer, jwksUri }) =>
    jwksUri !== null && isFetchable(jwksUri) ? [{ issuer, jwksUri }] : [],
  );
  const without = issuers.value
    .filter(({ issuer }) => !known.some((each) => each.issuer === issuer))
    .map(({ issuer, jwksUri }) => ({
      at: issuers.at ?? at,
      message: `the policy does not say where the keys of ${issuer} are${jwksUri === null ? '' : `: ${jwksUri} is no address that Envoy could ask`}`,
      hint: 'write jwks_uri: https://... at the issuer in the policy',
    }));
  return { known, unsupported: [...without, ...(issuers.value.length === 0 ? [noIssuer(at)] : [])] };
}

function isFetchable(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

/** A verifier without an issuer would take tokens of anybody whose key it has. */
export function noIssuer(at: Unsupported['at']): Unsupported {
  return { at, message: 'the policy names no issuer', hint: 'add issuers: to the policy' };
}

function filterOf(subject: VerifierPolicy, known: readonly KnownIssuer[]): Plain {
  const names = known.map((_, index) => `issuer-${index + 1}`);
  return {
    name: 'envoy.filters.http.jwt_authn',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
      providers: Object.fromEntries(known.map((issuer, index) => [names[index] ?? '', provider(issuer, subject)])),
      rules: [{ match: { prefix: '/' }, requires: requirement(names) }],
    },
  };
}

function requirement(names: readonly string[]): Plain {
  const each = names.map((name) => ({ provider_name: name }));
  const [only] = each;
  return each.length === 1 && only !== undefined ? only : { requires_any: { requirements: each } };
}

function provider({ issuer, jwksUri }: KnownIssuer, { policy, access }: VerifierPolicy): Plain {
  const audiences = access.audiences.value;
  return {
    issuer,
    ...(audiences.length === 0 ? {} : { audiences }),
    require_expiration: true,
    max_lifetime: `${wholeSeconds(access.maxLifetime.value) ?? 0}s`,
    // 0 counts as unset, which is a minute.
    clock_skew_seconds: Math.max(1, wholeSeconds(access.clockSkew.value) ?? 1),
    from_headers: [{ name: 'Authorization', value_prefix: 'Bearer ' }],
    forward: true,
    payload_in_metadata: METADATA.payload,
    header_in_metadata: METADATA.header,
    remote_jwks: {
      http_uri: { uri: jwksUri, cluster: clusterOf(jwksUri), timeout: FETCH_TIMEOUT },
      cache_duration: `${wholeSeconds(policy.jwksCache.maxTtl.value) ?? 0}s`,
    },
  };
}

function clusterOf(jwksUri: string): string {
  const { protocol, host } = new URL(jwksUri);
  return `jwks ${protocol}//${host}`;
}

function cluster(jwksUri: string): Plain {
  const { protocol, hostname, port } = new URL(jwksUri);
  const isTls = protocol === 'https:';
  const socketAddress = { address: hostname, port_value: Number(port) || (isTls ? 443 : 80) };
  const endpoint = { endpoint: { address: { socket_address: socketAddress } } };
  return {
    name: clusterOf(jwksUri),
    type: 'STRICT_DNS',
    connect_timeout: FETCH_TIMEOUT,
    load_assignment: { cluster_name: clusterOf(jwksUri), endpoints: [{ lb_endpoints: [endpoint] }] },
    ...(isTls ? { transport_socket: tlsTo(hostname) } : {}),
  };
}

function tlsTo(hostname: string): Plain {
  const names = [{ san_type: 'DNS', matcher: { exact: hostname } }];
  const context = {
    trusted_ca: { filename: '/etc/ssl/certs/ca-certificates.crt' },
    match_typed_subject_alt_names: names,
  };
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      sni: hostname,
      common_tls_context: { validation_context: context },
    },
  };
}

/** @see Envoy 1.37: api/envoy/extensions/filters/http/jwt_authn/v3/config.proto */
function gapsFor({ access }: VerifierPolicy): Parameters<typeof gapsOf>[2] {
  const claims = 'it compares iss and aud only; an RBAC filter behind it can look at others';
  return {
    algorithms: 'it takes every algorithm that fits the key; give the keys in the JWKS an alg',
    audience_match: 'one of the audiences is enough for it',
    typ: 'it does not look at typ',
    'lifetime.max': 'max_lifetime counts from now, not from iat, so a longer token passes in its last stretch',
    max_age: 'it does not look at iat',
    'clock_skew.max': access.clockSkew.value < 1000 ? 'clock_skew_seconds is 1 at least, as 0 counts as unset' : null,
    required_claims: access.requiredClaims.value.some((name) => !CHECKED_CLAIMS.includes(name)) ? claims : null,
    claim_values: claims,
    'binding.accept': 'it does not look at cnf',
    'jwks_cache.max_ttl': null,
    'jwks_cache.max_stale': null,
    'jwks_cache.min_refresh_interval': null,
    'jwks_cache.refresh_on_unknown_kid': 'it waits until cache_duration is over',
    'keys.kid_required': 'it tries every key on a token without kid',
  };
}

/** Claims without which its checks refuse a token. */
const CHECKED_CLAIMS: readonly string[] = ['iss', 'exp', 'aud'];
