/** Which of the declared responses are taken, so that every verifier is reached as fast as it can be, and few others are hit. */
import type { Inventory, ResponseDeclaration, VerifierDeclaration } from '../model/inventory.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { HandedIdentifier } from '../model/drill.ts';
import type { ChannelKey, EffectivePolicy, Scenario } from '../model/policy.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { REACHES } from '../response/mechanisms.ts';
import type { ResponseOption } from '../response/response-options.ts';
import { responseOptions } from '../response/response-options.ts';
import type { KnownIds } from './known-ids.ts';
import { identifierFor, namedBy } from './known-ids.ts';
import type { Means } from './what-if.ts';
import { NOTHING, predictWith } from './what-if.ts';

/** A declared response that could be made about this leak. */
export interface Candidate {
  readonly option: ResponseOption;
  readonly response: ResponseDeclaration;
  readonly names: HandedIdentifier | null;
  /** Verifiers that it reaches by an entry or a restart; empty for what is done at the issuer. */
  readonly reaches: readonly string[];
}

export interface Situation {
  readonly scenario: Scenario;
  /** Of one environment and one issuer. */
  readonly inventory: Inventory;
  readonly policies: readonly EffectivePolicy[];
  readonly known: KnownIds;
  /** Algorithm of the leaked token; null where it is not known, or what leaked is no token. */
  readonly alg: string | null;
}

/** From here on a response hits people who have nothing to do with the leak. */
const BROAD = REACHES.indexOf('key');

/** Everything that could be done, in the order in which it would be. */
export function candidatesOf({ scenario, inventory, known }: Situation): readonly Candidate[] {
  return responseOptions(scenario)
    .filter(({ effect }) => effect !== 'nothing')
    .flatMap((option) =>
      (inventory.responses ?? [])
        .filter(({ does }) => does.includes(option.mechanism))
        .flatMap((response): readonly Candidate[] => {
          const names = identifierFor(option.mechanism, known);
          if (names === undefined) return [];
          const reaches = reachedBy(option, response, inventory);
          const isEntry = option.phase === 'deny' || option.phase === 'flush';
          return isEntry && reaches.length === 0 ? [] : [{ option, response, names, reaches }];
        }),
    );
}

function reachedBy(
  { mechanism, phase }: ResponseOption,
  { channel, verifiers }: ResponseDeclaration,
  inventory: Inventory,
): readonly string[] {
  const isNamed = ({ name }: VerifierDeclaration): boolean => verifiers === null || verifiers.includes(name);
  if (phase === 'flush') return inventory.verifiers.filter(isNamed).map(({ name }) => name);
  if (phase !== 'deny') return [];
  const key = namedBy(mechanism);
  const declared = inventory.channels.find(({ name }) => name === channel);
  if (declared === undefined || (key !== null && !declared.keys.includes(key))) return [];
  return inventory.verifiers
    .filter((verifier) => isNamed(verifier) && verifier.channels.some((use) => use.channel === channel))
    .map(({ name }) => name);
}

/** The responses that a plan takes, in their order. */
export function chooseResponses(situation: Situation): readonly Candidate[] {
  const candidates = candidatesOf(situation);
  const isKey = situation.scenario === 'signing_key' || situation.scenario === 'hmac_secret';
  const isFit = ({ option }: Candidate): boolean => isKey || REACHES.indexOf(option.reach) < BROAD;
  const denied = fastestEntries(candidates.filter(isFit), situation);
  const stopping = narrowest(candidates.filter(({ option }) => option.effect === 'stops'));
  const replacing = isKey ? candidates.filter(({ option }) => option.phase === 'replace') : [];
  const without = [...denied, ...stopping, ...replacing];
  const flushing = isKey ? neededRestarts(candidates, without, situation) : [];
  const outlives = situation.inventory.verifiers.some(
    ({ derivedSessionLifetime }) => derivedSessionLifetime.value !== 0,
  );
  const purging = outlives ? candidates.filter(({ option }) => option.effect === 'cleans') : [];
  const taken = new Set([...without, ...flushing, ...purging]);
  return candidates.filter((candidate) => taken.has(candidate));
}

/** For each verifier the entry that ends it first, and of equally fast ones the one that hits the fewest. */
function fastestEntries(candidates: readonly Candidate[], situation: Situation): readonly Candidate[] {
  const entries = candidates.filter(({ option }) => option.effect === 'ends' || option.effect === 'ends_tokens');
  const lists = entries.filter(({ option }) => option.phase === 'deny');
  const speeds = lists.map((candidate) => ({ candidate, bounds: entryBounds(candidate, situation) }));
  return situation.inventory.verifiers.flatMap(({ name }) => {
    const [best] = speeds
      .filter(({ candidate }) => candidate.reaches.includes(name))
      .toSorted(
        (a, b) =>
          orderOf(a.bounds.get(name)) - orderOf(b.bounds.get(name)) || reachOf(a.candidate) - reachOf(b.candidate),
      );
    return best === undefined ? [] : [best.candidate];
  });
}

/** How fast an entry alone works, as if the thief could make nothing more. */
function entryBounds(candidate: Candidate, { scenario, inventory, policies }: Situation): ReadonlyMap<string, Bound> {
  const stops: readonly Mechanism[] = ['revoke_family', 'end_session', 'block_client'];
  const means = { ...meansOf([candidate]), does: new Set([candidate.option.mechanism, ...stops]) };
  return boundsOf(means, { scenario, inventory, policies });
}

export function boundsOf(
  means: Means,
  situation: Pick<Situation, 'scenario' | 'inventory' | 'policies'>,
): ReadonlyMap<string, Bound> {
  return new Map(predictWith(means, situation).map(({ verifier, bound }) => [verifier, bound]));
}

function narrowest(candidates: readonly Candidate[]): readonly Candidate[] {
  const [first] = candidates.toSorted((a, b) => reachOf(a) - reachOf(b));
  return first === undefined ? [] : candidates.filter(({ option }) => option.mechanism === first.option.mechanism);
}

/** Restarts hit everybody at a verifier, so they are made where waiting takes longer, or for ever. */
function neededRestarts(
  candidates: readonly Candidate[],
  without: readonly Candidate[],
  situation: Situation,
): readonly Candidate[] {
  if (!without.some(({ option }) => option.mechanism === 'remove_key')) return [];
  const before = boundsOf(meansOf(without), situation);
  return candidates.filter((candidate) => {
    if (candidate.option.mechanism !== 'flush_caches') return false;
    const after = boundsOf(meansOf([...without, candidate]), situation);
    return candidate.reaches.some((name) => orderOf(after.get(name)) < orderOf(before.get(name)));
  });
}

/** What these responses do, for the prediction. */
export function meansOf(taken: readonly Candidate[]): Means {
  const entries = new Map<string, Set<ChannelKey>>();
  const restarts = new Map<string, Millis>();
  for (const { option, response, reaches } of taken) {
    const key = namedBy(option.mechanism);
    if (option.phase === 'deny' && response.channel !== null && key !== null) {
      entries.set(response.channel, (entries.get(response.channel) ?? new Set()).add(key));
    }
    if (option.phase === 'flush') for (const name of reaches) restarts.set(name, response.timeout);
  }
  return { ...NOTHING, does: new Set(taken.map(({ option }) => option.mechanism)), entries, restarts };
}

function orderOf(bound: Bound | undefined): number {
  if (bound === undefined || bound === 'unknown') return Number.MAX_VALUE;
  return bound === 'unbounded' ? Infinity : bound;
}

function reachOf({ option }: Candidate): number {
  return REACHES.indexOf(option.reach);
}
