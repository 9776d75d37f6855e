import type { Fact } from '../model/fact.ts';
import type { Addend, BoundTree } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, maxBound, minBound, sumBounds } from '../model/quantity.ts';

/** One addend from a fact. */
export function leaf(symbol: string, label: string, fact: Fact<Bound>): BoundTree {
  const addend: Addend = { symbol, label, value: fact.value, origin: fact.origin, at: fact.at, source: fact.source };
  return { op: 'addend', value: fact.value, addend };
}

/** Waits that follow each other. */
export function series(label: string, terms: readonly BoundTree[]): BoundTree {
  return { op: 'sum', label, value: sumBounds(terms.map(({ value }) => value)), terms };
}

/** Ways that each end the leak; the fastest counts. With one way, the tree is that way. */
export function fastest(label: string, terms: readonly BoundTree[]): BoundTree {
  const [only] = terms;
  if (only !== undefined && terms.length === 1) return only;
  return { op: 'min', label, value: minBound(terms.map(({ value }) => value)), terms };
}

/** Places that must all be reached; the slowest counts. */
export function slowest(label: string, terms: readonly BoundTree[]): BoundTree {
  return { op: 'max', label, value: maxBound(terms.map(({ value }) => value)), terms };
}

/** The leaves that the bound of a tree is made of, in order; of alternatives only the one that decides. */
export function decidingAddends(tree: BoundTree): readonly Addend[] {
  if (tree.op === 'addend') return [tree.addend];
  if (tree.op === 'sum') return tree.terms.flatMap(decidingAddends);
  const decisive = tree.terms.find(({ value }) => value === tree.value);
  return decisive === undefined ? [] : decidingAddends(decisive);
}

/**
 * Mean of a bound when every cache is at a random point of its life: a wait of `max` then takes max/2. Acting takes its
 * full time, and fetches are counted as instant, because a time-out is not how long a fetch takes.
 */
export function expectedOf(tree: BoundTree): Bound {
  const halved = (node: BoundTree): BoundTree => {
    if (node.op !== 'addend')
      return {
        ...node,
        terms: node.terms.map(halved),
        value: combine(
          node.op,
          node.terms.map((term) => halved(term).value),
        ),
      };
    const { symbol, value } = node.addend;
    const factor = FULL_SYMBOLS.has(symbol) ? 1 : INSTANT_SYMBOLS.has(symbol) ? 0 : 0.5;
    const mean = isFiniteBound(value) ? sumBounds([scale(value, factor)]) : value;
    return { op: 'addend', value: mean, addend: { ...node.addend, value: mean } };
  };
  return halved(tree).value;
}

/** Waits that always take their full time. */
const FULL_SYMBOLS: ReadonlySet<string> = new Set(['D_act', 'D_remove', 'D_cfg', 'L', 'lambda', 'epsilon', 'g', 'S']);
const INSTANT_SYMBOLS: ReadonlySet<string> = new Set(['l']);

function combine(op: 'sum' | 'min' | 'max', values: readonly Bound[]): Bound {
  return op === 'sum' ? sumBounds(values) : op === 'min' ? minBound(values) : maxBound(values);
}

function scale(value: Bound & number, factor: number): Bound {
  return (value * factor) as Bound; // a non-negative finite number times a factor of 0 to 1
}
