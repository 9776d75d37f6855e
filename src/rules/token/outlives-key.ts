import type { Report, Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { byDefault } from '../policy-facts.ts';
import { governing, secondsOf } from '../token-facts.ts';

export const rule: Rule<'token'> = {
  id: 'token/outlives-key',
  on: 'token',
  severity: 'error',
  securitySeverity: 4,
  confidence: 'certain',
  summary: 'A token lives longer than a rotated key stays published.',
  why: 'After a rotation the old key stays for the overlap of the policy and no longer. A token that was signed just before then fails while it is still valid: an outage that looks like a revocation.',
  fix: 'Make keys.overlap at least the life of the longest token plus the clock skew, or shorten the tokens.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'RFC 7517 section 5'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy('overlap: 5m') } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy('overlap: 1h') } }],
  },
  *check(token, estate): Iterable<Report> {
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
