import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, RSA_1024 } from '../example-keys.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';

export const rule: Rule<'token'> = {
  id: 'binding/cnf-key-weak',
  on: 'token',
  severity: 'error',
  securitySeverity: 7.0,
  confidence: 'certain',
  summary: 'A token is bound to a key that others can use too.',
  why: 'Binding is worth as much as the key. Under a key that is factored, forged for or published, a thief makes proofs as well as the client.',
  fix: 'Have clients make a fresh P-256 or Ed25519 key, and refuse keys that fail these checks.',
  sources: ['RFC 9449 section 4.2', 'RFC 7800 section 3.2', 'RFC 8725 section 3.4'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': tokenText(HEADER, { ...CLAIMS, cnf: { jwk: RSA_1024 } }) } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, { ...CLAIMS, cnf: { jwk: EC_GOOD } }) } }],
  },
  *check({ embeddedKeys = [], at, fingerprint }): Iterable<Report> {
    for (const { member, diagnoses } of embeddedKeys) {
      for (const { message, severity, weakness } of diagnoses) {
        // A malformed key verifies nothing, so nobody can use it.
        if (severity === 'info' || weakness === 'leading-zero-octets' || weakness === 'malformed') continue;
        yield { at, message: `${member}: ${message}`, severity, subject: `${member}/${weakness}`, value: fingerprint };
      }
    }
  },
};
