import { attribute } from '../drill/attribution.ts';
import { findRecovery, findTransition, shiftInterval, slowestInterval } from '../drill/interval.ts';
import type { PlannedUnit } from '../drill/plan.ts';
import type { Calibration, Interval, Probe } from '../model/drill.ts';
import type { UnitProof } from '../model/incident-proof.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound } from '../model/quantity.ts';

export interface UnitEvidence {
  readonly unit: PlannedUnit;
  readonly probes: readonly Probe[];
  /** The closing check with a fresh token, a broken signature and no token; null before it. */
  readonly closing: Calibration | null;
  /** Start of containment in run time; negative when it was before the run. */
  readonly from: number;
  /** Wall clock at the zero of run time. */
  readonly zero: number;
  readonly predicted: Bound;
  /** True when a canary stands for what leaked: that it was accepted says nothing about when the leaked one was not. */
  readonly isCanary?: boolean;
}

/** What one unit showed, by the same intervals that drills measure. */
export function judgeUnitProof(evidence: UnitEvidence): UnitProof {
  const { unit, probes, closing, from, zero, predicted } = evidence;
  const leaked = probes.filter(({ role }) => role === 'canary');
  const fresh = probes.filter(({ role }) => role === 'control');
  const seen = findTransition(leaked, from).interval;
  const proven = firstProven(seen, probes);
  const best = proven ?? seen;
  const interval = evidence.isCanary === true ? { lower: from, upper: best.upper } : best;
  const recovery = findRecovery(fresh, from);
  const state = stateOf(interval, { probes, closing, isProven: proven !== null });
  const toWall = (inRun: Interval): Interval => shiftInterval(inRun, -zero);
  return {
    unit: unit.id,
    verifier: unit.verifier,
    ...state,
    contained: leaked.some(({ verdict }) => verdict !== 'unknown') ? toWall(interval) : null,
    recovered: recovery === null ? null : toWall(recovery),
    probes: { accept: count(leaked, 'accept'), reject: count(leaked, 'reject'), unknown: count(leaked, 'unknown') },
    predicted,
    model: modelOf(shiftInterval(interval, from), predicted, state.state),
  };
}

/** Refusals that are looked at for one that counts; more of them would say the same. */
const MOST_REFUSALS = 200;

/**
 * The interval up to the first refusal at which a fresh token was accepted. Earlier refusals may have been an outage, as
 * of a verifier that restarts; a later upper end is true all the same.
 */
function firstProven({ lower, upper }: Interval, probes: readonly Probe[]): Interval | null {
  if (upper === 'unbounded') return null;
  const proven = probes
    .filter(({ role, verdict, received }) => role === 'canary' && verdict === 'reject' && received >= upper)
    .toSorted((a, b) => a.received - b.received)
    .slice(0, MOST_REFUSALS)
    .find(({ received }) => attribute({ lower, upper: received }, probes) === 'revocation');
  return proven === undefined ? null : { lower, upper: proven.received };
}

function stateOf(
  interval: Interval,
  { probes, closing, isProven }: Pick<UnitEvidence, 'probes' | 'closing'> & { readonly isProven: boolean },
): Pick<UnitProof, 'state' | 'why'> {
  const leaked = probes.filter(({ role }) => role === 'canary');
  const last = leaked.findLast(({ verdict }) => verdict !== 'unknown');
  const expired = leaked.some(({ reason }) => reason === 'expired');
  if (last?.verdict === 'accept') return { state: 'open', why: 'still accepted when the observation ended' };
  if (interval.upper === 'unbounded') {
    if (expired) return { state: 'expired', why: 'its time is over: a refusal says nothing about what was done' };
    const reasons = [...new Set(leaked.map(({ reason }) => reason))];
    return { state: 'unproven', why: reasons.length === 0 ? 'not probed' : `no clear answer: ${reasons.join(', ')}` };
  }
  const isCollateral = !isProven && attribute(interval, probes) === 'collateral';
  if (isCollateral)
    return { state: 'unproven', why: 'a fresh token is refused too: everything is, or users are locked out' };
  if (!isProven) return { state: 'unproven', why: 'no fresh token was accepted at that moment: it may be an outage' };
  if (closing !== null && closing.verdict !== 'usable') {
    return { state: 'unproven', why: `it does not tell good from bad: ${closing.why}` };
  }
  return { state: 'contained', why: 'refused, while a fresh token is accepted' };
}

/** Whether a unit needs no further probes: refused for a while, in a way that counts. */
export function isSettled(evidence: UnitEvidence, now: number, quiet: number): boolean {
  const { state, contained } = judgeUnitProof(evidence);
  if (state !== 'contained' || contained === null || contained.upper === 'unbounded') return false;
  return now - (contained.upper - evidence.zero) >= quiet;
}

function modelOf({ lower, upper }: Interval, predicted: Bound, state: UnitProof['state']): UnitProof['model'] {
  if (!isFiniteBound(predicted)) return 'undecided';
  if ((state === 'contained' || state === 'open') && lower > predicted) return 'exceeded';
  return state === 'contained' && upper !== 'unbounded' && upper <= predicted ? 'kept' : 'undecided';
}

/** When the slowest unit was contained; null while one is not. */
export function containedAt(units: readonly UnitProof[], unprobed: readonly string[]): Interval | null {
  if (units.length === 0 || unprobed.length > 0) return null;
  const intervals = units.flatMap(({ state, contained }) =>
    state === 'contained' && contained !== null ? [contained] : [],
  );
  return intervals.length === units.length ? slowestInterval(intervals) : null;
}

/** How long all units together accepted it after containment began. */
export function exposureOf(units: readonly UnitProof[], from: number): Interval {
  const sum = (end: 'lower' | 'upper'): number =>
    units.reduce((total, { contained }) => total + Math.max(0, Number(contained?.[end] ?? from) - from), 0) / 1000;
  const isOpen = units.some(({ contained, state }) => state !== 'contained' || contained === null);
  return { lower: sum('lower'), upper: isOpen ? 'unbounded' : sum('upper') };
}

function count(probes: readonly Probe[], verdict: Probe['verdict']): number {
  return probes.filter((probe) => probe.verdict === verdict).length;
}
