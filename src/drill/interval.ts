import type { Interval, ProbeVerdict } from '../model/drill.ts';

/** What the interval algebra needs of a probe: when its bytes left, when the answer was complete, and what it was. */
export interface Observation {
  readonly sent: number;
  readonly received: number;
  readonly verdict: ProbeVerdict;
}

export interface Transition {
  /**
   * The last change from accepted to refused lies in `(lower, upper]`. The server decides somewhere between sent and
   * received, so the last accept bounds from below by when it was sent and the first refusal from above by when it was
   * received. Unknown answers bound nothing.
   */
  readonly interval: Interval;
  /** The first refusal, when there was one. */
  readonly first: Interval | null;
  /** Proven returns to accepting: an accept sent after a refusal was received. Overlapping probes prove nothing. */
  readonly flaps: number;
}

/**
 * Finds the change from accepted to refused in observations made after `from`.
 *
 * @param from the earliest instant at which the change can have happened: the start of containment
 */
export function findTransition(observations: readonly Observation[], from: number): Transition {
  const accepts = observations.filter(({ verdict }) => verdict === 'accept');
  const rejects = observations.filter(({ verdict, received }) => verdict === 'reject' && received > from);
  const lower = Math.max(from, ...accepts.map(({ sent }) => sent));
  const firstReceived = Math.min(Infinity, ...rejects.map(({ received }) => received));
  const flaps = countFlaps(observations, from);
  const lastAcceptReceived = Math.max(-Infinity, ...accepts.map(({ received }) => received));
  const closing = flaps === 0 ? rejects : rejects.filter(({ sent }) => sent >= lastAcceptReceived);
  const upper = Math.min(Infinity, ...closing.map(({ received }) => received));
  return {
    interval: { lower, upper: Number.isFinite(upper) ? upper : 'unbounded' },
    first: Number.isFinite(firstReceived)
      ? {
          lower: Math.max(from, ...accepts.map(({ sent }) => sent).filter((sent) => sent < firstReceived)),
          upper: firstReceived,
        }
      : null,
    flaps,
  };
}

/**
 * Returns to accepting that no overlap of requests can explain: the longest chain of refusals and accepts in which each is
 * sent after the answer to the one before. Taking the earliest answer each time leaves the most room for the next.
 */
function countFlaps(observations: readonly Observation[], from: number): number {
  const earliest = (verdict: ProbeVerdict, after: number): number =>
    Math.min(
      Infinity,
      ...observations
        .filter((seen) => seen.verdict === verdict && seen.received > from && seen.sent > after)
        .map(({ received }) => received),
    );
  let flaps = 0;
  for (let accepted = -Infinity; ; flaps += 1) {
    const refused = earliest('reject', accepted);
    accepted = earliest('accept', refused);
    if (accepted === Infinity) return flaps;
  }
}

/** When a credential that was refused, or never tried, began to work: `(last refusal sent, first accept received]`. */
export function findRecovery(observations: readonly Observation[], from: number): Interval | null {
  const firstAccept = Math.min(
    Infinity,
    ...observations.filter(({ verdict }) => verdict === 'accept').map(({ received }) => received),
  );
  if (!Number.isFinite(firstAccept)) return observations.length === 0 ? null : { lower: from, upper: 'unbounded' };
  const before = observations
    .filter(({ verdict, sent }) => verdict === 'reject' && sent < firstAccept)
    .map(({ sent }) => sent);
  return { lower: Math.max(from, ...before), upper: firstAccept };
}

/** The slowest of several intervals: both ends at their largest. Null when there is none. */
export function slowestInterval(intervals: readonly Interval[]): Interval | null {
  if (intervals.length === 0) return null;
  const uppers = intervals.map(({ upper }) => upper);
  return {
    lower: Math.max(...intervals.map(({ lower }) => lower)),
    upper: uppers.includes('unbounded') ? 'unbounded' : Math.max(...uppers.map(Number)),
  };
}

/** Holds an interval against a limit: three answers, because an interval may straddle it. */
export function judgeInterval({ lower, upper }: Interval, limit: number): 'pass' | 'fail' | 'inconclusive' {
  if (upper !== 'unbounded' && upper <= limit) return 'pass';
  return lower >= limit ? 'fail' : 'inconclusive';
}

/** The same interval counted from another zero. */
export function shiftInterval({ lower, upper }: Interval, zero: number): Interval {
  return { lower: lower - zero, upper: upper === 'unbounded' ? upper : upper - zero };
}
