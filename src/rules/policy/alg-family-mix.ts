import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { isNone, isOwn, jwtClasses, placeOf } from '../policy-facts.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/alg-family-mix',
  on: 'policy',
  severity: 'error',
  securitySeverity: 8.1,
  confidence: 'certain',
  summary: 'One list of accepted algorithms mixes HMAC with public-key signatures.',
  why: 'A verifier that accepts both can be given a token whose HMAC secret is the public key, which everybody has, and takes it for signed by the issuer. This class of fault keeps coming back in libraries, so no list should depend on theirs having none.',
  fix: 'Keep one family: remove the HS algorithms, or give tokens with a shared secret a policy, an issuer and an audience of their own.',
  sources: ['RFC 8725 section 2.1', 'RFC 8725 section 3.1', 'OWASP ASVS 5.0 9.1.2'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [HS256, RS256]') } },
    ],
    good: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [RS256, PS256]') } },
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [HS256, HS512]') } },
    ],
  },
  *check(policy) {
    for (const { tokenClass, algorithms } of jwtClasses(policy)) {
      const symmetric = algorithms.value.filter(isSymmetric);
      const asymmetric = algorithms.value.filter((algorithm) => !isSymmetric(algorithm) && !isNone(algorithm));
      if (!isOwn(algorithms, policy) || symmetric.length === 0 || asymmetric.length === 0) continue;
      yield {
        at: placeOf(algorithms, policy),
        message: `policy "${policy.name}" accepts ${symmetric.join(', ')} together with ${asymmetric.join(', ')} for tokens of class ${tokenClass}: a public key can be used as HMAC secret`,
        subject: `policy ${policy.name}/tokens.${tokenClass}.algorithms`,
        value: [...symmetric, ...asymmetric].sort().join(' '),
      };
    }
  },
};

/** RFC 7518 section 3.2 names them HS256, HS384 and HS512. */
function isSymmetric(algorithm: string): boolean {
  return /^hs\d+$/i.test(algorithm.trim());
}
