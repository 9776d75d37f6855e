import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { smallestFactor, smallestFactorIn } from '../../../src/token/analysis/small-factors.ts';

function odd(octets: number): bigint {
  return BigInt(`0x${randomBytes(octets).toString('hex')}`) | 1n;
}

describe('small factors of the moduli of one set', () => {
  it.for([
    { name: 'few keys', count: 5, octets: 256 },
    { name: 'many keys', count: 150, octets: 256 },
    { name: 'many keys of all sizes', count: 120, octets: null },
    { name: 'keys of more bits than are multiplied at once', count: 300, octets: 300 },
  ])('are those of each by itself: $name', ({ count, octets }) => {
    const moduli = Array.from({ length: count }, (_, index) => odd(octets ?? (index % 40) + 1)).filter((n) => n > 1n);
    const factorOf = smallestFactorIn(moduli);
    expect(moduli.map(factorOf)).toEqual(moduli.map(smallestFactor));
  });

  it('are none for moduli of large primes, and found in the one that has some', () => {
    // 2^127 - 1 and 2^521 - 1 are primes (Mersenne).
    const sound = (2n ** 127n - 1n) * (2n ** 521n - 1n);
    const bad = sound * 65_521n * 40_009n;
    const factorOf = smallestFactorIn([...Array.from({ length: 100 }, () => sound), bad]);
    expect([factorOf(sound), factorOf(bad)]).toEqual([null, 40_009n]);
  });

  it('are looked for in a modulus of another set too', () => {
    const factorOf = smallestFactorIn(Array.from({ length: 100 }, () => odd(256)));
    expect([factorOf(3n), factorOf(65_521n * 65_519n), factorOf(65_537n)]).toEqual([3n, 65_519n, null]);
  });
});
