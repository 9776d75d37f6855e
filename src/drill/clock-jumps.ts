import type { Clock } from '../model/ports.ts';
import type { DrillFinding, JournalLine } from '../model/drill.ts';
import { fromTimestamp } from '../model/instant.ts';

/** NTP corrects small errors by slewing at most 0.5 ms a second; what is larger than this was set. In milliseconds. */
const JUMP_MS = 1000;

/** A moment at which the wall clock was set while a run went on. */
export interface ClockJump {
  /** Run time, in milliseconds. */
  readonly t: number;
  /** What the clock showed afterwards, RFC 3339. */
  readonly at: string;
  /** Forward is positive; milliseconds. */
  readonly by: number;
}

/**
 * Finds jumps of the wall clock: every line of a journal carries both clocks, and only the wall clock can be set. Lines of
 * a recovery count from another beginning and are left out.
 */
export function clockJumps(lines: readonly JournalLine[]): readonly ClockJump[] {
  const end = lines.findIndex(({ event }) => event.type === 'recover');
  const jumps: ClockJump[] = [];
  let offset: number | null = null;
  for (const { t, at } of end < 0 ? lines : lines.slice(0, end)) {
    const wall = fromTimestamp(at);
    if (wall === null) continue;
    const now = wall - t;
    if (offset !== null && Math.abs(now - offset) >= JUMP_MS) jumps.push({ t, at, by: Math.round(now - offset) });
    offset = now;
  }
  return jumps;
}

/** Jumps as a finding: times of the run are right, times that tokens carry may not be. */
export function jumpFindings(jumps: readonly ClockJump[]): readonly DrillFinding[] {
  return jumps.map(({ t, at, by }) => ({
    rule: 'drill/clock-jump',
    severity: 'warning',
    unit: null,
    arm: null,
    message: `the clock of this machine was set ${(Math.abs(by) / 1000).toFixed(1)} s ${by > 0 ? 'forward' : 'back'} after ${(t / 1000).toFixed(1)} s, to ${at}; measured times are not touched, but tokens may have been too old or too young for verifiers`,
    at: null,
  }));
}

/**
 * A clock whose wall time never goes back and never falls behind the monotonic one, for judging by the age of tokens: a
 * refusal must never pass as revocation because the clock was set back.
 */
export function cautiousClock(clock: Clock, begun: { readonly wall: number; readonly origin: number }): Clock {
  return { ...clock, wall: () => Math.max(clock.wall(), begun.wall + clock.monotonic() - begun.origin) };
}
