import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const KEYS = 'Apache Kafka 4: RefreshingHttpsJwks.java';
const CONFIGS = 'Apache Kafka 4: SaslConfigs.java';

/** SASL/OAUTHBEARER of Kafka brokers with sasl.oauthbearer.jwks.endpoint.url. */
export const kafkaOauthbearer: Product = {
  id: 'kafka-oauthbearer',
  title: 'Apache Kafka, OAUTHBEARER',
  checked: { package: 'Apache Kafka', versions: ['4.1.0'], from: '3.1.0', below: '5.0.0', alongside: null },
  confirmed: 'read in source',
  cacheClass: 'b',
  scope: 'set',
  keyCacheTtl: { value: millis(3_600_000), source: `${CONFIGS}, sasl.oauthbearer.jwks.endpoint.refresh.ms` },
  cooldown: { value: millis(60_000), source: `${KEYS}, MISSING_KEY_ID_CACHE_IN_FLIGHT_MS, for each kid` },
  // The longest wait before the next attempt is 720 ms.
  fetchTimeout: { value: millis(40_720), source: 'jose4j: Get.java, connectTimeout and readTimeout: 20s each' },
  // retries: 3
  fetchAttempts: 4,
  staleOnError: { value: 'unbounded', source: `${KEYS}, the keys are replaced only when a refresh succeeds` },
  session: {
    lifetime: {
      value: 'unbounded',
      source: `${CONFIGS}, connections.max.reauth.ms: 0, an open connection is never authenticated again`,
    },
    endsAtExp: false,
    setting: 'connections.max.reauth.ms',
  },
  verdictCacheTtl: { value: ZERO, source: 'Apache Kafka 4: BrokerJwtValidator.java caches no verdicts' },
  verdictCache: null,
  leeway: { value: millis(30_000), source: `${CONFIGS}, sasl.oauthbearer.clock.skew.seconds: 30` },
  requiresExp: { value: true, source: 'Apache Kafka 4: BrokerJwtValidator.java, setRequireExpirationTime' },
  settings: {
    keyCacheTtl: 'sasl.oauthbearer.jwks.endpoint.refresh.ms',
    leeway: 'sasl.oauthbearer.clock.skew.seconds',
  },
  wouldBeBoundedBy: 'connections.max.reauth.ms: how long a connection may stay open without authenticating again',
  behaviour:
    'Fetches the key set in the background, sooner for an unknown kid. A connection that was opened with a token stays open for ever unless connections.max.reauth.ms is set.',
  whenFetchFails: 'Goes on with the keys it has.',
};
