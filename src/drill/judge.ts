import type { DrillFinding, DrillResult, Interval, Probe, UnitResult } from '../model/drill.ts';
import type { Arm, Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, showBound, showSeconds } from '../model/quantity.ts';
import type { ArmRecord } from './arm.ts';
import { attribute } from './attribution.ts';
import type { Calibration } from './calibrate.ts';
import { findRecovery, findTransition, judgeInterval, shiftInterval, slowestInterval } from './interval.ts';
import type { Plan } from './plan.ts';
import { widestGapAt } from './schedule.ts';

type ArmResult = DrillResult['arms'][number];

/** Turns what one arm recorded into results per unit. Intervals count from t0: the leak is known. */
export function judgeArm(record: ArmRecord, plan: Plan): ArmResult | null {
  const { marks } = record;
  if (marks === null) return null;
  const units = record.units.map((unit) => judgeUnit(unit.id, unit.verifier, { record, plan, marks }));
  const intervals = units.flatMap(({ interval }) => (interval === null ? [] : [interval]));
  return {
    arm: record.arm,
    marks,
    units,
    ttr: slowestInterval(intervals),
    exposureUnitSeconds: {
      lower: intervals.reduce((sum, { lower }) => sum + lower, 0) / 1000,
      upper: intervals.some(({ upper }) => upper === 'unbounded')
        ? 'unbounded'
        : intervals.reduce((sum, { upper }) => sum + Number(upper), 0) / 1000,
    },
  };
}

function judgeUnit(
  unit: string,
  verifier: string,
  {
    record,
    plan,
    marks,
  }: { readonly record: ArmRecord; readonly plan: Plan; readonly marks: NonNullable<ArmRecord['marks']> },
): UnitResult {
  const { arm } = record;
  const mine = record.probes.filter((probe) => probe.unit === unit);
  const canary = mine.filter(({ role, phase }) => role === 'canary' && (phase === 'observe' || phase === 'late'));
  const prediction =
    plan.predictions.find((candidate) => candidate.verifier === verifier && candidate.arm === arm) ??
    plan.predictions.find((candidate) => candidate.verifier === verifier && candidate.arm === 'quiet') ??
    null;
  const calibration = record.calibrations.find((candidate) => candidate.unit === unit);
  const closing = record.closing.find((candidate) => candidate.unit === unit);
  const usable = calibration?.verdict === 'usable' && (closing === undefined || closing.verdict === 'usable');
  const transition = usable
    ? findTransition(
        canary.filter(({ received }) => received > marks.tAct),
        marks.tAct,
      )
    : null;
  const interval = transition === null ? null : shiftInterval(transition.interval, marks.t0);
  const recovering = mine.filter(({ role, phase }) => role === 'recovery' && phase === 'observe');
  const predicted: Bound = prediction?.bound ?? 'unknown';
  return {
    unit,
    verifier,
    arm,
    interval,
    first: transition?.first == null ? null : shiftInterval(transition.first, marks.t0),
    flaps: transition?.flaps ?? 0,
    probes: {
      accept: count(canary, 'accept'),
      reject: count(canary, 'reject'),
      unknown: count(canary, 'unknown'),
      dropped: record.dropped.get(unit) ?? 0,
    },
    attribution: transition === null ? 'none' : attribute(transition.interval, mine),
    calibration: usable ? 'usable' : exclusion(calibration, closing),
    stillAccepting:
      interval !== null && interval.upper === 'unbounded' && lastIsAccept(canary)
        ? stillAccepting(interval, plan, prediction)
        : null,
    recovery: recovering.length === 0 ? null : toZero(findRecovery(recovering, marks.tAck), marks.t0),
    predicted,
    addends: prediction?.addends ?? [],
    model: modelVerdict(interval, predicted),
    verdict:
      interval === null || !isFiniteBound(plan.objective) ? 'inconclusive' : judgeInterval(interval, plan.objective),
    resolutionMs:
      interval === null || interval.upper === 'unbounded'
        ? null
        : resolution(canary, marks.t0 + interval.upper, plan, marks.tAct),
  };
}

/** Why a unit was left out: before the run, or because it no longer told good from bad afterwards. */
function exclusion(before: Calibration | undefined, after: Calibration | undefined): string {
  if (before === undefined) return 'not calibrated';
  if (before.verdict === 'usable' && after !== undefined) return `after the run: ${after.verdict}, ${after.why}`;
  return `${before.verdict}, ${before.why}`;
}

function toZero(interval: Interval | null, zero: number): Interval | null {
  return interval === null ? null : shiftInterval(interval, zero);
}

function count(probes: readonly Probe[], verdict: Probe['verdict']): number {
  return probes.filter((probe) => probe.verdict === verdict).length;
}

function lastIsAccept(probes: readonly Probe[]): boolean {
  return probes.findLast(({ verdict }) => verdict !== 'unknown')?.verdict === 'accept';
}

/** In words that need no manual. */
function stillAccepting({ lower }: Interval, plan: Plan, prediction: Prediction | null): string {
  const what = plan.drill.scenario === 'signing_key' ? 'tokens under the removed key' : 'the revoked token';
  const why =
    prediction === null || prediction.wouldBeBoundedBy === null
      ? ''
      : `; it would end by ${prediction.wouldBeBoundedBy}`;
  return `still accepted ${what} ${showSeconds(lower, 1)} after the leak was known, when the drill stopped looking${why}`;
}

