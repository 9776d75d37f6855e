import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';
import { settingsInsideEnvoy } from '../inside-envoy.ts';

const TYPES = 'Envoy Gateway 1.9: api/v1alpha1/jwt_types.go';
const TRANSLATOR = 'Envoy Gateway 1.9: internal/xds/translator/jwt.go';
const POLICY = 'Envoy Gateway 1.9: internal/gatewayapi/securitypolicy.go';
const ENVOY = 'Envoy: source/extensions/filters/http/jwt_authn';

/** What a SecurityPolicy decides about tokens. */
export const settings: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'spec.jwt.providers[].issuer',
    absent: { origin: 'default', value: null, source: `${TYPES}, issuer: not checked` },
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'spec.jwt.providers[].audiences',
    absent: { origin: 'default', value: null, source: `${TYPES}, audiences: not checked` },
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: 'spec.jwt.providers[].remoteJWKS, spec.jwt.providers[].localJWKS',
    absent: null,
  },
  { on: 'verifier', fact: 'jwksUri', setting: 'spec.jwt.providers[].remoteJWKS.uri', absent: null },
  ...settingsInsideEnvoy({
    requiresExp: `${TRANSLATOR} sets no require_expiration`,
    maxLifetime: `${TRANSLATOR} sets no max_lifetime`,
  }),
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'spec.jwt.providers[].remoteJWKS.cacheDuration',
    unit: 's',
    absent: { origin: 'default', value: millis(300_000), source: `${TYPES}, cacheDuration: 5 minutes` },
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: 'spec.jwt.providers[].remoteJWKS.backendSettings.timeout',
    absent: {
      origin: 'default',
      value: millis(10_000),
      source: `${TRANSLATOR}, defaultExtServiceRequestTimeout`,
    },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${TRANSLATOR} writes async_fetch, which replaces a set only by one that was fetched`,
    },
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: { origin: 'platform', value: 'never', source: `${ENVOY}/authenticator.cc looks at the cached set only` },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${TRANSLATOR} sets no jwt_cache_config` },
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'spec.jwt.optional',
    absent: { origin: 'default', value: false, source: `${POLICY}, AllowMissing: false unless optional` },
  },
  {
    on: 'verifier',
    fact: 'failedTokenAllowed',
    setting: 'spec.jwt.failOpen',
    absent: { origin: 'default', value: false, source: `${POLICY}, AllowMissingOrFailed: false unless failOpen` },
    note: 'Since 1.9. Lets a missing token pass as well.',
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'spec.jwt.providers[].extractFrom.params',
    absent: { origin: 'default', value: true, source: `${TYPES}, extractFrom: Authorization and access_token` },
  },
  {
    on: 'verifier',
    fact: 'forwardsToken',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${TRANSLATOR}, Forward: true` },
  },
  {
    on: 'verifier',
    fact: 'claimHeaders',
    setting: 'spec.jwt.providers[].claimToHeaders',
    absent: null,
  },
  {
    on: 'verifier',
    fact: 'denylistClaims',
    setting: 'spec.authorization.rules[].principal.jwt.claims[].name, with action Deny',
    absent: null,
  },
  {
    on: 'verifier',
    fact: 'discoveryUrl',
    setting: 'spec.oidc.provider.issuer',
    absent: null,
    note: 'Asked for the endpoints that `spec.oidc.provider` does not name.',
  },
  { on: 'client', fact: 'clientId', setting: 'spec.oidc.clientID', absent: null },
  { on: 'client', fact: 'redirectUris', setting: 'spec.oidc.redirectURL', absent: null },
  {
    on: 'client',
    fact: 'public',
    setting: null,
    absent: {
      origin: 'platform',
      value: false,
      source: 'Envoy Gateway 1.9: api/v1alpha1/oidc_types.go, clientSecret is required',
    },
  },
  {
    on: 'client',
    fact: 'grantTypes',
    setting: 'spec.oidc.refreshToken',
    absent: {
      origin: 'default',
      value: ['authorization_code', 'refresh_token'],
      source: 'Envoy Gateway 1.9: api/v1alpha1/oidc_types.go, refreshToken: true',
    },
  },
  {
    on: 'route',
    fact: 'requirement',
    setting: 'spec.targetRefs, spec.targetSelectors',
    absent: {
      origin: 'default',
      value: 'none',
      source:
        'Envoy Gateway 1.9: site/content/en/latest/concepts/gateway_api_extensions/security-policy.md: a route needs a token only where a SecurityPolicy is attached',
    },
    note: 'A policy on a route replaces the one on its Gateway.',
  },
];
