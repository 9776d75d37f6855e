import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { isNone, jwtClasses, ownWords } from '../policy-facts.ts';
import { profileOf } from '../profiles.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/alg-below-profile',
  on: 'policy',
  severity: 'error',
  securitySeverity: 5.0,
  confidence: 'certain',
  summary: 'An accepted algorithm is not one that the chosen profile allows.',
  why: 'RSA with PKCS#1 v1.5 padding has broken in implementations again and again, and shared secrets let every verifier mint. FAPI names the algorithms that remain, and a certification run refuses others.',
  fix: 'Have the issuer sign with one of the allowed algorithms, accept both for one token lifetime, then remove the old one.',
  sources: ['FAPI 2.0 Security Profile section 5.4.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [RS256, PS256]') },
        profile: 'fapi2',
      },
    ],
    good: [
      {
        files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [ES256, PS256]') },
        profile: 'fapi2',
      },
    ],
  },
  *check(policy, estate) {
    const { name, limits } = profileOf(estate);
    const allowed = limits.algorithms;
    if (allowed === null) return;
    for (const { tokenClass, algorithms } of jwtClasses(policy)) {
      for (const { word: algorithm, at } of ownWords(algorithms, policy)) {
        // Spellings of none have a rule of their own.
        if (allowed.includes(algorithm) || isNone(algorithm)) continue;
        yield {
          at,
          message: `algorithm ${algorithm} for tokens of class ${tokenClass} is not one of ${allowed.join(', ')}, which the profile ${name} allows`,
          subject: `policy ${policy.name}/tokens.${tokenClass}.algorithms`,
          value: algorithm,
        };
      }
    }
  },
};
