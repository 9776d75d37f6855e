import { bitLength, isProbablePrime } from './numbers.ts';

/** Says whether a number is prime; null when finding out would cost more than is allowed. */
export type PrimalityTest = (value: bigint) => boolean | null;

/**
 * Largest number that is tested. To be sure of a prime, OpenSSL takes about 1 second at 4096 bits and half a minute at
 * 9689, so a single key of a few hundred characters could hold up a run.
 */
export const MAX_PRIMALITY_BITS: number = 4096;

/**
 * Work for one key set, in rounds at 2048 bits of about two milliseconds each. It is enough for one prime and the
 * sixty keys after it; issuers have two to twenty. A set of a thousand keys would be held up for seconds.
 */
const WORK = 124;

/** Rounds that OpenSSL 3 takes before it calls a number prime, whatever it is asked for: crypto/bn/bn_prime.c. */
const ROUNDS_TO_BE_SURE = 64;
const ROUNDS_TO_BE_SURE_OVER_2048 = 128;

/**
 * A test that stops after a fixed amount of work, the same for the same numbers in the same order. One round takes time
 * by the cube of the length; a composite number takes one, a prime all of them.
 */
export function boundedPrimality(work: number = WORK): PrimalityTest {
  let left = work;
  return (value) => {
    const bits = bitLength(value);
    if (bits > MAX_PRIMALITY_BITS || left <= 0) return null;
    const isPrime = isProbablePrime(value);
    const rounds = bits > 2048 ? ROUNDS_TO_BE_SURE_OVER_2048 : ROUNDS_TO_BE_SURE;
    left -= (isPrime ? rounds : 1) * (bits / 2048) ** 3;
    return isPrime;
  };
}
