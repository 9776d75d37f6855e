import type { Report, Rule } from '../../model/finding.ts';
import { EC_CERTIFICATE, EC_CERTIFICATE_S256, EC_CERTIFIED, keySetText } from '../example-keys.ts';
import { nameOf, subjectOf } from '../key-diagnosis.ts';

const CERTIFIED = { ...EC_CERTIFIED, x5c: [EC_CERTIFICATE] };

export const rule: Rule<'jwks'> = {
  id: 'jwks/x5t',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 4.8,
  confidence: 'certain',
  summary: 'The thumbprint of a certificate is not of the certificate beside it, or is SHA-1 only.',
  why: 'Tokens that name their key by x5t or x5t#S256 find another key or none. SHA-1 alone should name nothing that matters: two certificates can be made to share it.',
  fix: 'Compute x5t#S256 over the DER of the first certificate, and leave x5t out.',
  sources: ['RFC 7517 section 4.8', 'RFC 7517 section 4.9', 'RFC 6194 section 4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'jwks.json': keySetText({ ...CERTIFIED, 'x5t#S256': EC_CERTIFICATE_S256.replace('9iU', '8iU') }) },
      },
      {
        files: { 'jwks.json': keySetText({ ...CERTIFIED, x5t: 'j2fYK1dGpF65B37hz3ZHEetO-To' }) },
        note: 'SHA-1 alone is for your information.',
      },
    ],
    good: [{ files: { 'jwks.json': keySetText({ ...CERTIFIED, 'x5t#S256': EC_CERTIFICATE_S256 }) } }],
  },
  *check({ keys }): Iterable<Report> {
    const read = keys.map((key) => ({ key, certificates: key.certificates?.() ?? null }));
    for (const { key, certificates } of read) {
      for (const member of certificates?.wrongThumbprints ?? []) {
        yield {
          at: key.locate(member),
          message: `${nameOf(key)}: ${member} is not the thumbprint of the first certificate`,
          subject: `${subjectOf(key)}.${member}`,
          value: key.thumbprint ?? 'no thumbprint',
        };
      }
    }
    const old = read.filter(({ certificates }) => certificates?.thumbprints.join() === 'x5t');
    const [first] = old;
    if (first === undefined) return;
    yield {
      at: first.key.locate('x5t'),
      message: `${old.length === 1 ? nameOf(first.key) : `${old.length} keys`} with a SHA-1 thumbprint of the certificate and no x5t#S256`,
      severity: 'info',
      subject: 'set x5t',
      value: 'SHA-1 only',
    };
  },
};
