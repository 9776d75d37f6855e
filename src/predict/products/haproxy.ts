import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const DOCS = 'HAProxy: doc/configuration.txt, jwt_verify';

/** jwt_verify of HAProxy with a file. */
export const haproxy: Product = {
  id: 'haproxy',
  title: 'HAProxy, jwt_verify',
  checked: { package: 'HAProxy', versions: ['2.6.12'], from: '2.5.0', below: '4.0.0', alongside: null },
  confirmed: 'measured and read in source',
  cacheClass: 'f',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: `${DOCS}, the file is read when the configuration is parsed` },
  cooldown: null,
  fetchTimeout: { value: ZERO, source: 'nothing is fetched' },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: 'nothing is fetched' },
  verdictCacheTtl: { value: ZERO, source: `${DOCS} verifies every request` },
  verdictCache: null,
  leeway: { value: ZERO, source: `${DOCS}, exp is compared by a rule of yours` },
  requiresExp: { value: false, source: `${DOCS} looks at the signature only` },
  verifiesExp: { value: false, source: `${DOCS} looks at the signature only` },
  settings: {
    leeway: 'your rule on jwt_payload_query($.exp)',
    requiresExp: 'your rule on jwt_payload_query($.exp)',
    verifiesExp: 'your rule on jwt_payload_query($.exp)',
  },
  wouldBeBoundedBy: 'deploy_time in the inventory: how long a new file and a reload take to reach every process',
  behaviour:
    'Reads the key when it starts; a new file on disk changes nothing until a reload. Looks at the signature only: a token expires only where a rule compares exp.',
  whenFetchFails: 'Nothing is fetched.',
};
