import type { Millis } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The tightest values that most estates can live with, and the ceiling of everything that is inferred: what a
 * configuration says beyond them is waived for a time, not written into the policy. docs/concepts-policies.md argues for
 * them.
 */
export const RECOMMENDED: {
  readonly accessLifetime: Millis;
  readonly refreshLifetime: Millis;
  readonly refreshAbsolute: Millis;
  readonly clockSkew: Millis;
  readonly keyCacheTtl: Millis;
  readonly algorithms: readonly string[];
  readonly minRsaBits: number;
} = {
  accessLifetime: millis(10 * MINUTE),
  refreshLifetime: millis(8 * HOUR),
  refreshAbsolute: millis(14 * 24 * HOUR),
  clockSkew: millis(MINUTE / 2),
  keyCacheTtl: millis(10 * MINUTE),
  // RFC 8725 section 3.2: what a new issuer should sign with.
  algorithms: ['ES256'],
  minRsaBits: 2048,
};
