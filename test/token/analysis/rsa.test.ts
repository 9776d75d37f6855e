import { commonDivisor as gcd } from '../../../src/model/common-divisor.ts';
import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseKey } from '../../../src/token/analysis/analyse-key.ts';
import { factorClosePrimes } from '../../../src/token/analysis/close-primes.ts';
import { bitLength, exactRoot, isProbablePrime, powerMod, squareRoot } from '../../../src/token/analysis/numbers.ts';
import { boundedPrimality } from '../../../src/token/analysis/primality.ts';
import { isRoca } from '../../../src/token/analysis/roca.ts';
import { recoverSmallExponent } from '../../../src/token/analysis/small-exponent.ts';
import { bitsFrom, encodeNumber, nextPrime, primeOf } from './numbers.ts';

const random = bitsFrom(20_260_101n);
const p = primeOf(1024, random);
const q = primeOf(1024, random);

/** What is named in an RSA key, with severity. */
function named(n: bigint, e = 65_537n): readonly string[] {
  const diagnoses = analyseKey({ kty: 'RSA', n: encodeNumber(n), e: encodeNumber(e) });
  return diagnoses.map(({ weakness, severity }) => `${severity} ${weakness}`);
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value, modulus, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

/** Primes of the form that CVE-2017-15361 describes, for a primorial of the given primes. */
function rocaPrime(bits: number): bigint {
  const primorial = nthPrimes(bits === 1024 ? 126 : 71).reduce((product, prime) => product * prime, 1n);
  for (;;) {
    const k = random(bits - bitLength(primorial) - 1) | (1n << BigInt(bits - bitLength(primorial) - 1));
    const candidate = k * primorial + powerMod(65_537n, random(200), primorial);
    if (isProbablePrime(candidate)) return candidate;
  }
}

function nthPrimes(count: number): readonly bigint[] {
  const primes: bigint[] = [];
  for (let candidate = 2n; primes.length < count; candidate += 1n)
    if (isProbablePrime(candidate)) primes.push(candidate);
  return primes;
}

describe('analyseKey on RSA keys', () => {
  it.for([
    { name: 'two random primes', n: p * q, found: [] },
    { name: 'zero', n: 0n, found: ['error rsa-too-small', 'error rsa-structure'] },
    { name: 'an even number', n: p * q + 1n, found: ['error rsa-structure'] },
    { name: 'a small factor', n: 641n * nextPrime(random(2040) | (1n << 2040n)), found: ['error rsa-structure'] },
    { name: 'a square', n: p * p, found: ['error rsa-structure', 'error rsa-close-primes'] },
    { name: 'a prime and the next', n: p * nextPrime(p + 2n), found: ['error rsa-close-primes'] },
    { name: 'two primes of 512 bits', n: primeOf(512, random) * primeOf(512, random), found: ['error rsa-too-small'] },
    {
      name: 'primes after round numbers',
      n: nextPrime(0xc1n << 1016n) * nextPrime(0xe1n << 1016n),
      found: ['error rsa-biased'],
    },
    { name: 'exponent 1', n: p * q, e: 1n, found: ['error rsa-exponent'] },
    { name: 'exponent 0', n: p * q, e: 0n, found: ['error rsa-exponent'] },
    { name: 'an even exponent', n: p * q, e: 65_536n, found: ['error rsa-exponent'] },
    { name: 'the modulus as exponent', n: p * q, e: p * q, found: ['error rsa-exponent'] },
    { name: 'exponent 3', n: p * q, e: 3n, found: ['warning rsa-exponent'] },
    { name: 'exponent 17', n: p * q, e: 17n, found: ['info rsa-exponent'] },
    { name: 'exponent 65539', n: p * q, e: 65_539n, found: ['info rsa-exponent'] },
    { name: 'an exponent of 33 bits', n: p * q, e: 2n ** 32n + 15n, found: ['warning rsa-exponent'] },
    {
      name: 'swapped exponents',
      n: p * q,
      e: inverse(65_537n, (p - 1n) * (q - 1n)),
      found: ['warning rsa-exponent', 'error rsa-small-d'],
    },
  ])('of $name: $found', ({ n, e, found }) => {
    expect(named(n, e)).toEqual(found);
  });

  it('names a prime modulus', () => {
    // 2^2203 - 1 is a Mersenne prime; its ones are no accident either, but the shape is said first.
    expect(named(2n ** 2203n - 1n)).toEqual(['error rsa-structure']);
  });

  it('says that it does not test a modulus of over 4096 bits for being a prime', () => {
    // 2^9689 - 1 is a prime, and OpenSSL takes half a minute to be sure of it.
    expect(named(2n ** 9689n - 1n)).toEqual(['info rsa-structure', 'error rsa-biased']);
  });

  it('shares the work among the keys of a set, and says what it left out', () => {
    const isPrime = boundedPrimality(1);
    const key = { kty: 'RSA', n: encodeNumber(2n ** 1279n - 1n), e: 'AQAB' };
    const structures = [key, key].map((jwk) =>
      analyseKey(jwk, null, isPrime).find(({ weakness }) => weakness === 'rsa-structure'),
    );
    expect(structures).toMatchObject([
      { severity: 'error', message: expect.stringContaining('is itself a prime') },
      { severity: 'info', message: expect.stringContaining('was not tested') },
    ]);
  });

  it('names the primes of CVE-2017-15361 at both common sizes', () => {
    expect(named(rocaPrime(1024) * rocaPrime(1024))).toEqual(['error rsa-roca']);
    expect(named(rocaPrime(512) * rocaPrime(512))).toEqual(['error rsa-too-small', 'error rsa-roca']);
  });

  it('does not examine a modulus over 16384 bits, and is fast about it', () => {
    expect(named(2n ** 16_384n + 1n)).toEqual(['error malformed']);
    expect(named(2n ** 400_000n + 1n)).toEqual(['error malformed']);
  });

  it('finds nothing in keys of a real generator', () => {
    for (const modulusLength of [2048, 3072, 2048]) {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
      expect(analyseKey({ ...publicKey.export({ format: 'jwk' }) })).toEqual([]);
    }
  });

  it('finds nothing in products of random primes', () => {
    for (let round = 0; round < 5; round += 1) expect(named(primeOf(1024, random) * primeOf(1024, random))).toEqual([]);
  });
});

describe('isRoca', () => {
  it('says no to 20000 random odd numbers', () => {
    for (let round = 0; round < 20_000; round += 1) expect(isRoca(random(512) | 1n | (1n << 511n))).toBe(false);
  });
});

describe('factorClosePrimes', () => {
  it('gives a true factor of every product of near primes', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n ** 60n, max: 2n ** 80n }),
        fc.bigInt({ min: 0n, max: 2n ** 30n }),
        (from, apart) => {
          const left = nextPrime(from);
          const right = nextPrime(left + apart);
          expect([left, right]).toContain(factorClosePrimes(left * right));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives up on primes that are far apart', () => {
    expect(factorClosePrimes(p * q)).toBeNull();
  });
});

