import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const DOCS = 'Supabase: docs/guides/auth/signing-keys';

/** The APIs of a hosted Supabase project. */
export const supabase: Product = {
  id: 'supabase',
  title: 'Supabase, the APIs of a project',
  checked: null,
  confirmed: 'documented by the vendor',
  cacheClass: 'a',
  scope: 'set',
  keyCacheTtl: { value: 'unknown', source: `${DOCS}: declare key_cache_ttl` },
  cooldown: { value: 'unknown', source: `${DOCS} does not say what an unknown kid does` },
  fetchTimeout: { value: 'unknown', source: `${DOCS} does not say how long a fetch may take: declare fetch_timeout` },
  fetchAttempts: 1,
  staleOnError: { value: 'unknown', source: `${DOCS} does not say what happens when the key set cannot be fetched` },
  verdictCacheTtl: { value: ZERO, source: `${DOCS}, every product verifies the token` },
  verdictCache: null,
  leeway: { value: millis(30_000), source: 'PostgREST 14: docs/references/auth.rst, a clock skew of 30 seconds' },
  requiresExp: { value: false, source: 'PostgREST 14: docs/references/auth.rst, exp is checked when present' },
  settings: { keyCacheTtl: 'measured by you', fetchTimeout: 'measured by you', staleOnError: 'measured by you' },
  wouldBeBoundedBy: null,
  behaviour: 'Every API of the project verifies tokens on its own with the keys of the project.',
  whenFetchFails: 'Not documented.',
};
