/** The prediction that lint makes, of a world in which only certain things are done about a leak. */
import { derived } from '../model/fact.ts';
import type { ChannelDeclaration, Inventory, IssuerDeclaration, VerifierDeclaration } from '../model/inventory.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { ChannelKey, ChannelType, EffectivePolicy, Scenario } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { predict } from '../predict/predict.ts';
import { optionFor } from '../response/response-options.ts';

/** What is done. */
export interface Means {
  readonly does: ReadonlySet<Mechanism>;
  /** What entries name, by channel. */
  readonly entries: ReadonlyMap<string, ReadonlySet<ChannelKey>>;
  /** Verifiers that are restarted, and how long that may take. */
  readonly restarts: ReadonlyMap<string, Millis>;
}

export const NOTHING: Means = { does: new Set(), entries: new Map(), restarts: new Map() };

const LISTS: readonly ChannelType[] = ['denylist', 'status_list', 'backchannel_logout', 'ssf_caep'];

/** Name of the channel that stands for a restart where the inventory declares none. */
const RESTART = 'restart-of-the-plan';

/**
 * Time-to-revocation of every verifier when nothing is done but this. The quiet arm: traffic of others is no promise.
 *
 * @param inventory of one environment
 */
export function predictWith(
  means: Means,
  {
    inventory,
    scenario,
    policies,
  }: { readonly inventory: Inventory; readonly scenario: Scenario } & {
    readonly policies: readonly EffectivePolicy[];
  },
): readonly Prediction[] {
  const predictions = predict([reduced(inventory, scenario, means)], policies).filter(
    (prediction) => prediction.scenario === scenario && prediction.arm === 'quiet',
  );
  return mintsOn(scenario, means) ? predictions.map(goesOn) : predictions;
}

/** Whether the thief can go on making tokens, because nothing that is done stops it. */
function mintsOn(scenario: Scenario, { does }: Means): boolean {
  const needsStop = scenario === 'refresh_token' || scenario === 'client' || scenario === 'user_session';
  return needsStop && ![...does].some((mechanism) => optionFor(scenario, mechanism).effect === 'stops');
}

function goesOn(prediction: Prediction): Prediction {
  return { ...prediction, bound: 'unbounded', verdict: 'unbounded' };
}

function reduced(inventory: Inventory, scenario: Scenario, means: Means): Inventory {
  const { does, entries, restarts } = means;
  const channel = (declared: ChannelDeclaration): ChannelDeclaration => ({
    ...declared,
    keys: declared.keys.filter((key) => entries.get(declared.name)?.has(key) === true),
  });
  const [like] = inventory.channels;
  const restart: readonly ChannelDeclaration[] =
    restarts.size === 0
      ? []
      : [
          {
            name: RESTART,
            type: 'redeploy',
            url: null,
            keys: [],
            delivery: 'poll',
            storeLag: derived<Bound>('unknown', 'a restart has no store', like?.at ?? null),
            at: like?.at ?? (inventory.verifiers[0] ?? inventory.issuers[0])?.at ?? NOWHERE,
          },
        ];
  return {
    ...inventory,
    channels: [
      ...inventory.channels.map((declared) => (LISTS.includes(declared.type) ? channel(declared) : declared)),
      ...restart,
    ],
    issuers: inventory.issuers.map((issuer) => (does.has('remove_key') ? issuer : withoutRemoval(issuer))),
    verifiers: inventory.verifiers.map((verifier) => reducedVerifier(verifier, { inventory, scenario, means })),
  };
}

const NOWHERE: ChannelDeclaration['at'] = { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 };

function withoutRemoval(issuer: IssuerDeclaration): IssuerDeclaration {
  return { ...issuer, removalDelay: derived<Bound>('unbounded', 'nobody takes the key out of the key set', issuer.at) };
}

function reducedVerifier(
  verifier: VerifierDeclaration,
  { inventory, scenario, means }: { readonly inventory: Inventory; readonly scenario: Scenario; readonly means: Means },
): VerifierDeclaration {
  const { does, restarts } = means;
  const typeOf = (name: string): ChannelType | undefined =>
    inventory.channels.find((declared) => declared.name === name)?.type;
  const restart = restarts.get(verifier.name);
  const isAsked = scenario === 'access_token' ? does.has('revoke_token') : true;
  const kept = verifier.channels.filter(({ channel }) => {
    const type = typeOf(channel);
    if (type === 'introspection') return isAsked;
    return type !== 'redeploy' || restart !== undefined;
  });
  const isRestartDeclared = kept.some(({ channel }) => typeOf(channel) === 'redeploy');
  const zero = derived<Bound>('unknown', 'a restart has no poll', verifier.at);
  return {
    ...verifier,
    channels: [
      ...kept,
      ...(restart === undefined || isRestartDeclared
        ? []
        : [
            {
              channel: RESTART,
              interval: zero,
              negativeCache: zero,
              positiveCache: zero,
              fetchTimeout: zero,
              failMode: derived<'closed' | 'open'>('closed', 'a restart has no failure mode', verifier.at),
              at: verifier.at,
            },
          ]),
    ],
    settings: { ...verifier.settings, deployTime: deployTime(verifier, { scenario, means }) },
  };
}

/** Keys and secrets in configurations go by deployment; a restart is made within the time-out of its response. */
function deployTime(
  { name, settings, at }: VerifierDeclaration,
  { scenario, means: { does, restarts } }: { readonly scenario: Scenario; readonly means: Means },
): VerifierDeclaration['settings']['deployTime'] {
  const restart = restarts.get(name);
  const isDeployed = does.has(scenario === 'hmac_secret' ? 'replace_secret' : 'remove_key');
  if (restart !== undefined) {
    return settings.deployTime ?? derived<Bound>(restart, 'the time-out of the response that restarts it', at);
  }
  return isDeployed ? settings.deployTime : derived<Bound>('unbounded', 'nobody deploys anything', at);
}
