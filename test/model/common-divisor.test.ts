import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonDivisor } from '../../src/model/common-divisor.ts';

function euclid(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

const size = fc.constantFrom(8, 48, 49, 50, 51, 64, 100, 101, 1024, 2048, 4100);
const number = size.chain((bits) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }));

describe('commonDivisor', () => {
  it('is what Euclid finds, for numbers of any two lengths', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(commonDivisor(a, b)).toBe(euclid(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds a factor that was put into both', () => {
    fc.assert(
      fc.property(number, number, number, (a, b, factor) => {
        expect(commonDivisor(a * factor, b * factor)).toBe(factor * euclid(a, b));
      }),
    );
  });

  it.for([
    { a: 0n, b: 0n, is: 0n },
    { a: 0n, b: 7n, is: 7n },
    { a: 2n ** 400n, b: 2n ** 400n, is: 2n ** 400n },
    { a: 2n ** 400n, b: 2n ** 400n - 1n, is: 1n },
    { a: 2n ** 400n, b: 2n ** 100n, is: 2n ** 100n },
    { a: 2n ** 401n - 1n, b: 2n ** 400n, is: 1n },
  ])('of $a and $b is $is', ({ a, b, is }) => {
    expect(commonDivisor(a, b)).toBe(is);
    expect(commonDivisor(b, a)).toBe(is);
  });
});
