import type { KeyGap, KeyName, KeyStep, KeyTimeline } from '../model/history.ts';
import type { KeyFacts } from '../model/key.ts';
import type { Location } from '../model/location.ts';
import type { Observation } from '../model/observation.ts';

const DAY = 86_400_000;

/**
 * Longest absence that lagging replicas explain. In 142 days of polls of an issuer whose replicas disagree, keys came
 * back after up to 48 hours, 123 times; of an issuer that publishes one set, never.
 */
export const LONGEST_FLAP: number = 3 * DAY;

/** Rounds that must miss a key before it counts as removed: one round may have asked a lagging replica only. */
const ROUNDS_TO_BE_SURE = 2;

/** Flaps after which an issuer's replicas are known to disagree. */
const FLAPS_TO_BE_KNOWN = 2;

/** A round that brought at least one set: keys of all replicas together. */
interface Round {
  readonly first: number;
  readonly last: number;
  readonly rounds: number;
  readonly keys: ReadonlyMap<string, readonly KeyFacts[]>;
  readonly at: Location;
}

export interface Timelines {
  readonly keys: readonly KeyTimeline[];
  readonly steps: readonly KeyStep[];
}

/**
 * Follows every key through the rounds. A key is there when any replica served it; a round that brought no set says
 * nothing. So an issuer that answers from replicas of different age loses no key until all of them have lost it.
 */
export function timelinesOf(observations: readonly Observation[]): Timelines {
  const rounds = roundsOf(observations);
  const materials = new Set(rounds.flatMap(({ keys }) => [...keys.keys()]));
  const traced = [...materials].map((material) => trace(material, rounds));
  const flaps = traced.flatMap(({ gaps }) => gaps).filter(({ kind }) => kind === 'flap').length;
  const end = rounds.at(-1)?.last ?? 0;
  const keys = traced
    .map((line): KeyTimeline => ({ ...line, isRemoved: isRemoved(line, end, flaps >= FLAPS_TO_BE_KNOWN) }))
    .sort((a, b) => a.first - b.first || (a.material < b.material ? -1 : 1));
  return { keys, steps: stepsOf(keys, rounds) };
}

/** What makes two entries the same key: padding and leading zeros make no other. Null for broken and symmetric keys. */
export function materialOf({ modulusHex, thumbprint }: KeyFacts): string | null {
  const material = modulusHex ?? thumbprint;
  return material === '' ? null : material;
}

function roundsOf(observations: readonly Observation[]): readonly Round[] {
  const answered = observations.filter(({ sets }) => sets.length > 0);
  return answered.map(({ first, last, rounds, sets, at }, index) => {
    const next = answered[index + 1];
    const keys = new Map<string, KeyFacts[]>();
    for (const key of sets.flatMap((set) => set.keys)) {
      const material = materialOf(key);
      if (material === null) continue;
      const same = keys.get(material);
      if (same === undefined) keys.set(material, [key]);
      else if (!same.some(({ kid }) => kid === key.kid)) same.push(key);
    }
    // A recording of changes was polled in between, or it could not tell when the next change came.
    const isHeld = last === null && next !== undefined;
    return {
      first,
      last: last ?? next?.first ?? first,
      rounds: isHeld ? Math.max(rounds, ROUNDS_TO_BE_SURE) : rounds,
      keys,
      at,
    };
  });
}

type Traced = Omit<KeyTimeline, 'isRemoved'>;

function trace(material: string, rounds: readonly Round[]): Traced {
  const begin = rounds.findIndex(({ keys }) => keys.has(material));
  const found = rounds[begin];
  const key = found?.keys.get(material)?.[0];
  if (found === undefined || key === undefined) throw new Error('a key is traced through the rounds it came from');
  const names = new Map<string, KeyName>();
  const gaps: KeyGap[] = [];
  let latest = key;
  let last = found.last;
  let missing: { readonly from: number; rounds: number } | null = null;
  for (const round of rounds.slice(begin)) {
    const here = round.keys.get(material);
    if (here === undefined) {
      missing ??= { from: round.first, rounds: 0 };
      missing.rounds += round.rounds;
      continue;
    }
    if (missing !== null) gaps.push(gapOf(missing, round));
    missing = null;
    latest = here[0] ?? latest;
    last = round.last;
    // By name, so that the order in which a set lists its keys, which a recording may change, tells nothing.
    for (const { kid, at } of [...here].sort(byKid)) {
      if (kid !== null && !names.has(kid)) names.set(kid, { kid, first: round.first, at });
    }
  }
  return {
    material,
    names: [...names.values()],
    key: latest,
    first: found.first,
    absentAt: rounds[begin - 1]?.last ?? null,
    last,
    goneSince: missing?.from ?? null,
    roundsGone: missing?.rounds ?? 0,
    gaps,
    at: key.at,
  };
}

function byKid({ kid: a }: KeyFacts, { kid: b }: KeyFacts): number {
  return a === b ? 0 : (a ?? '') < (b ?? '') ? -1 : 1;
}

function gapOf({ from, rounds }: { readonly from: number; readonly rounds: number }, back: Round): KeyGap {
  const isShort = back.first - from <= LONGEST_FLAP || rounds < ROUNDS_TO_BE_SURE;
  return { from, to: back.first, rounds, kind: isShort ? 'flap' : 'return', at: back.at };
}

function isRemoved({ goneSince, roundsGone }: Traced, end: number, isFlapping: boolean): boolean {
  if (goneSince === null) return false;
  return roundsGone >= ROUNDS_TO_BE_SURE && (!isFlapping || end - goneSince > LONGEST_FLAP);
}

/** Changes of the published keys. A flap is no change; a key that is missing for now is still there. */
function stepsOf(keys: readonly KeyTimeline[], rounds: readonly Round[]): readonly KeyStep[] {
  const isThere = ({ first, goneSince, isRemoved, gaps }: KeyTimeline, time: number): boolean =>
    time >= first &&
    !(isRemoved && goneSince !== null && time >= goneSince) &&
    !gaps.some(({ kind, from, to }) => kind === 'return' && time >= from && time < to);
  const steps: KeyStep[] = [];
  for (const [index, round] of rounds.entries()) {
    const before = rounds[index - 1];
    if (before === undefined) continue;
    const was = keys.filter((key) => isThere(key, before.first));
    const is = keys.filter((key) => isThere(key, round.first));
    const added = is.filter((key) => !was.includes(key));
    const removed = was.filter((key) => !is.includes(key));
    if (added.length + removed.length === 0) continue;
    const kept = is.filter((key) => was.includes(key));
    steps.push({ time: round.first, before: before.last, added, removed, kept, at: round.at });
  }
  return steps;
}
