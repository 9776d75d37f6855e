import type { Estate, Rule } from '../../model/finding.ts';
import type { ChannelDeclaration, VerifierDeclaration } from '../../model/inventory.ts';
import type { Prediction } from '../../model/prediction.ts';
import { showBound } from '../../model/quantity.ts';
import { canEnd } from '../channel-cover.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import { guaranteed, isPromised, showObjective } from '../prediction-text.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    signing_key: { max: 5m }');
const CHANNEL = (keys: string): string => `- { name: denylist, type: denylist, keys: [${keys}], store_lag: 0s }`;
const VERIFIER = `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }
  channels:
    - { use: denylist, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }`;

export const rule: Rule<'estate'> = {
  id: 'revocation/kid-kill-missing',
  on: 'estate',
  severity: 'error',
  securitySeverity: 8.1,
  confidence: 'likely',
  summary: 'Key caches outlast the objective for a leaked signing key, and no channel can name the key.',
  why: 'Whoever has the key writes jti, sub and exp, so denylists of those end nothing. What ends a forged token is the key leaving every cache, or its kid on a list that verifiers read more often than they forget keys.',
  fix: 'Let the denylist hold kids and have verifiers refuse listed ones, or shorten the key caches below the objective.',
  sources: ['RFC 7517 section 4.5', 'RFC 8725 section 3.10', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ channels: CHANNEL('jti'), verifiers: VERIFIER }),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ channels: CHANNEL('jti, kid'), verifiers: VERIFIER }),
        },
      },
    ],
  },
  *check(estate) {
    for (const { channel, missing } of groupByList(estate)) {
      const [first] = missing;
      if (first === undefined) continue;
      const names = missing.map(({ verifier, bound }) => `"${verifier}" (${showBound(bound)})`);
      const what =
        channel === null
          ? `no channel can name a kid`
          : `channel "${channel.name}" cannot name a kid (keys: ${channel.keys.join(', ')})`;
      yield {
        at: channel?.at ?? first.at,
        severity: missing.some(isPromised) ? 'error' : 'warning',
        message: `${what}, so only key caches end a leaked signing key at ${names.join(', ')}; ${showObjective(first)}`,
        subject: channel === null ? `verifier ${first.environment}/${first.verifier}` : `channel ${channel.name}`,
        value: missing.map(({ verifier }) => verifier).join(' '),
        related: missing.map(({ at, verifier }) => ({ at, message: `verifier "${verifier}"` })),
      };
    }
  },
};

interface Group {
  /** The denylist that could name the key if it were allowed to; null when the verifier reads none. */
  readonly channel: ChannelDeclaration | null;
  readonly missing: readonly Prediction[];
}

/** Guarantees that miss their objective for want of a kid denylist, one group per list that could have it. */
function groupByList(estate: Estate): readonly Group[] {
  const groups = new Map<ChannelDeclaration | Prediction, Prediction[]>();
  for (const prediction of guaranteed(estate)) {
    const { scenario, verdict, objective } = prediction;
    if (scenario !== 'signing_key' || objective === null || (verdict !== 'over' && verdict !== 'unbounded')) continue;
    const channels = channelsOf(prediction, estate);
    if (channels.some((channel) => canEnd(channel, 'signing_key'))) continue;
    const group = channels.find(({ type }) => type === 'denylist') ?? prediction;
    groups.set(group, [...(groups.get(group) ?? []), prediction]);
  }
  return [...groups].map(([key, missing]) => ({ channel: 'delivery' in key ? key : null, missing }));
}

function channelsOf({ verifier, environment }: Prediction, { inventories }: Estate): readonly ChannelDeclaration[] {
  const isMeant = (declared: VerifierDeclaration): boolean =>
    declared.name === verifier && declared.environment === environment;
  return inventories.flatMap(({ verifiers, channels }) =>
    verifiers
      .filter(isMeant)
      .flatMap((declared) =>
        declared.channels.flatMap((use) => channels.filter((channel) => channel.name === use.channel)),
      ),
  );
}
