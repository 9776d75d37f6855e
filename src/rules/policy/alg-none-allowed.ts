import type { Rule } from '../../model/finding.ts';
import { TOKEN_CLASSES } from '../../model/policy.ts';
import { policyText } from '../example-documents.ts';
import { isNone, ownWords } from '../policy-facts.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/alg-none-allowed',
  on: 'policy',
  severity: 'error',
  securitySeverity: 9.8,
  confidence: 'certain',
  summary: 'The list of accepted algorithms contains "none".',
  why: 'A token with alg none carries no signature, so anybody can write one with any subject and scope. Spellings such as "None" or full-width letters count, because lenient libraries fold them.',
  fix: 'Remove it from tokens.<class>.algorithms.',
  sources: ['RFC 8725 section 3.2', 'RFC 7518 section 3.6', 'RFC 9068 section 2.1'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [ES256, none]') } },
      {
        files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [ES256, "NoNe "]') },
        note: 'Case and blanks do not hide it.',
      },
    ],
    good: [{ files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [ES256]') } }],
  },
  *check(policy) {
    for (const tokenClass of TOKEN_CLASSES) {
      const algorithms = policy.tokens[tokenClass]?.algorithms;
      if (algorithms === undefined) continue;
      for (const { word: algorithm, at } of ownWords(algorithms, policy)) {
        if (!isNone(algorithm)) continue;
        yield {
          at,
          message: `policy "${policy.name}" accepts algorithm "${algorithm}" for tokens of class ${tokenClass}: they carry no signature`,
          subject: `policy ${policy.name}/tokens.${tokenClass}.algorithms`,
          value: algorithm,
          // Without another algorithm there is nothing to fall back on; that is a person's choice.
          ...(algorithms.value.every(isNone)
            ? {}
            : {
                fix: {
                  title: `remove "${algorithm}"`,
                  safe: true,
                  document: policy.at,
                  changes: [
                    { kind: 'remove-item', pointer: `/spec/tokens/${tokenClass}/algorithms`, item: algorithm },
                  ] as const,
                },
              }),
        };
      }
    }
  },
};
