import type { Report, Rule } from '../../model/finding.ts';
import { RSA_GOOD, RSA_ODD_SIZE, keySetText } from '../example-keys.ts';
import { nameOf, subjectOf } from '../key-diagnosis.ts';

/** Sizes that generators offer; others come from a mistyped number or a tool of one's own. */
const USUAL: readonly number[] = [2048, 3072, 4096];

/** Verifying takes time by the square of the size, and several libraries refuse more than 8192 or 16384 bits. */
const LARGE = 8192;

export const rule: Rule<'jwks'> = {
  id: 'jwks/rsa-size-unusual',
  on: 'jwks',
  severity: 'info',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'An RSA modulus has a size that nobody uses.',
  why: 'An odd size shows a generator that nobody else has tested. A very large key makes every request cost more and is refused by some libraries.',
  fix: 'Generate a key of 2048, 3072 or 4096 bits, or change to ES256.',
  sources: ['RFC 7518 section 3.3', 'FIPS 186-5 section 5.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_ODD_SIZE) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) } }],
  },
  *check({ keys }): Iterable<Report> {
    for (const key of keys) {
      const bits = key.modulusBits;
      // Small ones have a rule of their own.
      if (bits === null || bits < 2048 || USUAL.includes(bits)) continue;
      const isLarge = bits > LARGE;
      yield {
        at: key.locate('n'),
        message: `the modulus of ${nameOf(key)} has ${bits} bits${isLarge ? ', which some libraries refuse and all verify slowly' : bits % 8 === 0 ? '' : ', which are not whole octets'}`,
        severity: isLarge ? 'warning' : 'info',
        subject: `${subjectOf(key)}.n`,
        value: String(bits),
      };
    }
  },
};
