import type { Rule } from '../../model/finding.ts';
import { canEnd } from '../channel-cover.ts';
import { policyText } from '../example-documents.ts';
import { isApplied } from '../policy-facts.ts';

const SPEC = (channels: string): string =>
  policyText(
    'orders',
    `revocation:
  objectives:
    refresh_token: { max: 5m }
  channels:
${channels}`,
  );

export const rule: Rule<'policy'> = {
  id: 'revocation/logout-not-offline',
  on: 'policy',
  severity: 'error',
  securitySeverity: 6.6,
  confidence: 'certain',
  summary: 'Logout is all that ends a leaked refresh token, and logout spares those for offline access.',
  why: 'Back-channel logout ends sessions, and refresh tokens that were granted for offline access are meant to survive it. The thief who took one notices nothing.',
  fix: 'Add a denylist by sub or sid, or revoke the grant at the issuer and declare that channel.',
  sources: ['OpenID Connect Back-Channel Logout 1.0 section 2.7', 'RFC 7009 section 2.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('    - { type: backchannel_logout }') } }],
    good: [
      {
        files: {
          'policy.yaml': SPEC(
            '    - { type: backchannel_logout }\n    - { type: denylist, keys: [sid], poll_interval: 10s }',
          ),
        },
      },
    ],
  },
  *check(policy, estate) {
    const objective = policy.objectives.refresh_token?.max;
    if (objective === undefined || objective.origin !== 'explicit' || !isApplied(policy, estate)) return;
    const ending = policy.channels.filter((channel) => canEnd(channel, 'refresh_token'));
    const [first] = ending;
    if (first === undefined || ending.some(({ type }) => type !== 'backchannel_logout')) return;
    yield {
      at: first.at,
      message: `only back-channel logout ends a leaked refresh token under policy "${policy.name}", and refresh tokens for offline access survive a logout`,
      subject: `policy ${policy.name}/revocation.channels[backchannel_logout]`,
      value: 'refresh_token',
      ...(objective.at === null ? {} : { related: [{ at: objective.at, message: 'objective for refresh_token' }] }),
    };
  },
};
