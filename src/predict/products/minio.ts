import { ZERO } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const JWT = 'MinIO: internal/config/identity/openid/jwt.go';

/** OpenID provider of MinIO: AssumeRoleWithWebIdentity. */
export const minio: Product = {
  id: 'minio',
  title: 'MinIO, OpenID',
  checked: null,
  confirmed: 'read in source',
  cacheClass: 'd',
  // A fetch adds keys and removes none, so it is no set that is replaced.
  scope: 'kid',
  keyCacheTtl: { value: 'unbounded', source: `${JWT}, keys are added after a failed verification and never removed` },
  cooldown: { value: ZERO, source: `${JWT}, a failed verification fetches at once` },
  fetchTimeout: { value: 'unknown', source: `${JWT}: declare fetch_timeout` },
  fetchAttempts: 1,
  staleOnError: { value: 'unbounded', source: `${JWT}, keys are never removed` },
  session: {
    lifetime: { value: 'unknown', source: 'STS credentials live for DurationSeconds, an hour unless asked otherwise' },
    endsAtExp: false,
    setting: 'DurationSeconds of the STS request',
  },
  verdictCacheTtl: { value: ZERO, source: `${JWT} caches no verdicts` },
  verdictCache: null,
  leeway: { value: ZERO, source: `${JWT}, exp without leeway` },
  requiresExp: { value: false, source: 'taken as not required, the weaker case' },
  settings: { fetchTimeout: 'measured by you' },
  wouldBeBoundedBy: 'a restart after the key is gone: a fetch adds keys and never removes one',
  behaviour: 'Adds keys when a verification fails and never removes one. Only a restart forgets a key.',
  whenFetchFails: 'Goes on with the keys it knows.',
};
