/** What ends tokens that a thief holds, and what hides that it did; all times in seconds from the decision to act. */
export interface TokenSetup {
  /** The thief mints with a refresh token, a client or a session until the issuer refuses it; else one token leaked. */
  readonly mints: boolean;
  readonly replicas: number;
  readonly reuseGrace: number;
  readonly lifetime: number;
  readonly leeway: number;
  readonly list: {
    readonly interval: number;
    readonly storeLag: number;
    readonly fetch: number;
    readonly notRevoked: number;
    /** Told instead of asked, and every second message is lost; `interval` is then the time between two full reads. */
    readonly pushed: boolean;
  } | null;
  readonly introspection: { readonly cached: number; readonly fetch: number } | null;
  /** Decisions that a gateway in front remembers. */
  readonly verdicts: number;
  readonly session: number;
}

export const TOKEN: TokenSetup = {
  mints: false,
  replicas: 0,
  reuseGrace: 0,
  lifetime: 60,
  leeway: 0,
  list: null,
  introspection: null,
  verdicts: 0,
  session: 0,
};

/** The largest difference of clocks that predictions count with: docs/concepts.md#addends. */
const CLOCKS = 1;
const STEP = 0.5;
/** Requests from several places, each with its own phase of every cache. */
const PLACES = 8;

type Random = () => number;

/** @returns the moment of the last request that was accepted, by a token or by a session made from one */
export function lastTokenAccept(setup: TokenSetup, horizon: number, random: Random): number {
  const refusedAt = setup.mints ? random() * setup.replicas + setup.reuseGrace : 0;
  // The last one the thief could get, or one that was issued some time ago.
  const minted = setup.mints ? refusedAt * random() : -random() * setup.lifetime;
  const expires = minted + setup.lifetime + setup.leeway + random() * CLOCKS;
  // Gateways in front of one verifier share its list; verifiers have one each.
  const shared = random() < 0.5 ? listOf(setup, random) : null;
  const places = Array.from({ length: PLACES }, () =>
    placeOf(setup, { expires, isListed: shared ?? listOf(setup, random) }, random),
  );
  let last = 0;
  for (let now = random() * STEP; now <= horizon; now += STEP) {
    for (const accept of places) last = Math.max(last, accept(now));
  }
  return last + setup.session;
}

/** A place where requests are answered: the moment of an acceptance, or a moment that is past anyway. */
function placeOf(
  setup: TokenSetup,
  { expires, isListed }: { readonly expires: number; readonly isListed: (now: number) => boolean },
  random: Random,
): (now: number) => number {
  const isRevoked = introspectionOf(setup, random);
  let decided = -random() * setup.verdicts;
  let good = true;
  return (now) => {
    if (now - decided < setup.verdicts) return good ? now : 0;
    const answer = isRevoked(now);
    decided = answer.at;
    // Expiry and list are looked at last, so that nothing a request waits for comes between it and the answer.
    good = answer.at < expires && !answer.revoked && !isListed(answer.at);
    return good ? answer.at : 0;
  };
}

function listOf({ list }: TokenSetup, random: Random): (now: number) => boolean {
  if (list === null) return () => false;
  const stored = random() * list.storeLag;
  const phase = random() * list.interval;
  const nextRead = list.interval === 0 ? stored : phase + Math.ceil((stored - phase) / list.interval) * list.interval;
  const isTold = list.pushed && random() < 0.5;
  const known = (isTold ? stored : nextRead) + random() * list.fetch;
  let asked = -random() * list.notRevoked;
  return (now) => {
    if (now - asked < list.notRevoked) return false;
    if (now >= known) return true;
    asked = now;
    return false;
  };
}

interface Answer {
  readonly at: number;
  readonly revoked: boolean;
}

function introspectionOf({ introspection, replicas }: TokenSetup, random: Random): (now: number) => Answer {
  if (introspection === null) return (now) => ({ at: now, revoked: false });
  let answered = -random() * introspection.cached + introspection.fetch * random();
  let revoked = false;
  return (now) => {
    if (now - answered < introspection.cached) return { at: Math.max(now, answered), revoked };
    revoked = !(now < replicas && random() < 0.5);
    answered = now + introspection.fetch * random();
    return { at: answered, revoked };
  };
}
