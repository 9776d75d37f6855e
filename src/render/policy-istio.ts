import { noIssuer } from './policy-envoy.ts';
import { commented } from './target.ts';
import type { Gaps, VerifierPolicy, VerifierTarget } from './verifier-target.ts';
import { gapsOf, policyHeader } from './verifier-target.ts';
import type { Plain } from './yaml-text.ts';
import { yamlText } from './yaml-text.ts';

/** What Istio fixes (pilot/pkg/model/jwks_resolver.go, Envoy's kClockSkewInSecond), in milliseconds. */
const REFRESH_INTERVAL = 20 * 60_000;
const LEEWAY = 60_000;

export const policyIstioTarget: VerifierTarget = {
  id: 'istio',
  title: 'a RequestAuthentication, and an AuthorizationPolicy that refuses requests without a token',
  reads: 'Istio 1.22 or newer; add a selector for one workload',
  render: (subject) => {
    const { policy } = subject;
    const name = policy.name;
    const documents: readonly Plain[] = [
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'RequestAuthentication',
        metadata: { name },
        spec: { jwtRules: policy.issuers.value.map((issuer) => jwtRule(issuer, subject)) },
      },
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name: `${name}-needs-token` },
        // Without it, a request without a token passes a RequestAuthentication.
        spec: { action: 'DENY', rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }] }] },
      },
    ];
    return {
      text: commented('#', policyHeader('istio', subject)) + documents.map(yamlText).join('---\n'),
      unsupported: policy.issuers.value.length === 0 ? [noIssuer(policy.at)] : [],
      gaps: gapsOf(subject, 'Istio', gapsFor(subject)),
    };
  },
};

function jwtRule(
  { issuer, jwksUri }: { readonly issuer: string; readonly jwksUri: string | null },
  { access }: VerifierPolicy,
): Plain {
  const audiences = access.audiences.value;
  return {
    issuer,
    ...(jwksUri === null ? {} : { jwksUri }),
    ...(audiences.length === 0 ? {} : { audiences }),
    fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }],
    forwardOriginalToken: true,
  };
}

function gapsFor({ policy, access }: VerifierPolicy): Gaps {
  const claims = 'RequestAuthentication compares iss and aud only; an AuthorizationPolicy can look at other claims';
  return {
    algorithms: 'it takes every algorithm that fits the key; give the keys in the JWKS an alg',
    audience_match: 'one of the audiences is enough for it',
    typ: 'it does not look at typ',
    'lifetime.max': 'it has no limit for the life of a token',
    max_age: 'it does not look at iat',
    'clock_skew.max': access.clockSkew.value < LEEWAY ? 'it allows 1m, without a setting' : null,
    required_claims: access.requiredClaims.value.some((name) => !['iss', 'aud'].includes(name))
      ? `${claims}, and a token without exp passes`
      : null,
    claim_values: claims,
    'binding.accept': 'it does not look at cnf',
    'jwks_cache.max_ttl':
      policy.jwksCache.maxTtl.value < REFRESH_INTERVAL
        ? 'istiod fetches keys every 20m; PILOT_JWT_PUB_KEY_REFRESH_INTERVAL of istiod changes that for all'
        : null,
    'jwks_cache.max_stale': 'istiod keeps a set for days while it cannot be fetched',
    'jwks_cache.min_refresh_interval': null,
    'jwks_cache.refresh_on_unknown_kid': 'it waits for the next fetch of istiod',
    'keys.kid_required': 'it tries every key on a token without kid',
  };
}
