import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const DOCS = 'Traefik Hub: docs/content/reference/routing-configuration/http/middlewares/jwt';

/** JWT middleware of Traefik Hub with jwksUrl. */
export const traefikHub: Product = {
  id: 'traefik-hub',
  title: 'Traefik Hub, JWT middleware with jwksUrl',
  checked: { package: 'Traefik Hub', versions: ['3.18.0'], from: '3.0.0', below: '4.0.0', alongside: null },
  confirmed: 'documented by the vendor',
  cacheClass: 'j',
  scope: 'set',
  keyCacheTtl: {
    value: 'unknown',
    source: `${DOCS} names no shortest time between two fetches: declare key_cache_ttl`,
  },
  cooldown: { value: 'unknown', source: `${DOCS} does not say what an unknown kid does` },
  fetchTimeout: { value: millis(5000), source: `${DOCS}, clientConfig.timeoutSeconds: 5` },
  // One request and three retries.
  fetchAttempts: 4,
  staleOnError: { value: 'unknown', source: `${DOCS} does not say what happens when the key set cannot be fetched` },
  verdictCacheTtl: { value: ZERO, source: `${DOCS}, the token is verified for every request` },
  verdictCache: null,
  leeway: { value: 'unknown', source: `${DOCS} does not say how far clocks may differ: declare leeway` },
  requiresExp: { value: false, source: `${DOCS}, exp is checked when present` },
  settings: {
    keyCacheTtl: 'measured by you',
    fetchTimeout: 'clientConfig.timeoutSeconds',
    staleOnError: 'measured by you',
    leeway: 'measured by you',
  },
  wouldBeBoundedBy: null,
  behaviour: 'Keeps the key set for as long as its HTTP cache headers say.',
  whenFetchFails: 'Not documented.',
};
