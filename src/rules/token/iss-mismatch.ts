import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { jwtClasses } from '../policy-facts.ts';

export const rule: Rule<'token'> = {
  id: 'token/iss-mismatch',
  on: 'token',
  severity: 'error',
  securitySeverity: 5.3,
  confidence: 'certain',
  summary: 'A token for an audience of a policy comes from an issuer that the policy does not name.',
  why: 'Issuers are compared character by character, so a token with another slash, host or scheme is refused by a strict verifier and accepted by a lax one. Or it comes from an issuer that nobody meant to trust here.',
  fix: 'Write the issuer as the token has it, if it is the one that is meant.',
  sources: ['RFC 9068 section 4', 'RFC 8414 section 3.3', 'RFC 7519 section 4.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'token.jwt': tokenText(HEADER, { ...CLAIMS, iss: 'https://id.example.com/' }),
          'policy.yaml': ordersPolicy(),
        },
      },
    ],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy() } }],
  },
  *check({ claims, at, fingerprint }, { policies }): Iterable<Report> {
    const iss = claims['iss'];
    if (typeof iss !== 'string') return;
    const audiences = [claims['aud']].flat();
    const ofAudience = policies.filter((policy) =>
      jwtClasses(policy).some(({ audiences: own }) => own.value.some((audience) => audiences.includes(audience))),
    );
    const issuers = ofAudience.flatMap(({ issuers: own }) => own.value.map(({ issuer }) => issuer));
    if (issuers.length === 0 || issuers.includes(iss)) return;
    const near = issuers.find((issuer) => plain(issuer) === plain(iss));
    const names = ofAudience.map(({ name }) => `"${name}"`).join(', ');
    const places = ofAudience.flatMap(({ issuers: own }) =>
      own.at === null ? [] : [{ at: own.at, message: 'issuers' }],
    );
    yield {
      at,
      message: `iss is ${JSON.stringify(iss.slice(0, 120))}, policy ${names} names ${[...new Set(issuers)].join(', ')}${near === undefined ? '' : '; issuers are compared character by character'}`,
      subject: 'claims.iss',
      value: fingerprint,
      ...(places.length === 0 ? {} : { related: places }),
    };
  },
};

function plain(issuer: string): string {
  return issuer
    .toLowerCase()
    .replace(/^https?:/, '')
    .replace(/(?<!\/)\/+$/, '');
}
