import type { Estate, Rule } from '../../model/finding.ts';
import type { ChannelKey, ChannelType, EffectivePolicy } from '../../model/policy.ts';
import type { RevocationEntry } from '../../model/revocation.ts';
import { showEntry } from '../../model/revocation.ts';
import { revocablePolicy, revocationText } from '../example-revocations.ts';
import { policiesRevoked } from '../revoked-policies.ts';

const EXPIRES = '2026-06-30';

export const rule: Rule<'estate'> = {
  id: 'revocation/entry-uncovered',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.8,
  confidence: 'certain',
  summary: 'A Revocation names something that no channel of the policy can carry.',
  why: 'The commit is merged, the incident is called contained, and no verifier ever hears of it. What stops a leak is what a channel brings to the verifiers, not what a file says.',
  fix: 'Name the token by a key that a channel carries, or add the key to the channel and to the verifiers that read it.',
  sources: ['docs/render.md', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': revocablePolicy('kid'),
          'revocation.yaml': revocationText({ revoke: ['jti: t-4711', 'kid: main-1'], expires: EXPIRES }),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': revocablePolicy('jti, kid'),
          'revocation.yaml': revocationText({ revoke: ['jti: t-4711', 'kid: main-1'], expires: EXPIRES }),
        },
      },
    ],
  },
  *check(estate) {
    const { revocations = [], now } = estate;
    for (const revocation of revocations.filter(({ expires }) => expires.ends > now)) {
      for (const policy of policiesRevoked(revocation, estate)) {
        const channels = channelsOf(policy, estate);
        // That there is none at all is what revocation/channel-missing says.
        if (channels.length === 0) continue;
        for (const entry of revocation.entries.filter((each) => !channels.some((channel) => carries(channel, each)))) {
          const keys = [...new Set(channels.flatMap((channel) => channel.keys))].sort();
          yield {
            at: entry.at,
            message: `no channel of policy "${policy.name}" can carry ${showEntry(entry)}; its channels name ${keys.length === 0 ? 'nothing' : keys.join(', ')}`,
            subject: `revocation ${revocation.name}/${showEntry(entry)}`,
            value: policy.name,
            related: [{ at: policy.channels[0]?.at ?? policy.at, message: `policy "${policy.name}"` }],
          };
        }
      }
    }
  },
};

interface Channel {
  readonly type: ChannelType;
  readonly keys: readonly ChannelKey[];
}

/** Those that the policy declares, and those that verifiers held to it read. */
function channelsOf(policy: EffectivePolicy, { inventories }: Estate): readonly Channel[] {
  const read = inventories.flatMap(({ verifiers, channels }) => {
    const used = verifiers
      .filter((verifier) => verifier.policy === policy.name)
      .flatMap((verifier) => verifier.channels);
    return channels.filter(({ name }) => used.some(({ channel }) => channel === name));
  });
  return [...policy.channels, ...read];
}

function carries({ type, keys }: Channel, { by, statusIndex }: RevocationEntry): boolean {
  // The issuer knows which session, user and client a token belongs to, so asking it covers all of them.
  if (type === 'introspection') return by !== 'kid';
  if (type === 'status_list' && statusIndex !== null) return true;
  // A cut-off for everybody has no key; whatever brings entries to verifiers can bring it.
  if (by === null) return type === 'denylist';
  return keys.includes(by);
}
