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
    required_claims: [iss, exp, aud, sub, iat, jti]
revocation:
  channels:
    - { type: denylist, keys: [jti], poll_interval: 10s }`,
);
const { jti: _jti, ...nameless } = CLAIMS;

export const rule: Rule<'token'> = {
  id: 'token/required-claims',
  on: 'token',
  severity: 'warning',
  securitySeverity: 4.6,
  confidence: 'certain',
  summary: 'A token lacks claims that its policy demands.',
  why: 'A strict verifier refuses it. Where the claim is what a revocation channel names, a lax one can never be told that this token is dead.',
  fix: 'Have the issuer write the claims, or take them off the list on purpose.',
  sources: ['RFC 9068 section 2.2', 'RFC 7519 section 4.1.7'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'token.jwt': tokenText(HEADER, nameless), 'policy.yaml': POLICY },
        note: 'A channel names tokens by it.',
      },
    ],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': POLICY } }],
  },
  *check(token, estate): Iterable<Report> {
    const lacking = governing(token, estate).map(({ policy, rules }) => ({
      policy,
      rules,
      // Audience and expiry have rules of their own.
      missing: rules.requiredClaims.value.filter(
        (claim) => claim !== 'exp' && claim !== 'aud' && token.claims[claim] === undefined,
      ),
    }));
    const [first] = lacking.toSorted((a, b) => a.missing.length - b.missing.length);
    if (first === undefined || first.missing.length === 0) return;
    const { policy, rules, missing } = first;
    const named = missing.filter((claim) => policy.channels.some(({ keys }) => keys.some((key) => key === claim)));
    const isWritten = rules.requiredClaims.at !== null;
    // Nobody asked for what is demanded by default only, unless revocation needs it.
    if (!isWritten && named.length === 0) return;
    yield {
      at: token.at,
      message: `token lacks ${missing.join(', ')}, which policy "${policy.name}" demands${isWritten ? '' : ' by default'}${named.length === 0 ? '' : `; revocation names tokens by ${named.join(', ')}`}`,
      subject: 'claims',
      value: token.fingerprint,
      severity: isWritten && named.length > 0 ? 'error' : 'warning',
      ...(rules.requiredClaims.at === null
        ? {}
        : { related: [{ at: rules.requiredClaims.at, message: 'required_claims' }] }),
    };
  },
};
