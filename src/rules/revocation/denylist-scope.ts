import type { Rule } from '../../model/finding.ts';
import type { Scenario } from '../../model/policy.ts';
import { canEnd } from '../channel-cover.ts';
import { policyText } from '../example-documents.ts';
import { isApplied } from '../policy-facts.ts';

const SPEC = (keys: string): string =>
  policyText(
    'orders',
    `revocation:
  objectives:
    refresh_token: { max: 5m }
  channels:
    - { type: denylist, keys: [${keys}], poll_interval: 10s }`,
  );

/** Leaks in which the thief gets new tokens whose jti nobody has seen. */
const MINTING: readonly Scenario[] = ['refresh_token', 'client', 'signing_key', 'hmac_secret'];

export const rule: Rule<'policy'> = {
  id: 'revocation/denylist-scope',
  on: 'policy',
  severity: 'error',
  securitySeverity: 7.1,
  confidence: 'certain',
  summary: 'The denylist names single tokens, and the leak it should end makes new ones.',
  why: 'Whoever has a refresh token, a client or a key gets tokens with jti values that nobody knows, so nobody can list them. The list is full of tokens that the thief no longer uses.',
  fix: 'Let the list hold sid, sub or client_id too, and kid for keys.',
  sources: ['RFC 7009 section 2.1', 'RFC 9700 section 4.14.2', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': SPEC('jti') } }],
    good: [{ files: { 'policy.yaml': SPEC('jti, sid') } }],
  },
  *check(policy, estate) {
    if (!isApplied(policy, estate)) return;
    const lists = policy.channels.filter(({ type }) => type === 'denylist' || type === 'status_list');
    const [list] = lists;
    if (list === undefined || policy.channels.some(({ type }) => type === 'introspection')) return;
    const missed = MINTING.filter((scenario) => {
      const objective = policy.objectives[scenario]?.max;
      const ends = policy.channels.some(
        (channel) =>
          canEnd(channel, scenario) ||
          (channel.type === 'jwks_removal' && scenario === 'signing_key') ||
          channel.type === 'redeploy',
      );
      return objective?.origin === 'explicit' && !ends;
    });
    // That a key list is missing has a rule of its own, which knows how long verifiers cache keys.
    const told = missed.filter((scenario) => scenario !== 'signing_key' && scenario !== 'hmac_secret');
    if (told.length === 0) return;
    yield {
      at: list.at,
      message: `${list.type} of policy "${policy.name}" names tokens by ${list.keys.join(', ')} only, which ends no leak of kind ${told.join(', ')}: its tokens are not known`,
      subject: `policy ${policy.name}/revocation.channels[${list.type}].keys`,
      value: told.join(' '),
      related: told.flatMap((scenario) => {
        const at = policy.objectives[scenario]?.max.at;
        return at === null || at === undefined ? [] : [{ at, message: `objective for ${scenario}` }];
      }),
    };
  },
};
