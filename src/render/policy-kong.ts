import { noIssuer } from './policy-envoy.ts';
import type { Unsupported } from './target.ts';
import { commented } from './target.ts';
import type { Gaps, VerifierPolicy, VerifierTarget } from './verifier-target.ts';
import { gapsOf, policyHeader, wholeSeconds } from './verifier-target.ts';
import { yamlText } from './yaml-text.ts';

export const policyKongTarget: VerifierTarget = {
  id: 'kong',
  title: 'a declarative file with the openid-connect plugin for every route',
  reads: 'Kong Gateway (Enterprise) 3.x, with decK or in DB-less mode',
  render: (subject) => {
    const { policy, access } = subject;
    const audiences = access.audiences.value;
    const [issuer] = policy.issuers.value;
    const config = {
      ...(issuer === undefined ? {} : { issuer: issuer.issuer, issuers_allowed: [issuer.issuer] }),
      auth_methods: ['bearer'],
      bearer_token_param_type: ['header'],
      ...(audiences.length === 0 ? {} : { audience_required: audiences }),
      verify_signature: true,
      verify_claims: true,
      leeway: wholeSeconds(access.clockSkew.value) ?? 0,
      cache_ttl: wholeSeconds(policy.jwksCache.maxTtl.value) ?? 0,
      rediscovery_lifetime: wholeSeconds(policy.jwksCache.minRefreshInterval.value) ?? 0,
      cache_introspection: false,
      ssl_verify: true,
      ...binding(access.bindingAccept.value),
    };
    return {
      text:
        commented('#', policyHeader('kong', subject)) +
        yamlText({ _format_version: '3.0', plugins: [{ name: 'openid-connect', config }] }),
      unsupported: [...(issuer === undefined ? [noIssuer(policy.at)] : []), ...furtherIssuers(subject)],
      gaps: gapsOf(subject, 'Kong', gapsFor(subject)),
    };
  },
};

/** More key sets would be trusted for every issuer alike: extra_jwks_uris does not say whose they are. */
function furtherIssuers({ policy: { issuers, at } }: VerifierPolicy): readonly Unsupported[] {
  return issuers.value.slice(1).map(({ issuer }) => ({
    at: issuers.at ?? at,
    message: `one openid-connect plugin verifies tokens of one issuer, ${issuer} is one more`,
    hint: 'write a policy for each issuer, and put their plugins on different routes',
  }));
}

function binding(accept: readonly string[]): Readonly<Record<string, string>> {
  if (accept.length === 0 || accept.includes('bearer')) return {};
  return {
    ...(accept.includes('dpop') ? { proof_of_possession_dpop: accept.length === 1 ? 'strict' : 'optional' } : {}),
    ...(accept.includes('mtls') ? { proof_of_possession_mtls: accept.length === 1 ? 'strict' : 'optional' } : {}),
  };
}

function gapsFor({ access }: VerifierPolicy): Gaps {
  const accept = access.bindingAccept.value;
  const [only] = accept;
  const isStrict = accept.length === 1 && (only === 'dpop' || only === 'mtls');
  return {
    algorithms: 'the plugin takes what the key set says; it can only allow HMAC in addition',
    audience_match: 'one of the audiences is enough for it',
    typ: 'it does not look at typ',
    'lifetime.max': 'it has no limit for the life of a token',
    max_age: 'it does not look at iat',
    'clock_skew.max': null,
    required_claims: access.requiredClaims.value.some((name) => !['iss', 'aud', 'exp'].includes(name))
      ? 'it demands the claims that it compares only'
      : null,
    claim_values: 'write claims_forbidden or scopes_required by hand',
    'binding.accept': isStrict ? null : 'it makes one method strict, several are optional only',
    'jwks_cache.max_ttl': null,
    'jwks_cache.max_stale': 'nobody documents how long it keeps a set that cannot be fetched',
    'jwks_cache.min_refresh_interval': null,
    'jwks_cache.refresh_on_unknown_kid': null,
    'keys.kid_required': 'nobody documents what it does with a token without kid',
  };
}
