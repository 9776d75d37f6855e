import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lattice } from '../../src/policy/meet.ts';
import {
  atLeast,
  atMost,
  claimValues,
  exactly,
  intersection,
  issuers,
  labels,
  networks,
  patternCovers,
  patterns,
  strictest,
  union,
} from '../../src/policy/meet.ts';

/** The laws of a meet-semilattice, up to the lattice's own equality. */
function obeysTheLaws<T>(lattice: Lattice<T>, values: fc.Arbitrary<T>): void {
  const { meet, equals, loosens, conflict } = lattice;
  const agree = (...list: T[]): boolean => list.every((a) => list.every((b) => conflict(a, b) === null));
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      fc.pre(agree(a, b, c));
      expect(equals(meet(a, a), a)).toBe(true);
      expect(equals(meet(a, b), meet(b, a))).toBe(true);
      expect(equals(meet(meet(a, b), c), meet(a, meet(b, c)))).toBe(true);
      expect(loosens(meet(a, b), a) || loosens(meet(a, b), b)).toBe(false);
      expect(loosens(a, a)).toBe(false);
    }),
    { numRuns: 200 },
  );
}

const few = (...items: readonly string[]) => fc.uniqueArray(fc.constantFrom(...items), { maxLength: items.length });

describe('the lattices of policies', () => {
  it('take the smaller of two upper bounds', () => obeysTheLaws(atMost<number>(), fc.nat(5)));
  it('take the larger of two lower bounds', () => obeysTheLaws(atLeast<number>(), fc.nat(5)));
  it('take the strictest name of a chain', () =>
    obeysTheLaws(strictest(['a', 'b', 'c']), fc.constantFrom('a', 'b', 'c')));
  it('keep what two agree on', () => obeysTheLaws(exactly<string>(), fc.constantFrom('a', 'b')));
  it('intersect what is allowed', () => obeysTheLaws(intersection<string>(), few('a', 'b', 'c')));
  it('add up what is required', () => {
    const { meet, equals } = union<string>();
    fc.assert(
      fc.property(few('a', 'b', 'c'), few('a', 'b', 'c'), few('a', 'b', 'c'), (a, b, c) => {
        expect(equals(meet(a, a), a)).toBe(true);
        expect(equals(meet(a, b), meet(b, a))).toBe(true);
        expect(equals(meet(meet(a, b), c), meet(a, meet(b, c)))).toBe(true);
      }),
    );
  });
  it('intersect names with a trailing *', () =>
    obeysTheLaws(patterns, few('/', '/a', '/a*', '/ab', '/ab*', '*', '/b/*')));
  it('intersect networks', () =>
    obeysTheLaws(networks, few('10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9', '10.1.0.0/16', '::/0', '2001:db8::/32')));
  it('intersect the values of each claim', () =>
    obeysTheLaws(claimValues, fc.dictionary(fc.constantFrom('acr', 'constructor', '__proto__'), few('a', 'b', 'c'))));
  it('join labels that do not contradict', () =>
    obeysTheLaws(labels, fc.dictionary(fc.constantFrom('tier', 'toString'), fc.constantFrom('a', 'b'))));
  it('intersect issuers and keep their pinned key addresses', () =>
    obeysTheLaws(
      issuers,
      fc.uniqueArray(
        fc.record({
          issuer: fc.constantFrom('https://a', 'https://b'),
          jwksUri: fc.constantFrom('https://k', null, 'https://l'),
        }),
        {
          selector: ({ issuer }) => issuer,
        },
      ),
    ));
});

describe('union', () => {
  it.for([
    { name: 'the same', written: ['iss', 'exp'], loosens: false },
    { name: 'only new ones', written: ['auth_time'], loosens: false },
    { name: 'some of them and a new one', written: ['iss', 'auth_time'], loosens: false },
    { name: 'some of them', written: ['iss'], loosens: true },
    { name: 'none', written: [], loosens: true },
  ])('that writes $name loosens: $loosens', ({ written, loosens }) => {
    expect(union<string>().loosens(written, ['exp', 'iss'])).toBe(loosens);
  });
});

describe('patternCovers', () => {
  it.for([
    ['/v1/*', '/v1/orders', true],
    ['/v1/*', '/v1/orders/*', true],
    ['/v1/*', '/v1', false],
    ['/v1', '/v1/*', false],
    ['*', '', true],
    ['/a', '/a', true],
    ['/A', '/a', false],
    ['/a*b', '/axb', false],
  ] as const)('%s covers %s: %s', ([wide, narrow, covers]) => {
    expect(patternCovers(wide, narrow)).toBe(covers);
  });
});
