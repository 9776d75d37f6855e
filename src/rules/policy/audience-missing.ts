import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { isApplied, jwtClasses, placeOf } from '../policy-facts.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/audience-missing',
  on: 'policy',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A class of JWTs has no audience, or a wildcard for one.',
  why: 'A token that was made for one service can be replayed at every other that does not check who it is for, so the weakest service leaks tokens for all. Many libraries leave the audience unchecked unless they are told.',
  fix: 'Write tokens.<class>.audiences with the identifier of this service, and no wildcard.',
  sources: ['RFC 8725 section 3.9', 'RFC 9068 section 4', 'OWASP ASVS 5.0 9.2.3'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [ES256]') } },
      { files: { 'policy.yaml': policyText('orders', "tokens:\n  access_token:\n    audiences: ['*']") } },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    audiences: [https://orders.example.com]'),
        },
      },
    ],
  },
  *check(policy, estate) {
    if (!isApplied(policy, estate)) return;
    for (const { tokenClass, audiences } of jwtClasses(policy)) {
      // Only the issuer reads its refresh tokens, so no audience tells services apart.
      if (tokenClass === 'refresh_token') continue;
      const wildcard = audiences.value.find((audience) => audience.includes('*'));
      if (audiences.value.length > 0 && wildcard === undefined) continue;
      yield {
        at: placeOf(audiences, policy),
        message:
          wildcard === undefined
            ? `policy "${policy.name}" names no audience for tokens of class ${tokenClass}; none of them is accepted until it does`
            : `audience "${wildcard}" for tokens of class ${tokenClass} is a wildcard; audiences are compared as exact strings`,
        subject: `policy ${policy.name}/tokens.${tokenClass}.audiences`,
        value: wildcard ?? 'missing',
      };
    }
  },
};
