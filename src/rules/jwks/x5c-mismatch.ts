import type { Report, Rule } from '../../model/finding.ts';
import { EC_CERTIFICATE, EC_CERTIFIED, EC_OTHER, keySetText } from '../example-keys.ts';
import { nameOf, subjectOf } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/x5c-mismatch',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 6.0,
  confidence: 'certain',
  summary: 'The certificate beside a key is about another key.',
  why: 'Some verifiers take the bare key and some the one in the certificate, so a token passes here and fails there. The one that nobody looks at may be the one that leaked.',
  fix: 'Publish the certificate of this very key, in base64 and with its issuers behind it, or none: most verifiers need none.',
  sources: ['RFC 7517 section 4.7', 'RFC 7518 section 6'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...EC_OTHER, x5c: [EC_CERTIFICATE] }) } }],
    good: [{ files: { 'jwks.json': keySetText({ ...EC_CERTIFIED, x5c: [EC_CERTIFICATE] }) } }],
  },
  *check({ keys }): Iterable<Report> {
    for (const key of keys) {
      const certificates = key.certificates?.() ?? null;
      if (certificates === null) continue;
      const { fault, isOfKey, isChain } = certificates;
      const wrong = fault ?? (isOfKey === false ? 'the first certificate of x5c is about another key' : null);
      if (wrong === null && isChain !== false) continue;
      yield {
        at: key.locate('x5c'),
        message: `${nameOf(key)}: ${wrong ?? 'the certificates of x5c do not sign one another in their order'}`,
        // A verifier that reads the bare key never notices; one that builds the chain refuses the key.
        severity: wrong !== null && fault === null ? 'error' : 'warning',
        subject: `${subjectOf(key)}.x5c`,
        value: key.thumbprint ?? 'no thumbprint',
      };
    }
  },
};
