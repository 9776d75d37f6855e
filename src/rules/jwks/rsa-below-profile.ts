import type { Rule } from '../../model/finding.ts';
import { RSA_GOOD, keySetText } from '../example-keys.ts';
import { isForSignatures, nameOf, subjectOf } from '../key-diagnosis.ts';
import { profileOf } from '../profiles.ts';

/** Below this jwks/rsa-too-small speaks, whatever the profile. */
const ALWAYS = 2048;

export const rule: Rule<'jwks'> = {
  id: 'jwks/rsa-below-profile',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 5.0,
  confidence: 'certain',
  summary: 'An RSA modulus is shorter than the chosen profile allows.',
  why: 'RSA of 2048 bits has the strength of 112 bits, which standards call sufficient until about 2030. A profile that asks for 128 bits asks for 3072, or for ES256, which has it with far shorter keys.',
  fix: 'Sign with ES256 or Ed25519, or with RSA of 3072 bits; publish the new key first.',
  sources: ['OWASP ASVS 5.0 11.2.3', 'SP 800-57 part 1 revision 5 table 2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_GOOD) }, profile: 'asvs-l2' }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD) }, note: '2048 bits, without a profile that asks for more.' }],
  },
  *check({ keys }, estate) {
    const { minRsaBits } = profileOf(estate).limits;
    if (minRsaBits === null) return;
    for (const key of keys.filter(isForSignatures)) {
      const bits = key.modulusBits;
      if (bits === null || bits < ALWAYS || bits >= minRsaBits) continue;
      yield {
        at: key.locate('n'),
        message: `${nameOf(key)}: RSA modulus of ${bits} bits, the profile ${profileOf(estate).name} asks for ${minRsaBits}`,
        subject: `${subjectOf(key)}.n`,
        value: key.thumbprint ?? String(bits),
      };
    }
  },
};
