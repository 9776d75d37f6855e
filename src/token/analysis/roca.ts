import { primesUpTo } from './numbers.ts';

/**
 * Primes 3 to 167, the factors that the flawed library's modulus has for keys of 512 bits and more, each with the
 * powers of 65537 modulo it: "The Return of Coppersmith's Attack" (Nemec and others, ACM CCS 2017), section 2.1.
 */
const SUBGROUPS: readonly { readonly prime: number; readonly powers: ReadonlySet<number> }[] = primesUpTo(167)
  .filter((prime) => prime > 2)
  .map((prime) => ({ prime, powers: powersOf(65537 % prime, prime) }));

function powersOf(generator: number, prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * generator) % prime) powers.add(power);
  return powers;
}

const PRODUCT: bigint = SUBGROUPS.reduce((product, { prime }) => product * BigInt(prime), 1n);

/**
 * True for a modulus made by the Infineon library (CVE-2017-15361), whose primes have the form
 * k * M + (65537^a mod M): then n modulo every small factor of M is a power of 65537. A random modulus passes all 38
 * primes with a probability of 2^-27.8.
 */
export function isRoca(modulus: bigint): boolean {
  if (modulus <= PRODUCT) return false;
  const rest = modulus % PRODUCT;
  return SUBGROUPS.every(({ prime, powers }) => powers.has(Number(rest % BigInt(prime))));
}
