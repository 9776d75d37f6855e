import { ZERO, millis } from '../../model/quantity.ts';
import type { Product } from '../product.ts';

const DOCS = 'supabase/supabase: apps/docs/content/guides/auth/signing-keys.mdx, Public key discovery and caching';

/** The products of a hosted Supabase project: Auth, Data API, Storage, Realtime. */
export const supabase: Product = {
  id: 'supabase',
  title: 'Supabase, the products of a project',
  checked: null,
  confirmed: 'documented by the vendor',
  cacheClass: 'i',
  scope: 'none',
  keyCacheTtl: { value: ZERO, source: `${DOCS}: its products do not rely on the cache, revocation is instantaneous` },
  cooldown: null,
  fetchTimeout: { value: ZERO, source: `${DOCS}: its products do not fetch the key set` },
  fetchAttempts: 1,
  staleOnError: { value: ZERO, source: `${DOCS}: its products do not fetch the key set` },
  verdictCacheTtl: { value: ZERO, source: `${DOCS}: its products verify every token` },
  verdictCache: null,
  leeway: { value: millis(30_000), source: 'PostgREST 14: docs/references/auth.rst, a clock skew of 30 seconds' },
  requiresExp: { value: false, source: 'PostgREST 14: docs/references/auth.rst, exp is checked when present' },
  settings: {},
  wouldBeBoundedBy: null,
  behaviour:
    'A key that is revoked is gone from its own products at once. Services of yours that fetch the key set stand behind an edge cache of ten minutes and have a cache of their own: they are other products.',
  whenFetchFails: 'Nothing is fetched.',
};
