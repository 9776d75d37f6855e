import type { Observation, Transition } from './interval.ts';

/** Error that a "95 %" statement about a pool allows. */
export const POOL_ALPHA = 0.05;

/** What is known of a pool whose replicas cannot be told apart. */
export interface OpaquePool {
  /** How many there are; null when nobody says. */
  readonly replicas: number | null;
  /** Probability of a wrong statement that is allowed, 0 to 1. */
  readonly alpha: number;
}

export interface PoolTransition extends Transition {
  /** Refusals that were sent after the last accept was received. */
  readonly trailing: number;
  /** As many as the statement needs; null when the number of replicas is unknown. */
  readonly needed: number | null;
  /** Probes after the last accept that brought no answer. */
  readonly unanswered: number;
  /** Largest share of requests that may still reach a replica that accepts, 0 to 1. */
  readonly acceptingShare: number;
}

/**
 * Refusals after the last accept until the slowest of the replicas is ruled out, when each request reaches any of them
 * with the same probability: `(1 - 1/R)^k <= alpha`. Valid only where probing goes on to an end that was fixed before.
 */
export function rejectsNeeded(replicas: number, alpha: number): number {
  return Math.max(1, Math.ceil(Math.log(alpha) / Math.log1p(-1 / replicas)));
}

/**
 * The same for probing that may end as soon as they are in: every one of so many probes is then a chance to end too early,
 * so they share the error (`alpha / probes` each, Bonferroni).
 *
 * @param probes most probes that the observation can have, decided before it begins
 */
export function rejectsNeededToStop(replicas: number, probes: number, alpha: number): number {
  return rejectsNeeded(replicas, alpha / Math.max(1, probes));
}

/**
 * Largest share of requests that can still be accepted after so many refusals in a row, at one minus alpha: about three
 * in n for 95 %. One when there were none.
 */
export function acceptingShareBound(trailing: number, alpha: number): number {
  return trailing === 0 ? 1 : 1 - alpha ** (1 / trailing);
}

/**
 * When the last replica of a pool changed from accepting to refusing. One refusal shows nothing, because it may come from
 * any replica: the change lies between the last accept sent and the k-th refusal after it, with the confidence that k was
 * chosen for. Returns to accepting cannot be told from other replicas, so none are reported.
 *
 * @param observations all that were made up to an end that did not depend on them
 * @param from the earliest instant at which the change can have happened
 */
export function findPoolTransition(
  observations: readonly Observation[],
  from: number,
  pool: OpaquePool,
): PoolTransition {
  const { rejects, unanswered, lower } = trailOf(observations, from);
  const needed = pool.replicas === null ? null : rejectsNeeded(pool.replicas, pool.alpha);
  const closing = needed === null || hidesReplica(rejects.length, unanswered, pool) ? undefined : rejects[needed - 1];
  const firstRefusal = Math.min(
    Infinity,
    ...observations.filter(({ verdict, received }) => verdict === 'reject' && received > from).map(received),
  );
  return {
    interval: { lower, upper: closing ?? 'unbounded' },
    // An accept by one replica says nothing about when another began to refuse.
    first: Number.isFinite(firstRefusal) ? { lower: from, upper: firstRefusal } : null,
    flaps: 0,
    trailing: rejects.length,
    needed,
    unanswered,
    acceptingShare: acceptingShareBound(rejects.length, pool.alpha),
  };
}

/**
 * Whether probing of a pool may end now, before its fixed end. Never when the number of replicas is unknown.
 *
 * @param probes most probes that the observation can have, decided before it begins
 */
export function mayStopPool(
  observations: readonly Observation[],
  from: number,
  pool: OpaquePool & { readonly probes: number },
): boolean {
  if (pool.replicas === null) return false;
  const { rejects, unanswered } = trailOf(observations, from);
  if (hidesReplica(rejects.length, unanswered, pool)) return false;
  return rejects.length >= rejectsNeededToStop(pool.replicas, pool.probes, pool.alpha);
}

/** What came after the last accept: instants of refusals in the order in which they were received. */
function trailOf(
  observations: readonly Observation[],
  from: number,
): { readonly rejects: readonly number[]; readonly unanswered: number; readonly lower: number } {
  const accepts = observations.filter(({ verdict }) => verdict === 'accept');
  const lower = Math.max(from, ...accepts.map(({ sent }) => sent));
  // Only what was sent after the last accept was received was surely decided after it.
  const settled = Math.max(from, ...accepts.map(received));
  const after = observations.filter(({ sent }) => sent >= settled);
  return {
    rejects: after
      .filter(({ verdict }) => verdict === 'reject')
      .map(received)
      .toSorted((a, b) => a - b),
    unanswered: after.filter(({ verdict }) => verdict === 'unknown').length,
    lower,
  };
}

/** As many lost answers as one replica gets requests could be one replica that never answers. */
function hidesReplica(rejects: number, unanswered: number, { replicas }: OpaquePool): boolean {
  return replicas !== null && unanswered > 0 && unanswered * replicas >= rejects + unanswered;
}

function received(observation: Observation): number {
  return observation.received;
}
