import { noIssuer } from './policy-envoy.ts';
import type { Unsupported } from './target.ts';
import { commented } from './target.ts';
import type { Gaps, VerifierPolicy, VerifierTarget } from './verifier-target.ts';
import { gapsOf, policyHeader } from './verifier-target.ts';
import type { Plain } from './yaml-text.ts';
import { yamlText } from './yaml-text.ts';

/** Names of org.springframework.security.oauth2.jose.jws.SignatureAlgorithm; the application does not start with another. */
const ALGORITHMS: readonly string[] = 'RS256 RS384 RS512 ES256 ES384 ES512 PS256 PS384 PS512'.split(' ');

/** What the decoder fixes, in milliseconds: JwtTimestampValidator, and NimbusJwtDecoder's key set. */
const LEEWAY = 60_000;
const KEY_CACHE = 5 * 60_000;

export const policySpringTarget: VerifierTarget = {
  id: 'spring',
  title: 'an application.yaml for a resource server',
  reads: 'Spring Boot 3 with spring-boot-starter-oauth2-resource-server',
  render: (subject) => {
    const { policy, access } = subject;
    const algorithms = access.algorithms.value.filter((name) => ALGORITHMS.includes(name));
    const audiences = access.audiences.value;
    const [issuer] = policy.issuers.value;
    const jwt: Plain = {
      ...(issuer === undefined ? {} : { 'issuer-uri': issuer.issuer }),
      ...(issuer === undefined || issuer.jwksUri === null ? {} : { 'jwk-set-uri': issuer.jwksUri }),
      ...(audiences.length === 0 ? {} : { audiences }),
      'jws-algorithms': algorithms,
    };
    return {
      text:
        commented('#', policyHeader('spring', subject)) +
        yamlText({ spring: { security: { oauth2: { resourceserver: { jwt } } } } }),
      unsupported: faultsOf(subject, algorithms),
      gaps: gapsOf(subject, 'Spring', gapsFor(subject)),
    };
  },
};

function faultsOf({ policy, access }: VerifierPolicy, known: readonly string[]): readonly Unsupported[] {
  const faults: Unsupported[] = policy.issuers.value.length === 0 ? [noIssuer(policy.at)] : [];
  for (const { issuer } of policy.issuers.value.slice(1)) {
    faults.push({
      at: policy.issuers.at ?? policy.at,
      message: `properties of Spring take one issuer, ${issuer} is one more`,
      hint: 'use a JwtIssuerAuthenticationManagerResolver in code, or a policy for each issuer',
    });
  }
  const others = access.algorithms.value.filter((name) => !known.includes(name));
  if (others.length > 0) {
    faults.push({
      at: access.algorithms.at ?? policy.at,
      message: `Spring cannot verify ${others.join(', ')}`,
      hint: `choose from ${ALGORITHMS.join(', ')}`,
    });
  }
  return faults;
}

function gapsFor({ policy, access }: VerifierPolicy): Gaps {
  const code = 'no property does; an OAuth2TokenValidator bean can';
  return {
    algorithms: null,
    audience_match: 'one of the audiences is enough for it',
    typ: code,
    'lifetime.max': code,
    max_age: code,
    'clock_skew.max': access.clockSkew.value < LEEWAY ? `it allows 1m: ${code}` : null,
    required_claims: access.requiredClaims.value.some((name) => !['iss', 'aud'].includes(name))
      ? `a token without exp passes: ${code}`
      : null,
    claim_values: code,
    'binding.accept': code,
    'jwks_cache.max_ttl':
      policy.jwksCache.maxTtl.value < KEY_CACHE ? 'it keeps keys for 5m: a JwtDecoder bean can change that' : null,
    'jwks_cache.max_stale': null,
    'jwks_cache.min_refresh_interval': 'it fetches for every token under an unknown kid',
    'jwks_cache.refresh_on_unknown_kid': null,
    'keys.kid_required': 'it tries every key on a token without kid',
  };
}
