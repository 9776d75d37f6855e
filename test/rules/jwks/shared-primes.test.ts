import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSharedPrimes } from '../../../src/rules/shared-primes.ts';
import { commonDivisor as gcd } from '../../../src/model/common-divisor.ts';
import { bitsFrom, nextPrime } from '../../token/analysis/numbers.ts';

/** What every pair tells: whether a modulus has a proper factor in common with another one. */
function byPairs(moduli: readonly bigint[]): readonly boolean[] {
  return moduli.map((left) =>
    moduli.some((right) => right !== left && gcd(left, right) > 1n && gcd(left, right) < left),
  );
}

describe('findSharedPrimes', () => {
  const random = bitsFrom(7n);
  const primes = Array.from({ length: 240 }, () => nextPrime(random(64) | (1n << 63n)));
  const prime = (index: number): bigint => primes[index % primes.length] ?? 3n;

  it('says the same as every pair, for few moduli and for many', () => {
    const modulus = fc.tuple(fc.nat(59), fc.nat(59)).map(([left, right]) => prime(left) * prime(right + 60));
    fc.assert(
      fc.property(fc.array(modulus, { maxLength: 130, size: 'max' }), (moduli) => {
        const found = findSharedPrimes(moduli);
        expect(found.map((factor) => factor !== null)).toEqual(byPairs(moduli));
        for (const [index, factor] of found.entries()) {
          if (factor !== null) expect((moduli[index] ?? 1n) % factor).toBe(0n);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('finds a modulus of which both primes are shared, among many', () => {
    const sound = Array.from({ length: 90 }, (_, index) => prime(2 * index) * prime(2 * index + 1));
    const moduli = [...sound, prime(0) * prime(2)];
    const found = findSharedPrimes(moduli);
    expect(found.flatMap((factor, index) => (factor === null ? [] : [index]))).toEqual([0, 1, 90]);
    expect([prime(0), prime(2)]).toContain(found[90]);
  });

  it('takes equal moduli for one key, and says nothing about 0 and 1', () => {
    const modulus = prime(0) * prime(1);
    expect(findSharedPrimes([modulus, modulus, 0n, 1n])).toEqual([null, null, null, null]);
    expect(findSharedPrimes([])).toEqual([]);
  });
});
