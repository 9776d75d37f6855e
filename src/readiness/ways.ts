/**
 * Which responses reach which verifiers here, and how soon: what each mechanism does, joined with the channels that the
 * inventory declares and with the alternatives that the prediction is made of.
 */
import type { Mechanism } from '../model/mechanism.ts';
import type { ChannelDeclaration, ResponseDeclaration } from '../model/inventory.ts';
import type { Scenario } from '../model/policy.ts';
import type { BoundTree } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { maxBound, minBound, sumBounds } from '../model/quantity.ts';
import type { ResponseOption } from '../response/response-options.ts';
import { responseOptions } from '../response/response-options.ts';
import type { Concerned } from './input.ts';

/** One verifier that a response reaches. */
export interface Reached {
  readonly one: Concerned;
  /** Longest time until what leaked is refused there; null where no prediction is made of this way. */
  readonly bound: Bound | null;
  /** Channels that carry it there; empty for what needs none. */
  readonly channels: readonly string[];
  /** What `firebreak incident contain` runs for it; empty where a person does it. */
  readonly responses: readonly ResponseDeclaration[];
}

/** One response as it is available here. */
export interface Way {
  readonly option: ResponseOption;
  readonly reached: readonly Reached[];
  readonly missed: readonly Concerned[];
  /** Worst over those that it reaches; null where nothing is predicted of it. */
  readonly within: Bound | null;
}

/** Parts of predictions, by the words that predictions have for them. */
const TREE_PARTS: Readonly<Partial<Record<Mechanism, readonly string[]>>> = {
  remove_key: ['key removed from the key set', 'key removed by deployment'],
  replace_secret: ['secret replaced by deployment'],
  flush_caches: ['every replica restarted'],
  revoke_family: ['the refresh token is dead'],
  block_client: ['the issuer refuses the client'],
  rotate_client_secret: ['the issuer refuses the client'],
  end_session: ['the session ends at the issuer'],
};

/** Done at the issuer, whatever verifiers are like. */
const AT_ISSUER: readonly Mechanism[] = [
  'revoke_family',
  'end_session',
  'block_client',
  'rotate_client_secret',
  'rotate_key',
  'emergency_lifetime',
];

/** Whether a list can hold a cut-off shows only in a response that makes one. */
const CUT_OFFS: readonly Mechanism[] = ['cut_off_subject', 'cut_off_client', 'cut_off_all'];

/** Everything that does something about a leak here, in the order in which it is done. */
export function waysFor(scenario: Scenario, concerned: readonly Concerned[]): readonly Way[] {
  return responseOptions(scenario)
    .filter(({ effect }) => effect !== 'nothing')
    .map((option) => wayOf(option, concerned));
}

function wayOf(option: ResponseOption, concerned: readonly Concerned[]): Way {
  const reached = concerned.flatMap((one): Reached | readonly Reached[] => {
    const place = reachedBy(option, one);
    return place === null ? [] : { ...place, responses: responsesTo(option, one, place.channels) };
  });
  const bounds = reached.flatMap(({ bound }) => (bound === null ? [] : [bound]));
  return {
    option,
    reached,
    missed: concerned.filter((one) => !reached.some((each) => each.one === one)),
    within: bounds.length === 0 ? null : maxBound(bounds),
  };
}

function reachedBy(option: ResponseOption, one: Concerned): Omit<Reached, 'responses'> | null {
  const { mechanism } = option;
  const { tree, cacheClass } = one.prediction;
  const parts = TREE_PARTS[mechanism] ?? [];
  if (AT_ISSUER.includes(mechanism)) {
    const part = partsOf(tree, (label) => parts.includes(label))[0];
    return { one, bound: part?.value ?? null, channels: [] };
  }
  if (isCarried(option)) {
    const channels = carriersOf(option, one);
    if (channels.length === 0) return null;
    if (
      CUT_OFFS.includes(mechanism) &&
      responsesTo(
        option,
        one,
        channels.map(({ name }) => name),
      ).length === 0
    )
      return null;
    const labels = channels.map(({ type, name }) => `${type} "${name}"`);
    const bound = CUT_OFFS.includes(mechanism) ? null : boundBy(tree, (label) => labels.includes(label));
    return { one, bound, channels: channels.map(({ name }) => name) };
  }
  if (mechanism === 'purge_sessions') return hasSessions(tree) ? { one, bound: null, channels: [] } : null;
  if (mechanism === 'replace_secret' && cacheClass !== 'f') return null;
  return { one, bound: boundBy(tree, (label) => parts.includes(label)), channels: [] };
}

