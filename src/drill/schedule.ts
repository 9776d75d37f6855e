import type { DrillSpec } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import type { Random } from '../model/ports.ts';

export type Pace = Pick<DrillSpec['observe'], 'minGap' | 'maxGap' | 'relative' | 'jitter'>;

/**
 * The gap to the next probe, before jitter. It grows with the time since containment, so that the relative error of the
 * result stays the same: the past cannot be looked at again.
 */
export function gapAt(elapsed: number, pace: Pace): number {
  return Math.min(pace.maxGap, Math.max(pace.minGap, pace.relative * Math.max(0, elapsed)));
}

/** The pace of an arm: the sparse one uses the widest gap all the time. */
export function paceOf(pace: Pace, arm: Arm): Pace {
  return arm === 'sparse' ? { ...pace, minGap: pace.maxGap } : pace;
}

/** The widest gap that the schedule leaves between two neighbours at this point, jitter included. */
export function widestGapAt(elapsed: number, pace: Pace): number {
  return gapAt(elapsed, pace) * (1 + pace.jitter);
}

/**
 * Absolute deadlines of one stream of probes, in milliseconds. Probes are sent at these instants whatever happened to
 * the ones before: a slow answer must not thin out the measurement.
 *
 * @param from first deadline; streams are staggered by the caller
 * @param zero start of containment, from which the gap grows
 * @param exactly extra deadlines, for example the objective and the predicted bound
 */
export function* deadlines(
  from: number,
  zero: number,
  until: number,
  options: { readonly pace: Pace; readonly random: Random; readonly exactly: readonly number[] },
): Generator<number> {
  const { pace, random } = options;
  const extra = options.exactly.filter((at) => at > from && at < until).toSorted((a, b) => a - b);
  let due = from;
  while (due < until) {
    const next = extra[0];
    if (next !== undefined && next <= due) {
      extra.shift();
      yield next;
      continue;
    }
    yield due;
    const gap = gapAt(due - zero, pace);
    due += gap * (1 + pace.jitter * (2 * random.next() - 1));
  }
}

/** A hard limit under the scheduler: tokens refill at the rate and never exceed one second's worth. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #refilledAt: number;

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#refilledAt = now;
  }

  /** Takes one token; false when there is none, then the probe must not be sent. */
  take(now: number): boolean {
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#refilledAt) / 1000) * this.#perSecond);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
