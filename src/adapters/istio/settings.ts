import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';
import { settingsInsideEnvoy } from '../inside-envoy.ts';

export const APPLIER = 'Istio 1.27: pilot/pkg/security/authn/policy_applier.go';
const RESOLVER = 'Istio 1.27: pilot/pkg/model/jwks_resolver.go';
const ENVOY = 'Envoy: source/extensions/filters/http/jwt_authn/authenticator.cc';

/** What RequestAuthentication, AuthorizationPolicy and istiod decide about tokens. */
export const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'spec.jwtRules[].issuer',
    absent: {
      origin: 'default',
      value: null,
      source: 'Istio 1.27: pkg/config/validation/validation.go, issuer or jwksUri must be non-empty',
      versions: '>= 1.27',
    },
    note: 'Required before 1.27.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'spec.jwtRules[].audiences',
    absent: {
      origin: 'default',
      value: null,
      source: `${APPLIER} passes the empty list on, and Envoy then checks none (config.proto, audiences)`,
    },
    note: 'The reference says that the name of the service is accepted then; the code does not compare it.',
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'spec.jwtRules[].jwksUri, spec.jwtRules[].jwks',
    absent: null,
    note: 'Without both, istiod asks the discovery document of the issuer.',
  },
  { on: 'verifier', fact: 'jwksUri', setting: 'spec.jwtRules[].jwksUri', absent: null },
  { on: 'verifier', fact: 'discoveryUrl', setting: null, absent: null },
  ...settingsInsideEnvoy({
    requiresExp: `${ENVOY}, exp is checked when present`,
    maxLifetime: `${APPLIER} sets no max_lifetime`,
  }),
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'PILOT_JWT_PUB_KEY_REFRESH_INTERVAL',
    absent: {
      origin: 'default',
      value: millis(1_200_000),
      source: 'Istio 1.27: pilot/pkg/features/pilot.go, PILOT_JWT_PUB_KEY_REFRESH_INTERVAL: 20 minutes',
    },
    note: 'An environment variable of istiod. With PILOT_JWT_ENABLE_REMOTE_JWKS every proxy fetches for itself, every five minutes.',
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: 'spec.jwtRules[].timeout',
    unit: 's',
    absent: null,
    note: '5s when absent; a second passes until the next attempt.',
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: {
      origin: 'platform',
      value: millis(608_400_000),
      source: `${RESOLVER}, JwtPubKeyEvictionDuration: 7 days, and JwtPubKeyRefreshIntervalOnFailureResetThreshold: an hour until that is noticed`,
    },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: { origin: 'platform', value: 'never', source: `${RESOLVER} fetches by the clock only` },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${APPLIER} sets no jwt_cache_config` },
  },
  {
    on: 'verifier',
    fact: 'tlsVerified',
    setting: 'JWKS_RESOLVER_INSECURE_SKIP_VERIFY',
    absent: null,
    note: 'An environment variable of istiod.',
  },
  {
    on: 'verifier',
    fact: 'fetchRestricted',
    setting: 'BLOCKED_CIDRS_IN_JWKS_URIS',
    absent: null,
    note: 'An environment variable of istiod, since 1.29.',
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'AuthorizationPolicy spec.rules[].from[].source.requestPrincipals',
    absent: {
      origin: 'platform',
      value: true,
      source: `${APPLIER} allows a missing token; no AuthorizationPolicy of this run demands one from its workloads`,
    },
  },
  {
    on: 'verifier',
    fact: 'failedTokenAllowed',
    setting: null,
    absent: { origin: 'platform', value: false, source: `${APPLIER} allows a missing token, not a failed one` },
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'spec.jwtRules[].fromParams',
    absent: {
      origin: 'default',
      value: true,
      source: 'Envoy: extractor.cc, without fromHeaders, fromParams and fromCookies: Authorization and access_token',
    },
  },
  {
    on: 'verifier',
    fact: 'forwardsToken',
    setting: 'spec.jwtRules[].forwardOriginalToken',
    absent: { origin: 'default', value: false, source: `${APPLIER}, forwardOriginalToken` },
  },
  {
    on: 'verifier',
    fact: 'claimHeaders',
    setting: 'spec.jwtRules[].outputClaimToHeaders, spec.jwtRules[].outputPayloadToHeader',
    absent: null,
    note: 'A client’s own copy is removed from every request.',
  },
  {
    on: 'verifier',
    fact: 'denylistClaims',
    setting: 'AuthorizationPolicy spec.rules[].when[].key: request.auth.claims[…], with action DENY',
    absent: null,
  },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'AuthorizationPolicy spec.rules[].from[].source.requestPrincipals',
    absent: {
      origin: 'default',
      value: 'none',
      source:
        'Istio 1.27: pilot/pkg/security/authz/model/model.go, a rule that names no request principal and no claim does not look at tokens',
    },
  },
];
