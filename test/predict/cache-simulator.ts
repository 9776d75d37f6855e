import type { CacheClass } from '../../src/model/prediction.ts';

/** Caches between an issuer that dropped a key at time zero and a service; all times in seconds. */
export interface Setup {
  readonly cacheClass: CacheClass;
  /** Until the last replica of the issuer has dropped the key; a fetch before that may meet either kind. */
  readonly replicas: number;
  /** Freshness, stale-while-revalidate and stale-if-error of a shared cache; the issuer itself answers when all are zero. */
  readonly edge: number;
  readonly stale: number;
  readonly staleIfError: number;
  /** A second cache in series, which does not tell the age of what it hands out. */
  readonly upstream: number;
  /** Time-to-live or interval of the verifier; for class j the shortest time between two fetches. */
  readonly keys: number;
  /** Share of `keys` that a random delay adds at most, or the period of a timer that looks what is due. */
  readonly jitter: number;
  readonly window: number;
  /** Longest time between two requests at this replica; zero where they come without a pause. */
  readonly gap: number;
  readonly fetch: number;
  readonly lastKnownGood: number;
  readonly propagation: number;
  readonly verdicts: number;
  /** Set where tokens under a new key arrive and the verifier may fetch for them this long after its last fetch. */
  readonly cooldown: number | null;
  /** Nothing can be fetched from time zero on; the old set is then used this long past its time-to-live. */
  readonly outage: boolean;
  readonly staleOnError: number;
  /** Until a deployment has reached the last of ten replicas, for keys that are part of a configuration. */
  readonly deployment: number;
  /** How long a session lives that was made from an accepted token. */
  readonly session: number;
}

export const NOTHING: Omit<Setup, 'cacheClass'> = {
  replicas: 0,
  edge: 0,
  stale: 0,
  staleIfError: 0,
  upstream: 0,
  keys: 0,
  jitter: 0,
  window: 0,
  gap: 0,
  fetch: 0,
  lastKnownGood: 0,
  propagation: 0,
  verdicts: 0,
  cooldown: null,
  outage: false,
  staleOnError: 0,
  deployment: 0,
  session: 0,
};

type Random = () => number;

/** A copy of the key set: whether it still has the old key, and how old it was when it was handed out. */
interface Copy {
  readonly old: boolean;
  readonly age: number;
}

/** Null when the fetch failed. */
type Source = (now: number) => Copy | null;

/** Tokens in use at the same time: a cache of decisions holds each on its own, so one token alone misses the worst case. */
const TOKENS = 10;
export const STEP = 0.5;
/** Shortest time between two fetches that nothing else keeps apart. */
const MOMENT = 0.05;

/**
 * One life of the caches, each at a random point of its own when the key is dropped.
 *
 * @param horizon when to stop looking
 * @returns the moment of the last request that was accepted, by a token or by a session made from one
 */