/** Responses that the inventory declares for this mechanism at this verifier. */
function responsesTo(
  { mechanism }: ResponseOption,
  { verifier, inventory }: Concerned,
  channels: readonly string[],
): readonly ResponseDeclaration[] {
  return (inventory.responses ?? []).filter(
    ({ does, issuer, verifiers, channel }) =>
      does.includes(mechanism) &&
      (issuer === null || issuer === verifier.issuer) &&
      (verifiers === null || verifiers.includes(verifier.name)) &&
      (channel === null || channels.length === 0 || channels.includes(channel)),
  );
}

/** Places where a person must do it, because no response is declared. */
export function byHand({ reached }: Way): readonly Reached[] {
  return reached.filter(({ responses }) => responses.length === 0);
}

/** Whether something must be told to verifiers through a channel. */
function isCarried({ key, mechanism }: ResponseOption): boolean {
  return key !== null || mechanism === 'cut_off_all' || mechanism === 'revoke_token';
}

function carriersOf(
  { key, carriers }: ResponseOption,
  { verifier, inventory }: Concerned,
): readonly ChannelDeclaration[] {
  const used = verifier.channels.map(({ channel }) => channel);
  return inventory.channels.filter(
    ({ name, type, keys }) => used.includes(name) && carriers.includes(type) && (key === null || keys.includes(key)),
  );
}

/** Sessions that outlive tokens show as an addend of their own. */
function hasSessions(tree: BoundTree): boolean {
  if (tree.op === 'addend') return tree.addend.symbol === 'S' && tree.value !== 0;
  return tree.terms.some(hasSessions);
}

function partsOf(tree: BoundTree, isPart: (label: string) => boolean): readonly BoundTree[] {
  if (tree.op === 'addend') return [];
  return isPart(tree.label) ? [tree] : tree.terms.flatMap((term) => partsOf(term, isPart));
}

/** The bound of a tree if of its alternatives only those count that have such a part; null where none has. */
export function boundBy(tree: BoundTree, isPart: (label: string) => boolean): Bound | null {
  return partsOf(tree, isPart).length === 0 ? null : forced(tree, isPart);
}

function forced(tree: BoundTree, isPart: (label: string) => boolean): Bound {
  if (tree.op === 'addend') return tree.value;
  if (tree.op === 'sum') return sumBounds(tree.terms.map((term) => forced(term, isPart)));
  if (tree.op === 'max') return maxBound(tree.terms.map((term) => forced(term, isPart)));
  const chosen = tree.terms.filter((term) => partsOf(term, isPart).length > 0);
  // Alternatives elsewhere in the tree are another matter: of them the fastest counts as before.
  return chosen.length === 0 ? tree.value : minBound(chosen.map((term) => forced(term, isPart)));
}

/** The narrowest way that refuses what is out there at as many verifiers as any other, short of everybody's tokens. */
export function bestWay(ways: readonly Way[]): Way | null {
  const able = ways.filter(
    ({ option, reached }) =>
      option.phase === 'deny' && option.reach !== 'issuer' && refuses(option) && reached.length > 0,
  );
  const most = Math.max(0, ...able.map(({ reached }) => reached.length));
  return able.find(({ reached }) => reached.length === most) ?? null;
}

function refuses({ effect }: ResponseOption): boolean {
  return effect === 'ends' || effect === 'ends_tokens';
}

/** Whether some response reaches a verifier, other than waiting until tokens expire or taking the key from everybody. */
export function answeredBy(ways: readonly Way[], one: Concerned): boolean {
  if (one.isRestarted) return true;
  return ways.some(
    ({ option, reached }) =>
      refuses(option) &&
      !isLastResort(option) &&
      reached.some((each) => each.one === one && each.bound !== 'unbounded'),
  );
}

/** One token is refused by itself; taking the key away from everybody is for when that does not hold. */
export function isLastResort({ scenario, phase }: ResponseOption): boolean {
  return scenario === 'access_token' && phase === 'replace';
}

/** Whether the inventory declares any response that does something about it, so that a plan has steps. */
export function isPlanned(ways: readonly Way[]): boolean {
  return ways.some(({ reached }) => reached.some(({ responses }) => responses.length > 0));
}
