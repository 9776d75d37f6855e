import { ZERO } from '../../model/quantity.ts';
import { nodeFetchTimeout } from '../node-fetch.ts';
import type { Product } from '../product.ts';

const SOURCE = 'oauth4webapi 3.8.8: build/index.js';

/** A resource server that asks the issuer about every token with oauth4webapi (RFC 7662). */
export const oauth4webapi: Product = {
  id: 'oauth4webapi',
  title: 'oauth4webapi, introspection',
  checked: { package: 'oauth4webapi', versions: ['3.8.8'], from: '3.0.0', below: '4.0.0', alongside: null },
  confirmed: 'read in source',
  // It holds no keys: the issuer itself says what is good, with the keys that it has at that moment.
  cacheClass: 'i',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: `${SOURCE}, introspectionRequest sends a request for every call` },
  cooldown: { value: ZERO, source: `${SOURCE}, introspectionRequest sends a request for every call` },
  fetchTimeout: nodeFetchTimeout(`${SOURCE}, the fetch has no signal unless options bring one`),
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${SOURCE}, introspectionRequest throws` },
  verdictCacheTtl: { value: ZERO, source: `${SOURCE} keeps no answers` },
  verdictCache: null,
  leeway: { value: ZERO, source: 'RFC 7662 section 2.2: an expired token is not active' },
  requiresExp: { value: true, source: 'RFC 7662 section 2.2: the issuer knows when the token ends' },
  settings: { fetchTimeout: 'options.signal' },
  wouldBeBoundedBy: null,
  behaviour:
    'Asks the issuer about every token. How long an answer is kept is up to the program around it: declare positive_cache of the channel.',
  whenFetchFails: 'Refuses every token.',
};
