/** Who breaks when less is accepted, and for how long. */
import type { Breaking } from '../model/change.ts';
import type { EffectivePolicy, TokenClass } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { millis, sumBounds } from '../model/quantity.ts';

/**
 * What depends on clients, not on issuers: a client that does not send proofs goes on not sending them. Everything else heals
 * once issuers mint what the new policy says and the tokens of before have expired.
 */
const CLIENT_SIDE: readonly string[] = ['.binding.', '.rotation.', 'present', 'format'];

/** How a value that lost tokens breaks. A target that accepts nothing any more does not heal. */
export function breakingOf(path: string, isDead: boolean): Breaking {
  if (isDead) return 'persistent';
  return CLIENT_SIDE.some((part) => path.endsWith(part) || path.includes(part)) ? 'persistent' : 'transient';
}

export function worstBreaking(all: readonly Breaking[]): Breaking {
  if (all.includes('persistent')) return 'persistent';
  return all.includes('transient') ? 'transient' : 'none';
}

/** How long tokens of the old side live: their lifetime and the leeway; refresh tokens as long as their family. */
export function drainOf(before: EffectivePolicy, tokenClass: TokenClass): Bound {
  const rules = before.tokens[tokenClass];
  if (rules === undefined) return millis(0);
  const life = tokenClass === 'refresh_token' ? rules.absoluteMaxLifetime.value : rules.maxLifetime.value;
  return sumBounds([life, rules.clockSkew.value]);
}
