import type { Report, Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';
import { governing } from '../token-facts.ts';

const POLICY = policyText(
  'orders',
  `issuers:
  - issuer: https://id.example.com
tokens:
  access_token:
    algorithms: [ES256]
    audiences: [orders]
    binding: { accept: [dpop] }`,
);
/** SHA-256 of the word `example`, in base64url. */
const THUMBPRINT = 'UNhY4JhezH9gQYqvDMWrWH9CwlcKiECVqejMrND2VFw';

/** RFC 7638 and RFC 8705 section 3.1: 32 octets in base64url. */
const SHA256 = /^[A-Za-z0-9_-]{43}$/;

const METHODS = ['jkt', 'x5t#S256', 'jwk', 'jwe', 'jku', 'kid'] as const;

export const rule: Rule<'token'> = {
  id: 'token/cnf',
  on: 'token',
  severity: 'error',
  securitySeverity: 6.9,
  confidence: 'certain',
  summary: 'A token is not bound to a key although its policy demands it, or bound in a way no verifier can check.',
  why: 'A bound token is useless to a thief without the key. Without cnf, or with one that cannot match, verifiers either refuse everybody or fall back to plain bearer tokens.',
  fix: 'Have the issuer write cnf with one method: jkt for DPoP, x5t#S256 for mutual TLS.',
  sources: ['RFC 7800 section 3.1', 'RFC 9449 section 6', 'RFC 8705 section 3.1'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': POLICY } },
      { files: { 'token.jwt': tokenText(HEADER, { ...CLAIMS, cnf: { jkt: 'sha-256:abc' } }) } },
    ],
    good: [
      { files: { 'token.jwt': tokenText(HEADER, { ...CLAIMS, cnf: { jkt: THUMBPRINT } }), 'policy.yaml': POLICY } },
    ],
  },
  *check(token, estate): Iterable<Report> {
    const { cnf } = token.claims;
    const found = { at: token.at, subject: 'claims.cnf', value: token.fingerprint };
    if (cnf === undefined) {
      const classes = governing(token, estate);
      const [first] = classes;
      const isDemanded = classes.every(
        ({ rules }) => !rules.bindingAccept.value.some((way) => way === 'bearer' || way === 'ip'),
      );
      if (first === undefined || !isDemanded) return;
      const { bindingAccept } = first.rules;
      yield {
        ...found,
        message: `token has no cnf, and policy "${first.policy.name}" accepts ${bindingAccept.value.join(', ')} only`,
        ...(bindingAccept.at === null ? {} : { related: [{ at: bindingAccept.at, message: 'binding.accept' }] }),
      };
      return;
    }
    const fault = faultOf(cnf);
    if (fault !== null) yield { ...found, message: `cnf ${fault}` };
  },
};

function faultOf(cnf: unknown): string | null {
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return 'is not an object';
  const members: Readonly<Record<string, unknown>> = { ...cnf };
  const methods = METHODS.filter((method) => members[method] !== undefined);
  if (methods.length === 0) return 'names no key that is known here';
  if (methods.length > 1 && !(methods.length === 2 && methods.includes('kid'))) {
    return `names a key in ${methods.length} ways (${methods.join(', ')}); verifiers check one of them`;
  }
  for (const method of ['jkt', 'x5t#S256'] as const) {
    const value = members[method];
    if (value !== undefined && (typeof value !== 'string' || !SHA256.test(value))) {
      return `has a ${method} that is no SHA-256 in base64url`;
    }
  }
  const { jwk } = members;
  if (typeof jwk === 'object' && jwk !== null && ('d' in jwk || 'k' in jwk)) return 'holds a private or secret key';
  return null;
}
