import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { algOf, governing, isAllowedAlgorithm, keyOf } from '../token-facts.ts';

export const rule: Rule<'token'> = {
  id: 'token/alg-not-allowed',
  on: 'token',
  severity: 'error',
  securitySeverity: 7.5,
  confidence: 'certain',
  summary: 'A token is signed with an algorithm that its policy or its key does not allow.',
  why: 'Either the issuer signs with what verifiers must refuse, which is an outage, or somebody tries another algorithm on a known key, which is how algorithm confusion starts.',
  fix: 'Make the issuer sign with an algorithm of the policy, or change the policy on purpose.',
  sources: ['RFC 8725 section 3.1', 'RFC 7517 section 4.4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'token.jwt': tokenText({ ...HEADER, alg: 'HS256' }, CLAIMS), 'policy.yaml': ordersPolicy() },
        note: 'The policy allows ES256 only.',
      },
      {
        files: { 'token.jwt': tokenText({ ...HEADER, alg: 'ES384' }, CLAIMS), 'jwks.json': keySetText(EC_GOOD) },
        note: 'The key that the token names is for ES256.',
      },
    ],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy() } }],
  },
  *check(token, estate): Iterable<Report> {
    const alg = algOf(token);
    if (alg.toLowerCase() === 'none') return;
    const found = { at: token.at, subject: 'header.alg', value: token.fingerprint };
    const classes = governing(token, estate);
    const [first] = classes;
    if (first !== undefined && !classes.some(({ rules }) => isAllowedAlgorithm(alg, rules.algorithms.value))) {
      const { policy, rules } = first;
      const allowed = rules.algorithms.value.join(', ');
      yield {
        ...found,
        message: `alg is ${JSON.stringify(alg.slice(0, 40))}, policy "${policy.name}" allows ${allowed === '' ? 'none at all' : allowed}`,
        related: rules.algorithms.at === null ? [] : [{ at: rules.algorithms.at, message: 'allowed algorithms' }],
      };
    }
    const key = keyOf(token, estate);
    if (key === null || key.alg === null || isAllowedAlgorithm(alg, [key.alg]) || isAllowedAlgorithm(key.alg, [alg]))
      return;
    yield {
      ...found,
      message: `alg is ${JSON.stringify(alg.slice(0, 40))}, the key it names is for ${key.alg}`,
      subject: 'header.alg against key',
      related: [{ at: key.locate('alg'), message: 'alg of the key' }],
    };
  },
};
