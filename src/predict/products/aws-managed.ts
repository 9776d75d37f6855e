import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const HTTP = 'Amazon API Gateway Developer Guide: http-api-jwt-authorizer';
const REST = 'Amazon API Gateway Developer Guide: rest-api-jwt-authorizer-keys';
const ALB = 'Elastic Load Balancing User Guide: listener-verify-jwt';

const COMMON = {
  checked: null,
  confirmed: 'documented by the vendor',
  cacheClass: 'a',
  scope: 'set',
  fetchAttempts: 1,
  verdictCache: null,
  settings: {},
} as const;

/** JWT authorizer of an HTTP API. */
export const awsApigatewayHttpJwt: Product = {
  ...COMMON,
  id: 'aws-apigateway-http-jwt',
  title: 'Amazon API Gateway, JWT authorizer of an HTTP API',
  keyCacheTtl: { value: millis(7_200_000), source: `${HTTP}, the public key can be cached for two hours` },
  cooldown: { value: 'unknown', source: `${HTTP} does not say what an unknown kid does` },
  fetchTimeout: { value: 'unknown', source: `${HTTP} does not say how long a fetch may take: declare fetch_timeout` },
  staleOnError: { value: 'unknown', source: `${HTTP} does not say what happens when the key set cannot be fetched` },
  verdictCacheTtl: {
    value: ZERO,
    source:
      'botocore 1.44.8: apigatewayv2/2018-11-29/service-2.json, AuthorizerResultTtlInSeconds: for Lambda authorizers only',
  },
  leeway: { value: 'unknown', source: `${HTTP} does not say how far clocks may differ: declare leeway` },
  requiresExp: { value: false, source: `${HTTP} does not say that exp must be there; taken as not required` },
  settings: { fetchTimeout: 'measured by you', leeway: 'measured by you', staleOnError: 'measured by you' },
  wouldBeBoundedBy: null,
  behaviour: 'Keeps public keys for up to two hours. Nothing at the gateway shortens that.',
  whenFetchFails: 'Not documented.',
};

/** JWT authorizer of a REST API. */
export const awsApigatewayRestJwt: Product = {
  ...COMMON,
  id: 'aws-apigateway-rest-jwt',
  title: 'Amazon API Gateway, JWT authorizer of a REST API',
  keyCacheTtl: { value: millis(3_600_000), source: `${REST}, keys are cached for up to one hour, best effort` },
  cooldown: { value: 'unknown', source: `${REST}, an unknown kid fetches; how often is not documented` },
  fetchTimeout: { value: 'unknown', source: `${REST} does not say how long a fetch may take: declare fetch_timeout` },
  staleOnError: { value: 'unknown', source: `${REST} does not say what happens when the key set cannot be fetched` },
  verdictCacheTtl: { value: ZERO, source: `${REST}, the token is validated for every request` },
  leeway: { value: 'unknown', source: `${REST} does not say how far clocks may differ: declare leeway` },
  requiresExp: { value: false, source: `${REST} does not say that exp must be there; taken as not required` },
  settings: { fetchTimeout: 'measured by you', leeway: 'measured by you', staleOnError: 'measured by you' },
  wouldBeBoundedBy: null,
  behaviour: 'Keeps public keys for up to an hour, best effort, and fetches for an unknown kid.',
  whenFetchFails: 'Not documented.',
};

/** Action jwt-validation of an Application Load Balancer. */
export const awsAlbJwt: Product = {
  ...COMMON,
  id: 'aws-alb-jwt',
  title: 'Application Load Balancer, jwt-validation',
  keyCacheTtl: { value: 'unknown', source: `${ALB} does not say how long keys are cached: declare key_cache_ttl` },
  cooldown: { value: 'unknown', source: `${ALB} does not say what an unknown kid does` },
  fetchTimeout: { value: 'unknown', source: `${ALB} does not say how long a fetch may take: declare fetch_timeout` },
  staleOnError: { value: 'unknown', source: `${ALB} does not say what happens when the key set cannot be fetched` },
  verdictCacheTtl: { value: ZERO, source: `${ALB}, the token is validated for every request` },
  leeway: { value: 'unknown', source: `${ALB} does not say how far clocks may differ: declare leeway` },
  requiresExp: { value: true, source: `${ALB}, iss and exp are mandatory` },
  settings: {
    keyCacheTtl: 'measured by you',
    fetchTimeout: 'measured by you',
    leeway: 'measured by you',
    staleOnError: 'measured by you',
  },
  wouldBeBoundedBy: null,
  behaviour: 'Verifies iss, exp and the signature; how long it keeps keys is not documented.',
  whenFetchFails: 'Not documented.',
};