function modelVerdict(interval: Interval | null, predicted: Bound): UnitResult['model'] {
  if (predicted === 'unbounded') return 'not-bounded';
  if (interval === null || predicted === 'unknown') return 'undecided';
  if (interval.upper !== 'unbounded' && interval.upper <= predicted) return 'consistent';
  return interval.lower > predicted ? 'exceeded' : 'undecided';
}

/** One gap of the schedule, plus how long the answers around the change took and how late they were sent. */
function resolution(canary: readonly Probe[], at: number, plan: Plan, tAct: number): number {
  const near = canary.filter(({ received, sent }) => Math.abs(received - at) < 1000 || Math.abs(sent - at) < 1000);
  const response = Math.max(0, ...near.map(({ sent, received }) => received - sent));
  const lateness = Math.max(0, ...near.map(({ sent, due }) => sent - due));
  return widestGapAt(at - tAct, plan.drill.observe) + response + lateness;
}

/** Everything that a reader must know beside the numbers. */
export function findingsOf(
  records: readonly ArmRecord[],
  arms: readonly ArmResult[],
  plan: Plan,
): readonly DrillFinding[] {
  const excluded = records.flatMap(({ arm, calibrations }) =>
    calibrations
      .filter(({ verdict }) => verdict !== 'usable')
      .map(({ unit, verdict, why }): DrillFinding => ({
        rule: `drill/${verdict}`,
        severity: verdict === 'unprotected' ? 'error' : 'warning',
        unit,
        arm,
        message: `left out: ${why}`,
        at: null,
      })),
  );
  const measured = arms.flatMap(({ arm, units }) => units.flatMap((unit) => unitFindings(unit, arm, plan)));
  const refusedRecovery = records.flatMap(({ arm, probes, units }) =>
    units.flatMap(({ id }): readonly DrillFinding[] => {
      const tries = probes.filter(({ unit, role, phase }) => unit === id && role === 'recovery' && phase === 'recover');
      return tries.length === 0 || tries.some(({ verdict }) => verdict === 'accept')
        ? []
        : [
            {
              rule: 'live/new-key-rejected',
              severity: 'warning',
              unit: id,
              arm,
              message: `did not accept what legitimate users get after containment (${tries.at(-1)?.reason ?? 'unknown'})`,
              at: null,
            },
          ];
    }),
  );
  return [...excluded, ...measured, ...refusedRecovery];
}

function unitFindings(unit: UnitResult, arm: Arm, plan: Plan): readonly DrillFinding[] {
  const findings: DrillFinding[] = [];
  const size = ({ value }: UnitResult['addends'][number]): number => (isFiniteBound(value) ? value : Infinity);
  const biggest = unit.addends.filter(({ at }) => at !== null).toSorted((a, b) => size(b) - size(a))[0];
  const add = (rule: string, severity: DrillFinding['severity'], message: string): void => {
    findings.push({ rule, severity, unit: unit.unit, arm, message, at: biggest?.at ?? null });
  };
  if (unit.stillAccepting !== null) add('live/revoked-accepted', 'error', unit.stillAccepting);
  if (unit.model === 'exceeded' && unit.interval !== null) {
    add(
      'live/measured-over-predicted',
      'error',
      `accepted until at least ${showSeconds(unit.interval.lower)}, the prediction is ${showBound(unit.predicted)}: what runs is not what the inventory says, or the model lacks a part`,
    );
  }
  if (unit.flaps > 0)
    add(
      'live/flip-after-reject',
      'error',
      `accepted again ${unit.flaps === 1 ? 'once' : `${unit.flaps} times`} after it had refused`,
    );
  if (unit.attribution === 'collateral')
    add(
      'live/collateral',
      'error',
      `refused legitimate tokens at the same time: this is an outage or collateral, not a revocation`,
    );
  if (
    unit.verdict === 'fail' &&
    unit.stillAccepting === null &&
    unit.interval !== null &&
    isFiniteBound(plan.objective)
  ) {
    add(
      'live/objective-missed',
      'error',
      `accepted until at least ${showSeconds(unit.interval.lower)}, the objective is ${showBound(plan.objective)}`,
    );
  }
  return findings;
}

/** The verdict of the run. It is judged on the quiet arm, the guarantee; busy shows what traffic would do. */
export function overallVerdict(arms: readonly ArmResult[], plan: Plan): DrillResult['overall'] {
  const judged = arms.find(({ arm }) => arm === 'quiet') ?? arms[0];
  if (judged === undefined) return { verdict: 'inconclusive', why: 'No verifier could be measured.', ttr: null };
  const objective = showBound(plan.objective);
  const failed = judged.units.filter(({ verdict }) => verdict === 'fail');
  const open = judged.units.filter(({ verdict }) => verdict === 'inconclusive');
  const { ttr } = judged;
  if (failed.length > 0)
    return {
      verdict: 'fail',
      why: `${failed.map(({ unit }) => unit).join(', ')} did not stop within the objective of ${objective}.`,
      ttr,
    };
  if (open.length > 0)
    return { verdict: 'inconclusive', why: `${open.map(({ unit }) => unit).join(', ')} could not be decided.`, ttr };
  if (arms.some(({ units }) => units.some(({ model }) => model === 'exceeded')))
    return { verdict: 'fail', why: 'A measurement exceeds its prediction.', ttr };
  return { verdict: 'pass', why: `Every verifier refused within the objective of ${objective}.`, ttr };
}
