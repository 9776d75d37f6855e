import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const OIDC = 'Kubernetes 1.34: staging/src/k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go';
const OPTIONS = 'Kubernetes 1.34: pkg/kubeapiserver/options/authentication.go';
const KEYS = 'coreos/go-oidc 2.3.0: jwks.go, verify';
const VERIFY = 'coreos/go-oidc 2.3.0: verify.go, Verify';

/** What no setting of the API server changes, whichever way its authenticators are configured. */
const FIXED: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: `${KEYS}: a known kid is verified without looking at the stored expiry`,
    },
    note: 'A token under another key, or a restart, makes it look again.',
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unbounded',
      source: 'coreos/go-oidc 2.3.0: jwks.go, keysFromRemote: the keys are replaced only when a fetch succeeds',
    },
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: null,
    absent: { origin: 'platform', value: millis(30_000), source: `${OIDC}, http.Client Timeout` },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: { origin: 'platform', value: millis(10_000), source: `${OPTIONS}, TokenSuccessCacheTTL` },
    note: 'A token that was accepted is accepted for ten more seconds.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${VERIFY}: exp without leeway; nbf has a minute` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${VERIFY}: a missing exp is the year 1` },
  },
];

/** Settings of an AuthenticationConfiguration. */
export const FILE_SETTINGS: readonly Setting[] = [
  { on: 'verifier', fact: 'issuers', setting: 'jwt[].issuer.url', absent: null, note: 'Required.' },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'jwt[].issuer.audiences',
    absent: null,
    note: 'Required and never empty; any of them is enough.',
  },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'jwt[].issuer.discoveryURL', absent: null },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: null,
    absent: {
      origin: 'platform',
      value: ['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'],
      source: `${OPTIONS}: a configuration file allows AllValidSigningAlgorithms of oidc.go`,
    },
    note: 'The flags allow RS256 only: moving to the file accepts more.',
  },
  {
    on: 'verifier',
    fact: 'maxLifetime',
    setting: 'jwt[].claimValidationRules[].expression',
    absent: {
      origin: 'default',
      value: 'unbounded',
      source: 'Kubernetes 1.34: staging/src/k8s.io/apiserver/pkg/apis/apiserver/v1/types.go, no rules',
    },
    note: 'Read from expressions such as `claims.exp - claims.nbf <= 86400`.',
  },
  {
    on: 'verifier',
    fact: 'denylistClaims',
    setting: 'jwt[].claimValidationRules[].expression',
    absent: null,
    note: 'Claims that an expression refuses single values of, as `!(claims.jti in [...])`; the file is read again while the server runs.',
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: 'anonymous.enabled',
    absent: null,
    note: 'Not said where it holds for some paths only, or is left to `--anonymous-auth`.',
  },
  ...FIXED,
];

/** Flags of the process. */
export const FLAG_SETTINGS: readonly Setting[] = [
  { on: 'verifier', fact: 'issuers', setting: '--oidc-issuer-url', absent: null },
  { on: 'verifier', fact: 'audiences', setting: '--oidc-client-id', absent: null, note: 'Required beside the issuer.' },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: '--oidc-signing-algs',
    absent: { origin: 'default', value: ['RS256'], source: `${OPTIONS}, oidc-signing-algs` },
  },
  {
    on: 'verifier',
    fact: 'maxLifetime',
    setting: null,
    absent: { origin: 'platform', value: 'unbounded', source: `${OPTIONS}: no flag caps the life of a token` },
  },
  {
    on: 'verifier',
    fact: 'missingTokenAllowed',
    setting: '--anonymous-auth',
    absent: null,
    note: 'On by default. Said only where it is written: what an anonymous user may do is a matter of RBAC.',
  },
  ...FIXED,
  {
    on: 'issuer',
    fact: 'issuer',
    setting: '--service-account-issuer',
    absent: null,
    note: 'The first one signs. Read as an issuer of its own wherever a flag on service account tokens is set.',
  },
  { on: 'issuer', fact: 'jwksUri', setting: '--service-account-jwks-uri', absent: null },
  {
    on: 'issuer',
    fact: 'accessTokenLifetime',
    setting: '--service-account-extend-token-expiration',
    absent: {
      origin: 'default',
      value: millis(31_536_000_000),
      source: 'Kubernetes 1.34: pkg/serviceaccount/claims.go, ExpirationExtensionSeconds; the flag is on by default',
    },
    note: 'Tokens that pods are given live for a year, whatever `--service-account-max-token-expiration` says. When it is off, that maximum counts.',
  },
  {
    on: 'issuer',
    fact: 'accessTokenFormat',
    setting: null,
    absent: { origin: 'platform', value: 'jwt', source: 'Kubernetes 1.34: pkg/serviceaccount/jwt.go' },
  },
];
