import { ZERO, millis } from '../../model/quantity.ts';
import type { Setting } from '../adapter.ts';

const HTTP = 'Amazon API Gateway Developer Guide: http-api-jwt-authorizer';
const REST = 'Amazon API Gateway Developer Guide: rest-api-jwt-authorizer-keys';
const API = 'botocore 1.44.8: apigateway/2015-07-09/service-2.json';
const API2 = 'botocore 1.44.8: apigatewayv2/2018-11-29/service-2.json';

/** What one kind of authorizer does when nothing else is written. */
export type AuthorizerKind = 'http-jwt' | 'rest-jwt' | 'cognito' | 'lambda-rest' | 'lambda-http';

const HTTP_JWT: readonly Setting[] = [
  { on: 'verifier', fact: 'issuers', setting: 'JWT authorizer of an HTTP API: issuer', absent: null },
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'JWT authorizer of an HTTP API: audience',
    absent: null,
    note: 'One must be in `aud`, or be the `client_id` of a token without `aud`.',
  },
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${HTTP}, step 3` },
  },
  {
    on: 'verifier',
    fact: 'expVerified',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${HTTP}, exp must be after the current time` },
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: null,
    absent: { origin: 'platform', value: 'discovery', source: `${HTTP}, keys come from the jwks_uri of the issuer` },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: null,
    absent: {
      origin: 'platform',
      value: millis(7_200_000),
      source: `${HTTP}, public keys may be cached for two hours`,
    },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: {
      origin: 'platform',
      value: ZERO,
      source: `${API2}, CreateAuthorizer AuthorizerResultTtlInSeconds: for Lambda authorizers only`,
    },
  },
  {
    on: 'verifier',
    fact: 'queryTokenAccepted',
    setting: 'identity_sources, IdentitySource',
    absent: null,
    note: '`$request.querystring.x` takes the token from the address, which ends up in logs.',
  },
];

const REST_JWT: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'algorithms',
    setting: 'JWT authorizer of a REST API: jwtConfiguration.defaultAlgorithms',
    absent: null,
  },
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: null,
    absent: { origin: 'platform', value: true, source: `${REST}, signatures are verified with the keys of the issuer` },
  },
  {
    on: 'verifier',
    fact: 'keySource',
    setting: null,
    absent: { origin: 'platform', value: 'discovery', source: `${REST}, How API Gateway finds signing keys` },
  },
  {
    on: 'verifier',
    fact: 'keyCacheTtl',
    setting: null,
    absent: {
      origin: 'platform',
      value: millis(3_600_000),
      source: `${REST}, keys are cached for up to one hour, best effort`,
    },
  },
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: null,
    absent: {
      origin: 'platform',
      value: ZERO,
      source: `${API}, CreateAuthorizer authorizerResultTtlInSeconds: not supported for JWT authorizers`,
    },
  },
];

const COGNITO: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'audiences',
    setting: 'Cognito authorizer of a REST API: identity_validation_expression, IdentityValidationExpression',
    absent: {
      origin: 'default',
      value: null,
      source: `${API}, CreateAuthorizer identityValidationExpression: what aud is matched against`,
    },
    note: 'Without it, tokens of every client of the pool pass.',
  },
  {
    on: 'verifier',
    fact: 'signatureVerified',
    setting: null,
    absent: {
      origin: 'platform',
      value: true,
      source: 'Amazon API Gateway Developer Guide: apigateway-integrate-with-cognito',
    },
  },
];

const LAMBDA_REST: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting:
      'Lambda authorizer of a REST API: authorizer_result_ttl_in_seconds, AuthorizerResultTtlInSeconds, ReauthorizeEvery',
    unit: 's',
    absent: {
      origin: 'default',
      value: millis(300_000),
      source: `${API}, CreateAuthorizer authorizerResultTtlInSeconds: 300 if not set`,
    },
    note: 'An answer of the function is used again for the same token, whatever happened to the token since.',
  },
];

const LAMBDA_HTTP: readonly Setting[] = [
  {
    on: 'verifier',
    fact: 'verdictCacheTtl',
    setting: 'Lambda authorizer of an HTTP API: authorizer_result_ttl_in_seconds, AuthorizerResultTtlInSeconds',
    unit: 's',
    absent: null,
    note: 'The documents disagree on what holds without it.',
  },
];

export const ROUTES: readonly Setting[] = [
  {
    on: 'route',
    fact: 'requirement',
    setting: 'authorization_type, AuthorizationType, Auth.Authorizer, security',
    absent: {
      origin: 'default',
      value: 'none',
      source: `${API2}, CreateRoute AuthorizationType: NONE for open access`,
    },
  },
];

export const BY_KIND: Readonly<Record<AuthorizerKind, readonly Setting[]>> = {
  'http-jwt': HTTP_JWT,
  'rest-jwt': REST_JWT,
  cognito: COGNITO,
  'lambda-rest': LAMBDA_REST,
  'lambda-http': LAMBDA_HTTP,
};

export const settings: readonly Setting[] = [
  ...HTTP_JWT,
  ...REST_JWT,
  ...COGNITO,
  ...LAMBDA_REST,
  ...LAMBDA_HTTP,
  ...ROUTES,
];
