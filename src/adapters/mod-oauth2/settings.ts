import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const CONF = 'mod_oauth2 4.0: oauth2.conf';
const JOSE = 'liboauth2 2.3: src/jose.c';

/** Facts of mod_oauth2, with the directives and options they come from. */
export const settings: readonly Setting[] = [
  { on: 'verifier', fact: 'keySource', setting: 'OAuth2TokenVerify <type>', absent: null },
  { on: 'verifier', fact: 'jwksUri', setting: 'OAuth2TokenVerify jwks_uri <url>', absent: null },
  { on: 'verifier', fact: 'discoveryUrl', setting: 'OAuth2TokenVerify metadata <url>', absent: null },
  {
    on: 'verifier',
    fact: 'issuers',
    setting: 'iss=',
    absent: { origin: 'default', value: null, source: `${JOSE}: iss is compared only with an expected one` },
    note: 'iss= is new in liboauth2 2.3; `Require oauth2_claim iss:...` does the same before. verify.iss alone compares nothing.',
  },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'aud=',
    absent: { origin: 'default', value: null, source: `${JOSE}: aud is compared only with an expected one` },
    note: 'aud= is new in liboauth2 2.3; `Require oauth2_claim aud:...` does the same before.',
  },
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: null,
    absent: { origin: 'platform', value: 'any', source: `${CONF} names no setting for algorithms` },
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: 'verify.exp',
    absent: { origin: 'default', value: true, source: `${JOSE}, oauth2_jose_jwt_validate_exp` },
  },
  {
    on: 'verifier',
    fact: 'requiresExp',
    setting: 'verify.exp',
    absent: null,
    note: 'Since liboauth2 2.3 exp is required unless this says otherwise; before, only `required` makes it so.',
  },
  {
    on: 'verifier',
    fact: 'leeway',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${JOSE}, exp without leeway` },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: 'jwks_uri.expiry',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(86_400_000),
      source: `${JOSE}, OAUTH2_JOSE_URI_REFRESH_DEFAULT: a day`,
    },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: 'expiry',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(300_000),
      source: 'liboauth2 2.3: src/cfg/verify.c, OAUTH2_CFG_VERIFY_RESULT_CACHE_DEFAULT',
    },
    note: 'Virtual hosts share the cache, so the longest of them counts for all.',
  },
  {
    on: 'verifier',
    fact: 'refetchOnUnknownKid',
    setting: null,
    absent: {
      origin: 'platform',
      value: 'unthrottled',
      source: `${JOSE}: a token that cannot be verified fetches at once`,
    },
  },
  {
    on: 'verifier',
    fact: 'staleOnError',
    setting: null,
    absent: { origin: 'platform', value: ZERO, source: `${JOSE}: without an answer there are no keys` },
  },
  {
    on: 'verifier',
    fact: 'fetchTimeout',
    setting: null,
    absent: {
      origin: 'platform',
      value: millis(15_000),
      source: 'liboauth2: src/http.c, OAUTH2_HTTP_CALL_TIMEOUT_DEFAULT',
    },
  },
  { on: 'verifier', fact: 'introspectionCacheTtl', setting: 'introspect.expiry', unit: 's', absent: null },
  { on: 'verifier', fact: 'tlsVerified', setting: '<type>.ssl_verify', absent: null, note: 'True unless written.' },
  { on: 'verifier', fact: 'senderConstraint', setting: 'type=mtls, type=dpop', absent: null },
  { on: 'verifier', fact: 'queryTokenAccepted', setting: 'OAuth2AcceptTokenIn query', absent: null },
];
