import type { Report, Rule } from '../../model/finding.ts';
import type { KeySource } from '../../model/policy.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';
import { governing } from '../token-facts.ts';

/** Header parameters that carry a key or its address, with the source a policy must name to allow them. */
const CARRIERS: readonly (readonly [string, KeySource | null])[] = [
  ['jwk', 'jwk'],
  ['jku', 'jku'],
  ['x5u', 'x5u'],
  ['x5c', null],
];

export const rule: Rule<'token'> = {
  id: 'token/header-key-injection',
  on: 'token',
  severity: 'error',
  securitySeverity: 8.1,
  confidence: 'certain',
  summary: 'The header of a token brings its own key or the address of one.',
  why: 'A verifier that uses it lets the sender choose the key, so any signature is good. A verifier that fetches the address can be sent into the internal network.',
  fix: 'Leave jwk, jku, x5u and x5c out of tokens; verifiers take keys from the issuer’s published set only.',
  sources: ['RFC 8725 section 3.10', 'OpenID Connect Core 1.0 section 2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': tokenText({ ...HEADER, jku: 'https://keys.example.net/jwks' }, CLAIMS) } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS) } }],
  },
  *check(token, estate): Iterable<Report> {
    const typ = token.header['typ'];
    // RFC 9449 section 4.2: a DPoP proof must carry its public key.
    const isProof = typeof typ === 'string' && typ.toLowerCase() === 'dpop+jwt';
    const classes = governing(token, estate);
    for (const [member, source] of CARRIERS) {
      if (token.header[member] === undefined || (isProof && member === 'jwk')) continue;
      const isAllowed = source !== null && classes.some(({ policy }) => policy.keys.sources.value.includes(source));
      if (isAllowed) continue;
      yield {
        at: token.at,
        message: `header has ${member}, which lets the sender choose the key`,
        subject: `header.${member}`,
        value: token.fingerprint,
      };
    }
  },
};
