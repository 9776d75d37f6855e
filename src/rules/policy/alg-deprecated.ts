import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { jwtClasses, ownWords } from '../policy-facts.ts';

const DEPRECATED: Readonly<Record<string, string>> = {
  EdDSA: 'it names two curves at once; name Ed25519 or Ed448 (RFC 9864 section 2.2)',
  ES256K: 'few libraries and no hardware of the common clouds verify it; use ES256 (RFC 8812 section 3.2)',
};

export const rule: Rule<'policy'> = {
  id: 'policy/alg-deprecated',
  on: 'policy',
  severity: 'info',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'An accepted algorithm has a better successor.',
  why: 'EdDSA leaves open which curve a token uses, so a verifier cannot tell from the name whether it supports it, and fully specified names replaced it. ES256K was registered for block chains and is missing in many libraries.',
  fix: 'Have the issuer sign with the successor, accept both for one token lifetime, then remove the old name.',
  sources: ['RFC 9864 section 2.2', 'RFC 8812 section 3.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [EdDSA]') } }],
    good: [{ files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [Ed25519]') } }],
  },
  *check(policy) {
    for (const { tokenClass, algorithms } of jwtClasses(policy)) {
      for (const { word: algorithm, at } of ownWords(algorithms, policy)) {
        const reason = DEPRECATED[algorithm];
        if (reason === undefined) continue;
        yield {
          at,
          message: `algorithm ${algorithm} for tokens of class ${tokenClass} has a successor: ${reason}`,
          subject: `policy ${policy.name}/tokens.${tokenClass}.algorithms`,
          value: algorithm,
        };
      }
    }
  },
};
