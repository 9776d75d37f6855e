import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const PLUGIN = 'RabbitMQ: deps/rabbitmq_auth_backend_oauth2/src';

/** rabbitmq_auth_backend_oauth2: tokens are passwords of connections. */
export const rabbitmqOauth2: Product = {
  id: 'rabbitmq-oauth2',
  title: 'RabbitMQ, OAuth 2.0 plugin',
  checked: { package: 'RabbitMQ', versions: ['3.10.8', '4.3.0'], from: '3.8.0', below: '5.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'd',
  scope: 'set',
  keyCacheTtl: {
    value: 'unbounded',
    source: `${PLUGIN}/uaa_jwt.erl, signing keys are fetched only for an unknown kid`,
  },
  cooldown: { value: ZERO, source: `${PLUGIN}/uaa_jwt.erl, an unknown kid is fetched at once, all keys are replaced` },
  fetchTimeout: { value: millis(60_000), source: `${PLUGIN}/uaa_jwks.erl, timeout` },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${PLUGIN}/uaa_jwt.erl, keys are replaced only when a fetch succeeds` },
  session: {
    lifetime: { value: 'unbounded', source: 'a connection stays open; each operation looks only at exp of its token' },
    endsAtExp: true,
    setting: 'closing connections',
  },
  verdictCacheTtl: { value: ZERO, source: `${PLUGIN} caches no verdicts` },
  verdictCache: null,
  leeway: { value: ZERO, source: `${PLUGIN}/rabbit_auth_backend_oauth2.erl, exp without leeway` },
  requiresExp: { value: false, source: 'taken as not required, the weaker case: require_exp is new in RabbitMQ 4' },
  settings: { requiresExp: 'auth_oauth2.require_exp' },
  wouldBeBoundedBy: 'closing the connections of the user, and a token under a new key arriving before',
  behaviour:
    'Never looks again at a key it knows. A connection that was opened with a token works until the token expires, whatever happens to the key.',
  whenFetchFails: 'Goes on with the keys it knows.',
};
