import type { Probe } from '../model/drill.ts';
import type { ClockSample } from '../model/vantage.ts';

/** Run time minus the time of an agent's clock, in milliseconds: somewhere from lower to upper. */
export interface Offset {
  readonly lower: number;
  readonly upper: number;
}

/**
 * How much two monotonic clocks may drift apart: the kernel slews one by 500 ppm at most (MAXFREQ of adjtimex), and the
 * other may go the other way.
 */
export const MAX_DRIFT = 1e-3;

/** Samples on either side of an instant that are looked at; farther ones are too old to say more. */
const NEIGHBOURS = 16;

/**
 * What one question and its answer say. The question arrived after it had left, and so did the answer, whatever the way
 * took; nothing is assumed about how the time divides between them.
 */
export function offsetOf({ asked, seen, answered, heard }: ClockSample): Offset {
  return { lower: answered - heard, upper: seen - asked };
}

/**
 * The offset at an instant of the agent's clock: what all samples around it leave possible, each wider by what the clocks
 * may have drifted since. Samples that contradict each other, as after a machine slept, leave everything between them.
 *
 * @param samples in the order in which they were taken
 * @returns null without samples
 */
export function offsetAt(samples: readonly ClockSample[], at: number): Offset | null {
  const next = firstAfter(samples, at);
  const near = samples.slice(Math.max(0, next - NEIGHBOURS), next + NEIGHBOURS).map((sample) => widened(sample, at));
  if (near.length === 0) return null;
  const lower = Math.max(...near.map((offset) => offset.lower));
  const upper = Math.min(...near.map((offset) => offset.upper));
  if (lower <= upper) return { lower, upper };
  return {
    lower: Math.min(...near.map((offset) => offset.lower)),
    upper: Math.max(...near.map((offset) => offset.upper)),
  };
}

function widened(sample: ClockSample, at: number): Offset {
  const { lower, upper } = offsetOf(sample);
  const drift = MAX_DRIFT * Math.max(Math.abs(at - sample.asked), Math.abs(at - sample.heard));
  return { lower: lower - drift, upper: upper + drift };
}

/** Index of the first sample that was asked after the instant. */
function firstAfter(samples: readonly ClockSample[], at: number): number {
  let from = 0;
  let to = samples.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((samples[middle]?.asked ?? Infinity) > at) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * A probe of an agent on the clock of the run: sent at the earliest, received at the latest instant that its clock leaves
 * possible, so that every interval made of it still holds the truth.
 *
 * @returns null when nothing is known about the clock
 */
export function onRunClock(probe: Probe, samples: readonly ClockSample[]): Probe | null {
  const sent = offsetAt(samples, probe.sent);
  const received = offsetAt(samples, probe.received);
  if (sent === null || received === null) return null;
  return {
    ...probe,
    due: probe.due + sent.lower,
    sent: probe.sent + sent.lower,
    received: probe.received + received.upper,
  };
}
