import type { Fact } from '../model/fact.ts';
import type { Addend, BoundTree } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, maxBound, millis, minBound, sumBounds } from '../model/quantity.ts';

/** One addend from a fact. */
export function leaf(symbol: string, label: string, fact: Fact<Bound>): BoundTree {
  const addend: Addend = { symbol, label, value: fact.value, origin: fact.origin, at: fact.at, source: fact.source };
  return { op: 'addend', value: fact.value, addend };
}

/** Waits that follow each other. A sum with an unknown part is unknown, never smaller. */
export function series(label: string, terms: readonly BoundTree[]): BoundTree {
  return { op: 'sum', label, value: combine('sum', valuesOf(terms)), terms };
}

/** Ways that each end the leak; the fastest counts. With one way, the tree is that way. */
export function fastest(label: string, terms: readonly BoundTree[]): BoundTree {
  const [only] = terms;
  if (only !== undefined && terms.length === 1) return only;
  return { op: 'min', label, value: combine('min', valuesOf(terms)), terms };
}

/** The leaves that the bound of a tree is made of, in order; of alternatives only the one that decides. */
export function decidingAddends(tree: BoundTree): readonly Addend[] {
  if (tree.op === 'addend') return [tree.addend];
  if (tree.op === 'sum') return tree.terms.flatMap(decidingAddends);
  const decisive = tree.terms.find(({ value }) => value === tree.value);
  return decisive === undefined ? [] : decidingAddends(decisive);
}

/**
 * Mean of a bound when every cache and every poll is at a random point of its life: a wait of up to x then takes x/2.
 * Fetches count as instant, because a time-out is not how long a fetch takes. Of several ways the one with the smallest
 * mean is taken, so the true mean is at most this.
 *
 * @returns `unknown` for a bound that is not finite: an endless wait has no mean
 */
export function expectedOf(tree: BoundTree): Bound {
  return isFiniteBound(tree.value) ? meanOf(tree) : 'unknown';
}

function meanOf(tree: BoundTree): Bound {
  if (tree.op !== 'addend') return combine(tree.op, tree.terms.map(meanOf));
  const { symbol, value } = tree.addend;
  if (!isFiniteBound(value)) return value;
  return INSTANT.has(symbol) ? millis(0) : PHASED.has(symbol) ? millis(value / 2) : value;
}

/** Waits of which only the rest is left when the leak is answered. All others take their full time. */
const PHASED: ReadonlySet<string> = new Set('rho rho_s F W_s I_s E_v C jitter gap cooldown p V P P_rec K I'.split(' '));
const INSTANT: ReadonlySet<string> = new Set(['l']);

function valuesOf(terms: readonly BoundTree[]): readonly Bound[] {
  return terms.map(({ value }) => value);
}

function combine(op: 'sum' | 'min' | 'max', values: readonly Bound[]): Bound {
  switch (op) {
    case 'sum':
      return sumBounds(values);
    case 'min':
      return minBound(values);
    case 'max':
      return maxBound(values);
  }
}
