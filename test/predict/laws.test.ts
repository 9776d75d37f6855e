import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaulted } from '../../src/model/fact.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { BoundTree, Prediction } from '../../src/model/prediction.ts';
import type { Bound } from '../../src/model/quantity.ts';
import { isFiniteBound, millis } from '../../src/model/quantity.ts';
import { predict } from '../../src/predict/predict.ts';
import { PRODUCTS } from '../../src/predict/products.ts';
import { decidingAddends, expectedOf, fastest, leaf, series } from '../../src/predict/tree.ts';
import { checkedVerifier, denylist, inventoryOf, issuerOf, settingsOf, useOf, written } from './inventory-builder.ts';

const seconds = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 10_000 }) },
  { weight: 1, arbitrary: fc.constant('unbounded' as const) },
  { weight: 1, arbitrary: fc.constant('unknown' as const) },
);

type Seconds = number | 'unbounded' | 'unknown';

/** Eleven numbers that an estate with every product is made of. */
const parts = fc.array(seconds, { minLength: 11, maxLength: 11 });

function estate(values: readonly Seconds[]): Inventory {
  const at = (index: number): ReturnType<typeof written> => written(values[index] ?? 0);
  const settings = settingsOf({
    keyCacheTtl: at(0),
    cooldown: at(1),
    fetchTimeout: at(2),
    verdictCacheTtl: at(3),
    leeway: at(4),
    deployTime: at(5),
  });
  const channels = [useOf({ interval: at(6), negativeCache: at(7), positiveCache: at(7), fetchTimeout: at(2) })];
  return inventoryOf(
    PRODUCTS.map((product) => checkedVerifier(product, { ...settings, channels })),
    {
      issuers: [
        issuerOf({
          timeToAct: at(8),
          replicaConvergence: at(9),
          edge: { maxAge: at(10), staleWhileRevalidate: at(6), staleIfError: at(0) },
          accessTokenLifetime: at(10),
        }),
      ],
      channels: [denylist(['sid', 'kid'], { storeLag: at(1) })],
    },
  );
}

/** Better is smaller; unknown cannot be compared. */
function notBetter(worse: Bound, than: Bound): boolean {
  if (worse === 'unknown' || than === 'unknown') return true;
  if (worse === 'unbounded') return true;
  return isFiniteBound(than) && worse >= than;
}

/** A bound is the sum of its addends; where it is no number, one of them says why. */
function isSumOf(bound: Bound, addends: Prediction['addends']): boolean {
  const values = addends.map(({ value }) => value);
  if (!isFiniteBound(bound)) return values.includes(bound);
  return values.reduce<number>((sum, value) => sum + Number(value), 0) === bound;
}

const sign = ({ verifier, scenario, arm }: Prediction): string => `${verifier} ${scenario} ${arm}`;