describe('recoverSmallExponent', () => {
  it('gives back every private exponent under a third of the fourth root of n', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 40n, max: 2n ** 500n }), (seed) => {
        const totient = (p - 1n) * (q - 1n);
        let d = seed | 1n;
        while (gcd(d, totient) !== 1n) d += 2n;
        expect(recoverSmallExponent(p * q, inverse(d, totient))).toBe(d);
      }),
      { numRuns: 20 },
    );
  });

  it('finds nothing where the private exponent is long', () => {
    expect(recoverSmallExponent(p * q, inverse(random(1500) | 1n, (p - 1n) * (q - 1n)))).toBeNull();
  });
});

describe('boundedPrimality', () => {
  it('stops when the work is done: one round for a composite number', () => {
    const isPrime = boundedPrimality(2.5);
    expect([p * q, p * q, p * q, p * q].map(isPrime)).toEqual([false, false, false, null]);
  });

  it('counts a prime as all the rounds that it takes', () => {
    const isPrime = boundedPrimality(8);
    expect([p, p * q, 7n].map(isPrime)).toEqual([true, null, null]);
  });
});

describe('number theory', () => {
  it('takes the whole root of every number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 600n }), (value) => {
        const root = squareRoot(value);
        expect(root * root <= value && value < (root + 1n) * (root + 1n)).toBe(true);
        expect(exactRoot(value * value)).toBe(value);
        expect(exactRoot(value * value + value + 1n)).toBe(value === 0n ? 1n : null);
      }),
    );
  });

  it('tells primes from composites as trial division does, and is not fooled by pseudoprimes', () => {
    for (let candidate = 0; candidate < 2000; candidate += 1) {
      let isPrime = candidate > 1;
      for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) isPrime &&= candidate % divisor !== 0;
      expect([candidate, isProbablePrime(BigInt(candidate))]).toEqual([candidate, isPrime]);
    }
    // Strong pseudoprimes to the bases 2 to 7 and 2 to 31 (OEIS A014233).
    expect([3_215_031_751n, 3_825_123_056_546_413_051n].map(isProbablePrime)).toEqual([false, false]);
  });

  it('counts bits', () => {
    expect([0n, 1n, 255n, 256n, 2n ** 2048n - 1n].map(bitLength)).toEqual([0, 1, 8, 9, 2048]);
  });
});
