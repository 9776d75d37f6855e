import type { Calibration, Probe } from '../model/drill.ts';
import type { Clock } from '../model/ports.ts';
import type { Prober, Shot, Unit } from './prober.ts';

/** Pause between two tries of the same credential, in milliseconds. */
const RETRY_MS = 250;

/** How the credentials of one arm are presented for calibration. */
export interface CalibrationShots {
  /** Null in the closing check of drills without control tokens. */
  readonly canary: ((unit: Unit, due: number) => Shot) | null;
  /** Control and bystander. */
  readonly welcome: readonly ((unit: Unit, due: number) => Shot)[];
  /** Broken signature and no credential at all. */
  readonly unwelcome: readonly ((unit: Unit, due: number) => Shot)[];
}

/**
 * Finds out whether a unit can be measured: what is good must be accepted and what is bad refused, before anything is
 * contained. A unit that accepts everything is not protected; one that refuses everything cannot show a change.
 *
 * @param patience how long good credentials may take to be accepted, because caches have to learn a new key
 */
export async function calibrateUnit(
  unit: Unit,
  shots: CalibrationShots,
  tools: {
    readonly prober: Prober;
    readonly clock: Clock;
    readonly origin: number;
    readonly patience: number;
    readonly signal: AbortSignal;
  },
): Promise<Calibration> {
  for (const shot of [...(shots.canary === null ? [] : [shots.canary]), ...shots.welcome]) {
    const probe = await untilVerdict(unit, shot, 'accept', tools);
    if (probe === null || probe.verdict === 'unknown')
      return {
        unit: unit.id,
        verdict: 'unreachable',
        why: `${probe?.credential ?? 'a probe'}: ${probe?.reason ?? 'not sent'}`,
      };
    if (probe.verdict === 'reject') {
      const verdict = probe.role === 'canary' ? 'unsteady' : 'indistinguishable';
      return { unit: unit.id, verdict, why: `${probe.credential} is refused before containment (${probe.reason})` };
    }
  }
  for (const shot of shots.unwelcome) {
    const probe = await untilVerdict(unit, shot, 'reject', { ...tools, patience: RETRY_MS * 2 });
    if (probe === null || probe.verdict === 'unknown')
      return {
        unit: unit.id,
        verdict: 'unreachable',
        why: `${probe?.credential ?? 'a probe'}: ${probe?.reason ?? 'not sent'}`,
      };
    if (probe.verdict === 'accept')
      return { unit: unit.id, verdict: 'unprotected', why: `${probe.credential} is accepted` };
  }
  return { unit: unit.id, verdict: 'usable', why: 'good credentials are accepted, bad ones refused' };
}

async function untilVerdict(
  unit: Unit,
  shot: (unit: Unit, due: number) => Shot,
  wanted: 'accept' | 'reject',
  {
    prober,
    clock,
    origin,
    patience,
    signal,
  }: {
    readonly prober: Prober;
    readonly clock: Clock;
    readonly origin: number;
    readonly patience: number;
    readonly signal: AbortSignal;
  },
): Promise<Probe | null> {
  const deadline = clock.monotonic() + patience;
  for (;;) {
    const probe = await prober.fire(shot(unit, clock.monotonic() - origin));
    if (probe?.verdict === wanted || clock.monotonic() + RETRY_MS > deadline) return probe;
    await clock.sleepUntil(clock.monotonic() + RETRY_MS, signal);
  }
}
