import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { TokenFacts } from '../../model/key.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { EC_GOOD, EC_OTHER, keySetText } from '../example-keys.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { byDefault } from '../policy-facts.ts';
import { governing, isStranded, secondsOf, setsOf } from '../token-facts.ts';

/** 2100-01-01T00:00:00Z in seconds: a token that is still good on the day somebody reads this. */
const FAR_AHEAD = 4_102_444_800;

export const rule: Rule<'token'> = {
  id: 'token/outlives-key',
  on: 'token',
  severity: 'error',
  securitySeverity: 4,
  confidence: 'certain',
  summary: 'A token lives longer than its key stays published.',
  why: 'After a rotation the old key stays for the overlap of the policy and no longer. A token that was signed just before then fails while it is still valid: an outage that looks like a revocation.',
  fix: 'Make keys.overlap at least the life of the longest token plus the clock skew, or shorten the tokens. Where the key is gone already, find out whether it was removed too early or never published.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'RFC 7517 section 5'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy('overlap: 5m') } },
      {
        files: {
          'token.jwt': tokenText(HEADER, { ...CLAIMS, exp: FAR_AHEAD }),
          'jwks.json': keySetText(EC_OTHER),
        },
        note: 'The token has not expired, and the key that it names is gone.',
      },
    ],
    good: [
      { files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy('overlap: 1h') } },
      {
        files: {
          'token.jwt': tokenText(HEADER, { ...CLAIMS, exp: FAR_AHEAD }),
          'jwks.json': keySetText(EC_GOOD, EC_OTHER),
        },
      },
    ],
  },
  *check(token, estate): Iterable<Report> {
    if (isStranded(token, estate)) yield stranded(token, estate);
    const exp = secondsOf(token.claims, 'exp');
    const iat = secondsOf(token.claims, 'iat');
    if (exp === null || iat === null || exp <= iat) return;
    for (const { policy, rules } of governing(token, estate)) {
      const needed = millis((exp - iat) * 1000 + rules.clockSkew.value);
      const { overlap } = policy.keys;
      if (needed <= overlap.value) continue;
      yield {
        at: token.at,
        message: `token can be used for ${showBound(needed)} with clock skew, policy "${policy.name}" keeps a rotated key for ${showBound(overlap.value)}${byDefault(overlap)}`,
        subject: `claims.exp against ${policy.name}`,
        value: token.fingerprint,
        related: overlap.at === null ? [] : [{ at: overlap.at, message: 'keys.overlap' }],
      };
    }
  },
};

function stranded(token: TokenFacts, estate: Estate): Report {
  const { kid } = token.header;
  return {
    at: token.at,
    message: `token has not expired, but its kid ${JSON.stringify(String(kid).slice(0, 80))} is in no key set of its issuer: the key left too early or was never published`,
    subject: 'header.kid against key sets',
    value: token.fingerprint,
    related: setsOf(token, estate).map(({ at, file }) => ({ at, message: `looked for in ${file}` })),
  };
}
