import type { Report, Rule } from '../../model/finding.ts';
import type { ChannelKey, EffectivePolicy, Resolved } from '../../model/policy.ts';
import { policyText } from '../example-documents.ts';
import { byDefault, isApplied, isOwn } from '../policy-facts.ts';
import { setIn } from '../repairs.ts';

/** Keys of a channel that are claims of a token. */
const CLAIMS: readonly ChannelKey[] = ['jti', 'sid', 'sub', 'client_id'];

export const rule: Rule<'policy'> = {
  id: 'policy/channel-field-missing',
  on: 'policy',
  severity: 'error',
  securitySeverity: 7.1,
  confidence: 'certain',
  summary: 'A revocation channel names tokens by claims that access tokens need not carry.',
  why: 'An entry for a jti ends nothing when the leaked token has no jti, and the entry still looks like a success. It fires when not one of the claims that the channel can name is required.',
  fix: 'Add one of the claims to tokens.access_token.required_claims, or give the channel another key.',
  sources: ['RFC 9068 section 2.2', 'RFC 7519 section 4.1.7'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    required_claims: [iss, exp, aud, sub]\nrevocation:\n  channels:\n    - { type: denylist, keys: [jti], poll_interval: 10s }',
          ),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText(
            'orders',
            'tokens:\n  access_token:\n    required_claims: [iss, exp, aud, sub, jti]\nrevocation:\n  channels:\n    - { type: denylist, keys: [jti, sid], poll_interval: 10s }',
          ),
        },
      },
    ],
  },
  *check(policy, estate) {
    const token = policy.tokens.access_token;
    if (token === undefined || token.format.value !== 'jwt' || !isApplied(policy, estate)) return;
    const required = token.requiredClaims;
    for (const { type, keys, at } of policy.channels) {
      const claims = keys.filter((key) => CLAIMS.includes(key));
      if (claims.length === 0 || claims.some((claim) => required.value.includes(claim))) continue;
      yield {
        at,
        message: `channel ${type} of policy "${policy.name}" names access tokens by ${claims.join(', ')}, but ${required.value.length === 0 ? 'no claim is' : `only ${required.value.join(', ')} are`} required${byDefault(required)}`,
        subject: `policy ${policy.name}/revocation.channels[${type}]`,
        value: claims.join(' '),
        ...repairOf(policy, required, claims),
        ...(required.at === null ? {} : { related: [{ at: required.at, message: 'claims that tokens must carry' }] }),
      };
    }
  },
};

/** Requires the first of the claims, beside those that the policy writes. */
function repairOf(
  policy: EffectivePolicy,
  required: Resolved<readonly string[]>,
  [claim]: readonly string[],
): Pick<Report, 'fix'> {
  if (claim === undefined) return {};
  const path = 'tokens.access_token.required_claims';
  if (!isOwn(required, policy)) return setIn(policy, path, [...required.value, claim], true);
  const pointer = `/spec/${path.replaceAll('.', '/')}`;
  const changes = [{ kind: 'append-item', pointer, item: claim }] as const;
  return { fix: { title: `require ${claim}`, safe: true, document: policy.at, changes } };
}
