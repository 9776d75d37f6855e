import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { isApplied, jwtClasses } from '../policy-facts.ts';
import { setIn } from '../repairs.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/alg-allowlist-missing',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 5.0,
  confidence: 'likely',
  summary: 'A class of JWTs has no list of accepted algorithms; the defaults of Firebreak apply.',
  why: 'Algorithm confusion begins where the token may choose how it is checked, and a verifier that is set up from a silent policy falls back on whatever its library allows. A default can also change with the next version, and nobody reviews that.',
  fix: 'Write tokens.<class>.algorithms with the algorithms that your issuer signs with, and no others.',
  sources: ['RFC 8725 section 3.1', 'RFC 8725 section 2.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    lifetime: { max: 10m }') },
      },
    ],
    good: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [ES256]') } },
      {
        files: {
          'policies.yaml': `${policyText('base', 'tokens:\n  access_token:\n    lifetime: { max: 10m }')}---\n${policyText('orders', 'extends: [base]\ntokens:\n  access_token:\n    algorithms: [ES256]')}`,
        },
        note: 'A base may leave it to those that extend it.',
      },
      {
        files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    format: opaque') },
        note: 'Opaque tokens have no algorithm.',
      },
    ],
  },
  *check(policy, estate) {
    if (!isApplied(policy, estate)) return;
    for (const { tokenClass, algorithms } of jwtClasses(policy)) {
      if (algorithms.origin === 'explicit') continue;
      yield {
        at: policy.at,
        message: `policy "${policy.name}" names no algorithms for tokens of class ${tokenClass}; by default ${algorithms.value.join(', ')} are accepted`,
        subject: `policy ${policy.name}/tokens.${tokenClass}.algorithms`,
        value: 'missing',
        ...setIn(policy, `tokens.${tokenClass}.algorithms`, algorithms.value, false),
      };
    }
  },
};
