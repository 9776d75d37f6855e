import type { Report, Rule } from '../../model/finding.ts';
import type { KeyFacts } from '../../model/key.ts';
import { RSA_GOOD, RSA_FOR_ENCRYPTION, keySetText } from '../example-keys.ts';
import { materialOf, nameOf } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/dual-use',
  on: 'jwks',
  severity: 'warning',
  securitySeverity: 4.6,
  confidence: 'certain',
  summary: 'One key is published for signatures and for encryption.',
  why: 'A service that decrypts for strangers may be made to compute with the key that signs tokens. After a leak both uses end together, whatever it costs.',
  fix: 'Generate a second key for encryption.',
  sources: ['RFC 7517 section 4.2', 'RFC 8725 section 3.1', 'NIST SP 800-57 part 1 revision 5 section 5.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(RSA_GOOD, { ...RSA_GOOD, kid: 'rsa-2', use: 'enc', alg: 'RSA-OAEP' }) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD, RSA_FOR_ENCRYPTION) } }],
  },
  *check({ keys }): Iterable<Report> {
    const signing = new Map<string, KeyFacts>();
    for (const key of keys) {
      const material = materialOf(key);
      if (key.use === 'sig' && material !== null && material !== '') signing.set(material, key);
    }
    for (const key of keys) {
      const other = key.use === 'enc' ? signing.get(materialOf(key) ?? '') : undefined;
      if (other === undefined) continue;
      yield {
        at: key.at,
        message: `${nameOf(key)} for encryption is the same key as ${nameOf(other)} for signatures`,
        subject: `keys[thumbprint=${key.thumbprint ?? ''}].use`,
        value: 'sig enc',
        related: [{ at: other.at, message: 'the same key, for signatures' }],
      };
    }
  },
};
