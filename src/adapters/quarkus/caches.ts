import type { ConfigFact, ConfigRemark, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO, millis, showBound, sumBounds } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { derivedFact, durationFact, flagFact, numberFact } from '../facts.ts';

/*
 * The caches of quarkus-oidc, for keys and for answers of introspection. Neither looks at the age of what it holds: entries
 * leave when a clean-up timer runs, which is off unless its interval is set, or all at once when the cache is full.
 */

/** Looks up a setting of one tenant. */
export type Own = (name: string) => ConfigNode | null;

/** Product table that describes the key cache of a tenant. */
export function productOf(own: Own): string {
  if (own('public-key') !== null) return 'static-keys';
  if (!isLate(own)) return 'quarkus-oidc';
  return own('jwks.clean-up-timer-interval') === null ? 'quarkus-oidc-resolve-late' : 'quarkus-oidc-clean-up-timer';
}

/** Whether keys are fetched one by one when tokens name them. */
function isLate(own: Own): boolean {
  return knownValue(flagFact(own('jwks.resolve-early'))) === false;
}

const MEMORY = 'Quarkus 3: MemoryCache.java, get does not look at the age, so only the clean-up timer ends an entry';

type CacheFacts = {
  readonly [Name in 'keyCacheTtl' | 'cooldown' | 'refetchOnUnknownKid' | 'staleOnError']?:
    VerifierFactMap[Name] | undefined;
};

export function keyCacheOf(own: Own): CacheFacts {
  const early = flagFact(own('jwks.resolve-early'));
  if (early !== undefined && early.origin === 'unknown') return { keyCacheTtl: early };
  if (early === undefined || early.value) {
    const cooldown = durationFact(own('token.forced-jwk-refresh-interval'), 's');
    return cooldown === undefined ? {} : { cooldown };
  }
  const source = 'Quarkus 3: DynamicVerificationKeyResolver.java fetches for every key it does not hold';
  return {
    keyCacheTtl: timedCache(own('jwks.cache-time-to-live'), own('jwks.clean-up-timer-interval'), TEN_MINUTES, early.at),
    cooldown: derivedFact(ZERO, early.at, source),
    refetchOnUnknownKid: derivedFact('unthrottled', early.at, source),
    staleOnError: own('jwks.clean-up-timer-interval') === null ? undefined : derivedFact(ZERO, early.at, source),
  };
}

const TEN_MINUTES = millis(600_000);
const THREE_MINUTES = millis(180_000);

/** An entry is removed by the first run of the timer after its time; without a timer it stays. */
function timedCache(
  ttl: ConfigNode | null,
  timer: ConfigNode | null,
  fallback: Bound,
  at: Location,
): ConfigFact<Bound> {
  const interval = durationFact(timer, 's');
  if (interval === undefined) return derivedFact<Bound>('unbounded', at, MEMORY);
  const life = durationFact(ttl, 's') ?? derivedFact(fallback, at, 'its default');
  if (interval.origin === 'unknown') return interval;
  if (life.origin === 'unknown') return life;
  const source = `${showBound(life.value)} and the clean-up timer of ${showBound(interval.value)}`;
  return derivedFact(sumBounds([life.value, interval.value]), life.at, source);
}

/** @param own looks up settings without a tenant: the cache is one for all */
export function tokenCacheOf(own: Own): VerifierFactMap['introspectionCacheTtl'] {
  const size = numberFact(own('token-cache.max-size'));
  if (size === undefined || size.origin === 'unknown' || size.value <= 0) return undefined;
  return timedCache(
    own('token-cache.time-to-live'),
    own('token-cache.clean-up-timer-interval'),
    THREE_MINUTES,
    size.at,
  );
}

/** Times to live that never come to an end. */
export function ignoredTimes(own: Own): readonly ConfigRemark[] {
  const times = [
    { ttl: 'jwks.cache-time-to-live', timer: 'jwks.clean-up-timer-interval', isOff: !isLate(own) },
    { ttl: 'token-cache.time-to-live', timer: 'token-cache.clean-up-timer-interval', isOff: false },
  ];
  return times.flatMap(({ ttl, timer, isOff }): readonly ConfigRemark[] => {
    const node = own(ttl);
    if (node === null || (!isOff && own(timer) !== null)) return [];
    const lacks = isOff ? 'jwks.resolve-early=false' : timer;
    return [
      {
        kind: 'ignored-setting',
        message: `${ttl} has no effect without ${lacks}; entries do not expire`,
        at: node.keyAt,
      },
    ];
  });
}
