import type { Rule } from '../../model/finding.ts';
import type { ChannelType } from '../../model/policy.ts';
import { canEnd } from '../channel-cover.ts';
import { policyText } from '../example-documents.ts';
import { isApplied } from '../policy-facts.ts';

/** Channels that end every token of a key or a deployment at once. */
const BROAD: readonly ChannelType[] = ['jwks_removal', 'redeploy'];

const SPEC = (channels: string): string =>
  policyText(
    'orders',
    `revocation:
  objectives:
    access_token: { max: 5m }
  channels:
${channels}`,
  );

export const rule: Rule<'policy'> = {
  id: 'revocation/overbroad',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'The only way to end one leaked token is to end all of them.',
  why: 'Removing a key logs everybody out for one stolen token, so nobody does it for one stolen token. What is too costly to use is no channel.',
  fix: 'Add a channel that can name single tokens or sessions, and keep key removal for leaked keys.',
  sources: ['RFC 7009 section 2.1', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('    - { type: jwks_removal }') } }],
    good: [
      {
        files: {
          'policy.yaml': SPEC(
            '    - { type: jwks_removal }\n    - { type: denylist, keys: [jti], poll_interval: 10s }',
          ),
        },
      },
    ],
  },
  *check(policy, estate) {
    const objective = policy.objectives.access_token?.max;
    if (objective === undefined || objective.origin !== 'explicit' || !isApplied(policy, estate)) return;
    const broad = policy.channels.find(({ type }) => BROAD.includes(type));
    if (broad === undefined || policy.channels.some((channel) => canEnd(channel, 'access_token'))) return;
    yield {
      at: broad.at,
      message: `policy "${policy.name}" can end a leaked access token only by ${broad.type}, which ends every token of the key with it`,
      subject: `policy ${policy.name}/revocation.channels[${broad.type}]`,
      value: broad.type,
      ...(objective.at === null ? {} : { related: [{ at: objective.at, message: 'objective for access_token' }] }),
    };
  },
};