describe('every prediction', () => {
  it('never gets better when a part gets worse', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 5000 }), (values, index, more) => {
        const before = predict([estate(values)], []);
        const longer = values.map((value, at) => (at === index && typeof value === 'number' ? value + more : value));
        const endless = values.map((value, at): Seconds =>
          at === index && typeof value === 'number' ? 'unbounded' : value,
        );
        for (const worse of [longer, endless]) {
          const after = predict([estate(worse)], []);
          expect(after.map(sign)).toEqual(before.map(sign));
          const better = after.filter(
            ({ bound, degraded }, at) =>
              !notBetter(bound, before[at]?.bound ?? 'unknown') ||
              !notBetter(degraded?.bound ?? 'unknown', before[at]?.degraded?.bound ?? 'unknown'),
          );
          expect(better.map(sign)).toEqual([]);
        }
      }),
      { numRuns: 40, seed: 20_261_123 },
    );
  });

  it('is made of the addends that it names', () => {
    fc.assert(
      fc.property(parts, (values) => {
        const wrong = predict([estate(values)], []).filter(
          ({ bound, addends, degraded }) =>
            !isSumOf(bound, addends) || !isSumOf(degraded?.bound ?? 'unknown', degraded?.addends ?? []),
        );
        expect(wrong.map(sign)).toEqual([]);
      }),
      { numRuns: 40, seed: 20_261_123 },
    );
  });

  it('expects no more than it allows, and has a mean exactly when it has a bound', () => {
    fc.assert(
      fc.property(parts, (values) => {
        const wrong = predict([estate(values)], []).filter(({ bound, expected }) =>
          isFiniteBound(bound) ? !isFiniteBound(expected) || expected > bound : expected !== 'unknown',
        );
        expect(wrong.map(sign)).toEqual([]);
      }),
      { numRuns: 40, seed: 20_261_123 },
    );
  });

  it('is no worse on a busy day than on a quiet one', () => {
    fc.assert(
      fc.property(parts, (values) => {
        const all = predict([estate(values)], []).filter(({ scenario }) => scenario === 'signing_key');
        const quiet = new Map(all.filter(({ arm }) => arm === 'quiet').map(({ verifier, bound }) => [verifier, bound]));
        const worse = all.filter(({ verifier, bound }) => !notBetter(quiet.get(verifier) ?? 'unknown', bound));
        expect(worse.map(sign)).toEqual([]);
      }),
      { numRuns: 40, seed: 20_261_123 },
    );
  });

  it('is no better while nothing can be fetched than while everything can', () => {
    fc.assert(
      fc.property(parts, (values) => {
        const better = predict([estate(values)], []).filter(
          ({ bound, degraded }) => !notBetter(degraded?.bound ?? 'unknown', bound),
        );
        expect(better.map(sign)).toEqual([]);
      }),
      { numRuns: 40, seed: 20_261_123 },
    );
  });

  it('names what would end it exactly when it has no end', () => {
    fc.assert(
      fc.property(parts, (values) => {
        const silent = predict([estate(values)], []).filter(
          ({ bound, wouldBeBoundedBy }) => (wouldBeBoundedBy === null) !== (bound !== 'unbounded'),
        );
        expect(silent.map(sign)).toEqual([]);
      }),
      { numRuns: 40, seed: 20_261_123 },
    );
  });

  it('comes in the same order whatever the order of the inventory', () => {
    const inventory = estate([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const turned = { ...inventory, verifiers: inventory.verifiers.toReversed() };
    expect(predict([turned], []).map(sign)).toEqual(predict([inventory], []).map(sign));
  });
});

describe('a tree of waits', () => {
  const bound = seconds.map((value): Bound => (typeof value === 'number' ? millis(value) : value));
  const tree = (value: Bound, symbol = 'C'): BoundTree => leaf(symbol, symbol, defaulted(value, 'test'));

  it('adds waits in series in any order and grouping', () => {
    fc.assert(
      fc.property(bound, bound, bound, (a, b, c) => {
        const flat = series('', [tree(a), tree(b), tree(c)]).value;
        expect(series('', [tree(c), series('', [tree(b), tree(a)])]).value).toBe(flat);
      }),
    );
  });

  it('takes the fastest way in any order and grouping', () => {
    fc.assert(
      fc.property(bound, bound, bound, (a, b, c) => {
        const flat = fastest('', [tree(a), tree(b), tree(c)]).value;
        expect(fastest('', [tree(c), fastest('', [tree(b), tree(a)])]).value).toBe(flat);
      }),
    );
  });

  it('gains nothing from a way that is no faster', () => {
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        fc.pre(a !== 'unknown' && b !== 'unknown' && notBetter(b, a));
        expect(fastest('', [tree(a), tree(b)]).value).toBe(a);
      }),
    );
  });

  it('waits as long after the fastest way as the fastest of the ways with that wait after each', () => {
    fc.assert(
      fc.property(bound, bound, fc.nat().map(millis), (a, b, more) => {
        const after = series('', [fastest('', [tree(a), tree(b)]), tree(more)]).value;
        const each = fastest('', [series('', [tree(a), tree(more)]), series('', [tree(b), tree(more)])]).value;
        expect(each).toBe(after);
      }),
    );
  });

  it('has no bound without any way, and takes no time without any wait', () => {
    expect(fastest('', []).value).toBe('unbounded');
    expect(series('', []).value).toBe(0);
    expect(decidingAddends(fastest('', []))).toEqual([]);
  });

  it('halves what is at a random point of its life, and neither acting nor a lifetime', () => {
    const waits = series('', [
      tree(millis(60), 'D_act'),
      tree(millis(40), 'C'),
      tree(millis(5), 'l'),
      tree(millis(8), 'V'),
    ]);
    expect(expectedOf(waits)).toBe(60 + 20 + 0 + 4);
    expect(expectedOf(fastest('', [waits, tree(millis(30), 'L')]))).toBe(30);
    expect(expectedOf(fastest('', [tree('unbounded'), tree(millis(30), 'P')]))).toBe(15);
    expect(expectedOf(tree('unbounded'))).toBe('unknown');
  });
});
