import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { isNone, ownWords } from '../policy-facts.ts';

const SPEC = (algorithms: string): string =>
  policyText(
    'orders',
    `tokens:\n  access_token:\n    binding:\n      accept: [dpop]\n      dpop: { signing_algorithms: [${algorithms}] }`,
  );

export const rule: Rule<'policy'> = {
  id: 'binding/dpop-alg',
  on: 'policy',
  severity: 'error',
  securitySeverity: 7.4,
  confidence: 'certain',
  summary: 'DPoP proofs may be unsigned or signed with a shared secret.',
  why: 'A proof shows that the client holds a private key. One without a signature shows nothing, and one under a secret that the server knows can be made by the server and by whoever stole the secret from it.',
  fix: 'List asymmetric algorithms only: ES256, Ed25519, PS256.',
  sources: ['RFC 9449 section 4.2', 'RFC 9449 section 11.6'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('ES256, HS256') } }],
    good: [{ files: { 'policy.yaml': SPEC('ES256') } }],
  },
  *check(policy) {
    const algorithms = policy.tokens.access_token?.dpopAlgorithms;
    if (algorithms === undefined) return;
    for (const { word, at } of ownWords(algorithms, policy)) {
      if (!isNone(word) && !/^HS\d+$/i.test(word)) continue;
      yield {
        at,
        message: `policy "${policy.name}" takes DPoP proofs under ${JSON.stringify(word)}, which proves no possession of a private key`,
        subject: `policy ${policy.name}/tokens.access_token.binding.dpop.signing_algorithms`,
        value: word,
        // Without another algorithm there is nothing to fall back on.
        ...(algorithms.value.length < 2
          ? {}
          : {
              fix: {
                title: `remove ${JSON.stringify(word)}`,
                safe: true,
                document: policy.at,
                changes: [
                  {
                    kind: 'remove-item',
                    pointer: '/spec/tokens/access_token/binding/dpop/signing_algorithms',
                    item: word,
                  },
                ] as const,
              },
            }),
      };
    }
  },
};
