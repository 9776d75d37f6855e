/** Who breaks when less is accepted, and for how long. */
import type { Breaking } from '../model/change.ts';
import type { EffectivePolicy, TokenClass } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { millis, sumBounds } from '../model/quantity.ts';
import type { Box } from './box.ts';
import { commonBox } from './box-algebra.ts';
import { issuedBoxes } from './issued.ts';

/** What issuers may mint on both sides. */
export interface Issued {
  readonly before: readonly Box[];
  readonly after: readonly Box[];
  /** The new policy says it itself; else it is taken to be all that the policy accepts. */
  readonly isDeclared: boolean;
}

/** What waivers let in is minted too, or nobody would have asked for them. */
export function issuedOf(
  before: readonly EffectivePolicy[],
  after: readonly EffectivePolicy[],
  tokenClass: TokenClass,
): Issued {
  return {
    before: before.flatMap((policy) => issuedBoxes(policy, tokenClass)),
    after: after.flatMap((policy) => issuedBoxes(policy, tokenClass)),
    isDeclared: after.some(({ issuance }) => issuance[tokenClass] !== undefined),
  };
}

/** What no issuer mints: proofs, addresses, clocks and how often a token is used. Clients that do it go on doing it. */
const OF_CLIENTS: readonly string[] = ['.binding.dpop.', '.binding.ip.', '.rotation.', '.clock_skew.'];

/** What clients ask issuers for, or need a waiver for: a declaration of what is minted says whether they still do. */
const ASKED_FOR: readonly string[] = ['.binding.accept', '.present', '.format', 'waivers['];

/**
 * How the loss of some tokens breaks, by who goes on making them. Where nobody declares what is minted, issuers are taken to
 * mint what the new policy accepts, so that everything that hangs on them alone is over after the drain.
 */
export function breakingOf(path: string, lost: readonly Box[], { before, after, isDeclared }: Issued): Breaking {
  if (meets(lost, after)) return 'persistent';
  if (!meets(lost, before)) return 'none';
  const isClients = OF_CLIENTS.some((part) => path.includes(part));
  const isAskedFor = !isDeclared && ASKED_FOR.some((part) => path.includes(part));
  return isClients || isAskedFor ? 'persistent' : 'transient';
}

function meets(some: readonly Box[], others: readonly Box[]): boolean {
  return some.some((box) => others.some((other) => commonBox(box, other) !== null));
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
