import type { Rule } from '../../model/finding.ts';
import { policyText } from '../example-documents.ts';
import { isOwn, placeOf } from '../policy-facts.ts';

export const rule: Rule<'policy'> = {
  id: 'policy/refresh-public-unprotected',
  on: 'policy',
  severity: 'error',
  securitySeverity: 7.3,
  confidence: 'likely',
  summary: 'Refresh tokens are neither bound to a key nor replaced at each use.',
  why: 'A stolen refresh token then mints access tokens for its whole life, side by side with its owner, and nothing ever shows it. For public clients one of the two is required; the policy makes no difference between kinds of clients.',
  fix: 'Set rotation.one_time_use: true with reuse_detection: revoke_family, or accept only dpop or mtls under binding.',
  sources: ['RFC 9700 section 2.2.2', 'RFC 9700 section 4.14.2'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  refresh_token:\n    format: opaque\n    rotation: { one_time_use: false }',
          ),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  refresh_token:\n    format: opaque\n    rotation: { one_time_use: true }',
          ),
        },
      },
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  refresh_token:\n    format: opaque\n    rotation: { one_time_use: false }\n    binding: { accept: [dpop] }',
          ),
        },
        note: 'Bound to a key, it is useless to a thief.',
      },
    ],
  },
  *check(policy) {
    const token = policy.tokens.refresh_token;
    if (token === undefined || token.oneTimeUse.value || !token.bindingAccept.value.includes('bearer')) return;
    if (!isOwn(token.oneTimeUse, policy)) return;
    yield {
      at: placeOf(token.oneTimeUse, policy),
      message: `policy "${policy.name}" lets a refresh token be used again and again by whoever holds it: one_time_use is false and bearer is accepted${token.bindingAccept.origin === 'explicit' ? '' : ' by default'}`,
      subject: `policy ${policy.name}/tokens.refresh_token.rotation.one_time_use`,
      value: 'false',
      ...(token.bindingAccept.at === null
        ? {}
        : { related: [{ at: token.bindingAccept.at, message: 'bearer is accepted' }] }),
    };
  },
};
