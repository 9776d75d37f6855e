import type { CacheClass } from '../../src/model/prediction.ts';

/** Caches between an issuer that dropped a key at time zero and a service, in seconds. */
export interface Setup {
  readonly cacheClass: Extract<CacheClass, 'a' | 'b' | 'd' | 'e' | 'h' | 'i' | 'j'>;
  /** Freshness and stale-while-revalidate of a shared cache; the issuer itself answers when both are zero. */
  readonly edge: number;
  readonly stale: number;
  /** Time-to-live or interval of the verifier; for class j the shortest time between two fetches. */
  readonly keys: number;
  readonly fetch: number;
  readonly verdicts: number;
  /** Set where tokens under a new key arrive and the verifier may fetch for them this long after its last fetch. */
  readonly cooldown: number | null;
}

/** A copy of the key set: whether it still has the old key, and how old it was when it was handed out. */
interface Copy {
  readonly old: boolean;
  readonly age: number;
}

/** Tokens in use at the same time: a cache of decisions holds each on its own, so one token alone misses the worst case. */
const TOKENS = 10;
const STEP = 0.5;

/**
 * One life of the caches, each at a random point of its own when the key is dropped; requests come without a pause.
 *
 * @param horizon when to stop looking
 * @returns the moment of the last request that was accepted
 */
export function lastAccept(setup: Setup, horizon: number, random: () => number): number {
  const edge = edgeOf(setup, random);
  const verifier = verifierOf(setup, edge, random);
  const decisions = Array.from({ length: setup.verdicts === 0 ? 1 : TOKENS }, () => ({
    made: -random() * setup.verdicts,
    good: true,
  }));
  const offset = random() * STEP;
  let last = 0;
  for (let now = offset; now <= horizon; now += STEP) {
    for (const decision of decisions) {
      let answered = now;
      if (now - decision.made >= setup.verdicts) {
        const verdict = verifier(now);
        answered = verdict.at;
        decision.made = verdict.at;
        decision.good = verdict.accepted;
      }
      if (decision.good) last = Math.max(last, answered);
    }
  }
  return last;
}

type Edge = (now: number) => Copy;

function edgeOf({ edge, stale }: Setup, random: () => number): Edge {
  let fetched = -random() * (edge + stale);
  let old = edge + stale > 0;
  return (now) => {
    const age = now - fetched;
    const handedOut: Copy = { old, age };
    if (age < edge) return handedOut;
    // It fetches again; the one who asked gets the stale copy while it may.
    fetched = now;
    old = false;
    return age < edge + stale ? handedOut : { old: false, age: 0 };
  };
}

type Verifier = (now: number) => { readonly at: number; readonly accepted: boolean };

function verifierOf(setup: Setup, edge: Edge, random: () => number): Verifier {
  const { cacheClass, keys, fetch, cooldown } = setup;
  if (cacheClass === 'i') return (now) => ({ at: now + fetch, accepted: edge(now).old });
  const life = cooldown ?? (Number.isFinite(keys) ? keys : 0);
  // The last fetch before the key was dropped was sent before that, and may have been answered after.
  let arrived = -random() * (life + fetch) + fetch;
  let copy: Copy = cacheClass === 'j' ? { old: true, age: random() * setup.edge } : { old: true, age: 0 };
  let kept = keptFor(setup, copy);
  const adopt = (sent: number): void => {
    const fresh = edge(sent);
    arrived = sent + fetch;
    // A look-up that does not find the key is a failure to class h, and it goes on with what it has.
    copy = cacheClass === 'h' && !fresh.old ? copy : fresh;
    kept = keptFor(setup, copy);
  };
  /** Fetches that no request of ours waits for: those of the timer, and those for tokens under the new key. */
  const fetchBeside = (now: number): void => {
    if (cacheClass === 'b') for (let due = arrived + kept; due <= now; due = arrived + kept) adopt(due - fetch);
    if (cooldown === null) return;
    // Tokens under the new key come without a pause, so one is there as soon as it may cause a fetch.
    for (let sent = mayFetch(); copy.old && sent + fetch <= now; sent = mayFetch()) adopt(sent);
  };
  const mayFetch = (): number => Math.max(arrived + (cooldown ?? 0), 0);
  return (now) => {
    fetchBeside(now);
    if (cacheClass === 'b' || now < arrived + kept) return { at: now, accepted: copy.old };
    adopt(now);
    return { at: arrived, accepted: copy.old };
  };
}

function keptFor({ cacheClass, keys, edge }: Setup, { age }: Copy): number {
  return cacheClass === 'j' ? Math.max(edge - age, keys) : keys;
}