export function lastAccept(setup: Setup, horizon: number, random: Random): number {
  const verifier =
    setup.cacheClass === 'f' ? configured(setup, random) : verifierOf(setup, sourceOf(setup, random), random);
  const decisions = Array.from({ length: setup.verdicts === 0 ? 1 : TOKENS }, () => ({
    made: -random() * setup.verdicts,
    good: true,
  }));
  let last = 0;
  for (let now = random() * pause(setup, random); now <= horizon; now += pause(setup, random)) {
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
  return last + setup.session;
}

function pause({ gap }: Setup, random: Random): number {
  return gap === 0 ? STEP : Math.max(STEP, gap * random());
}

function sourceOf(setup: Setup, random: Random): Source {
  const issuer: Source = (now) => (setup.outage ? null : { old: now < setup.replicas && random() < 0.5, age: 0 });
  const { edge, stale, staleIfError, upstream } = setup;
  const shared = sharedCache({ fresh: edge, stale, staleIfError }, issuer, random);
  const second = sharedCache({ fresh: upstream, stale: 0, staleIfError: 0 }, shared, random);
  return upstream === 0 ? shared : (now) => withoutAge(second(now));
}

function withoutAge(copy: Copy | null): Copy | null {
  return copy === null ? null : { ...copy, age: 0 };
}

interface Windows {
  readonly fresh: number;
  readonly stale: number;
  readonly staleIfError: number;
}

function sharedCache({ fresh, stale, staleIfError }: Windows, source: Source, random: Random): Source {
  if (fresh + stale + staleIfError === 0) return source;
  let fetched = -random() * (fresh + stale);
  let old = true;
  // Others ask it too, or nobody else does.
  const isBusy = random() < 0.5;
  const askedByOthers = (now: number): void => {
    if (fresh === 0) return;
    for (let at = fetched + fresh; at < now; at = fetched + fresh) {
      const answer = source(at);
      if (answer === null) return;
      fetched = at;
      old = answer.old;
    }
  };
  return (now) => {
    if (isBusy) askedByOthers(now);
    const age = now - fetched;
    const handedOut: Copy = { old, age };
    if (age < fresh) return handedOut;
    // It fetches again; the one who asked gets the stale copy while it may.
    const answer = source(now);
    if (answer === null) return age < fresh + Math.max(stale, staleIfError) ? handedOut : null;
    fetched = now;
    old = answer.old;
    return age < fresh + stale ? handedOut : { old, age: 0 };
  };
}

type Verifier = (now: number) => { readonly at: number; readonly accepted: boolean };

/** Replicas take their new configuration one after the other; the last one is the one that is asked. */
function configured({ deployment }: Setup, random: Random): Verifier {
  const done = Math.max(...Array.from({ length: 10 }, () => random() * deployment));
  return (now) => ({ at: now, accepted: now < done });
}

function verifierOf(setup: Setup, source: Source, random: Random): Verifier {
  const { cacheClass, fetch } = setup;
  if (cacheClass === 'i') {
    return (now) => ({ at: now + fetch, accepted: source(now)?.old ?? false });
  }
  return cachingVerifier(setup, source, random);
}

function cachingVerifier(setup: Setup, source: Source, random: Random): Verifier {
  const { cacheClass, keys, fetch, cooldown, propagation, lastKnownGood, staleOnError } = setup;
  const inBackground = cacheClass === 'b';
  const life = cooldown ?? (Number.isFinite(keys) ? keys : 0);
  // The last fetch before the key was dropped was sent before that, and may have been answered after.
  let arrived = -random() * (life + fetch) + fetch;
  let copy: Copy = cacheClass === 'j' ? { old: true, age: random() * setup.edge } : { old: true, age: 0 };
  const phase = random() * setup.window;
  let due = nextDue();
  /** When the key was gone from the copy in use, and from the one before it. */
  let gone = Number.POSITIVE_INFINITY;
  let failing = Number.POSITIVE_INFINITY;

  /** When the copy is to be fetched again. */
  function nextDue(): number {
    const kept = cacheClass === 'j' ? Math.max(setup.edge - copy.age, keys) : keys * (1 + setup.jitter * random());
    const end = arrived + kept;
    return setup.window === 0 || !Number.isFinite(end)
      ? end
      : Math.ceil((end - phase) / setup.window) * setup.window + phase;
  }
  const adopt = (sent: number): void => {
    const fresh = source(sent);
    if (fresh === null) {
      // It asks again with the next request, or the next tick; what it has is good for so much longer.
      failing = Math.min(failing, due + staleOnError);
      due = sent + STEP;
      return;
    }
    arrived = sent + fetch;
    failing = Number.POSITIVE_INFINITY;
    // A look-up that does not find the key is a failure to class h, and it goes on with what it has.
    copy = cacheClass === 'h' && !fresh.old ? copy : fresh;
    if (copy.old) gone = Number.POSITIVE_INFINITY;
    else if (gone === Number.POSITIVE_INFINITY) gone = arrived + propagation * random() + lastKnownGood;
    due = nextDue();
  };
  const mayFetch = (): number => Math.max(arrived + (cooldown ?? 0), 0);
  /** Fetches that no request of ours waits for: those of the timer, and those for tokens under the new key. */
  const fetchBeside = (now: number): void => {
    if (inBackground) {
      for (let at = due; at <= now; at = due) adopt(Math.max(at, 0));
    }
    if (cooldown === null || setup.outage) return;
    // Tokens under the new key come without a pause, so one is there as soon as it may cause a fetch.
    for (let sent = mayFetch(); copy.old && sent + fetch <= now; sent = Math.max(mayFetch(), sent + MOMENT))
      adopt(sent);
  };
  const holds = (at: number): boolean => at < gone && at < failing;
  return (now) => {
    fetchBeside(now);
    if (inBackground || (cacheClass === 'c' && now < due)) return { at: now, accepted: holds(now) };
    // A request waits for the fetch that is under way.
    if (now < due) return { at: Math.max(now, arrived), accepted: holds(Math.max(now, arrived)) };
    if (cacheClass === 'c') {
      // This request is answered from what is there, and the fetch runs beside it.
      const verdict = { at: now, accepted: holds(now) };
      adopt(now);
      return verdict;
    }
    adopt(now);
    return { at: now + fetch, accepted: now < failing && now + fetch < gone };
  };
}
