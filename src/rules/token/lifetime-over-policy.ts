import type { Report, Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { byDefault } from '../policy-facts.ts';
import { governing, secondsOf } from '../token-facts.ts';

export const rule: Rule<'token'> = {
  id: 'token/lifetime-over-policy',
  on: 'token',
  severity: 'error',
  securitySeverity: 5.5,
  confidence: 'certain',
  summary: 'A token lives longer than its policy allows.',
  why: 'The life of an access token is how long a leaked one works where no revocation channel reaches. The promise of the policy is not what the issuer does.',
  fix: 'Shorten the life of tokens at the issuer, or change the policy on purpose.',
  sources: ['RFC 6750 section 5.3', 'RFC 7519 section 4.1.4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'token.jwt': tokenText(HEADER, { ...CLAIMS, exp: Number(CLAIMS['iat']) + 3600 }),
          'policy.yaml': ordersPolicy(),
        },
      },
    ],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy() } }],
  },
  *check(token, estate): Iterable<Report> {
    const exp = secondsOf(token.claims, 'exp');
    const iat = secondsOf(token.claims, 'iat');
    if (exp === null) return;
    // Without iat only the rest of the life is known: at least that long it is.
    const lifetime = (exp - (iat ?? estate.now / 1000)) * 1000;
    const classes = governing(token, estate).toSorted((a, b) => b.rules.maxLifetime.value - a.rules.maxLifetime.value);
    const [loosest] = classes;
    if (loosest === undefined || lifetime <= loosest.rules.maxLifetime.value) return;
    const { policy, rules } = loosest;
    const limit = `${showBound(rules.maxLifetime.value)}${byDefault(rules.maxLifetime)}`;
    yield {
      at: token.at,
      message: `token lives ${iat === null ? 'at least ' : ''}${showBound(millis(lifetime))}, policy "${policy.name}" allows ${limit}`,
      subject: 'claims.exp',
      value: token.fingerprint,
      related: rules.maxLifetime.at === null ? [] : [{ at: rules.maxLifetime.at, message: 'lifetime.max' }],
    };
  },
};
