import type { PoolDeclaration } from '../model/pool.ts';
import type {
  Calibration,
  DrillResult,
  Interval,
  JudgedPlan,
  JudgedPrediction,
  PoolResult,
  Probe,
  UnitResult,
} from '../model/drill.ts';
import { CACHE_CLASSES } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, showBound, showSeconds } from '../model/quantity.ts';
import { attribute } from './attribution.ts';
import type { ArmEvidence } from './evidence.ts';
import type { Transition } from './interval.ts';
import { findRecovery, findTransition, judgeInterval, shiftInterval, slowestInterval } from './interval.ts';
import { judgePool } from './judge-pool.ts';
import { precisionOf } from './lateness.ts';
import { phaseResult } from './phase-result.ts';
import type { Pace } from './schedule.ts';
import { gapAt, paceOf, widestGapAt } from './schedule.ts';

export type ArmResult = DrillResult['arms'][number];

/** Turns what one arm recorded into results per unit. Intervals count from t0: the leak is known. */
export function judgeArm(record: ArmEvidence, plan: JudgedPlan): ArmResult | null {
  const { marks } = record;
  if (marks === null) return null;
  const units = plan.units.map((unit) => judgeUnit(unit, { record, plan, marks }));
  const intervals = units.flatMap(({ interval }) => (interval === null ? [] : [interval]));
  const places = exposedPlaces(units, plan);
  return {
    arm: record.arm,
    marks,
    ...phaseResult(record, marks),
    units,
    ttr: slowestInterval(intervals),
    exposureUnitSeconds: {
      lower: places.reduce((sum, { lower }) => sum + lower, 0) / 1000,
      upper: places.some(({ upper }) => upper === 'unbounded')
        ? 'unbounded'
        : places.reduce((sum, { upper }) => sum + Number(upper), 0) / 1000,
    },
  };
}

/** How long each place was open. What several agents looked at is one place, open for as long as any of them got in. */
function exposedPlaces(units: readonly UnitResult[], plan: JudgedPlan): readonly Interval[] {
  const places = new Map<string, Interval[]>();
  for (const [index, { interval }] of units.entries()) {
    const { id, url = id, vantage } = plan.units[index] ?? { id: String(index) };
    const place = vantage === undefined ? id : url;
    if (interval !== null) places.set(place, [...(places.get(place) ?? []), interval]);
  }
  return [...places.values()].flatMap((seen) => slowestInterval(seen) ?? []);
}

function judgeUnit(
  { id: unit, verifier, vantage = '' }: JudgedPlan['units'][number],
  {
    record,
    plan,
    marks,
  }: { readonly record: ArmEvidence; readonly plan: JudgedPlan; readonly marks: NonNullable<ArmEvidence['marks']> },
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
  const pool = plan.units.find(({ id }) => id === unit)?.pool;
  const found = usable ? transitionOf(canary, marks, pool) : null;
  const transition = found?.transition ?? null;
  const gone = record.absent.get(vantage) ?? null;
  const seen = transition === null ? null : shiftInterval(transition.interval, marks.t0);
  // Whoever looked away cannot say that it stayed refused.
  const interval = seen === null || gone === null ? seen : { ...seen, upper: 'unbounded' as const };
  const recovering = mine.filter(({ role, phase }) => role === 'recovery' && phase === 'observe');
  const predicted: Bound = prediction?.bound ?? 'unknown';
  const attribution = transition === null || gone !== null ? 'none' : attribute(transition.interval, mine);
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
    attribution,
    calibration: gone ?? (usable ? 'usable' : exclusion(calibration, closing)),
    stillAccepting:
      interval !== null && gone === null && interval.upper === 'unbounded' && lastIsAccept(canary)
        ? stillAccepting(interval, plan, prediction)
        : null,
    recovery: recovering.length === 0 ? null : toZero(findRecovery(recovering, marks.tAck), marks.t0),
    predicted,
    addends: prediction?.addends ?? [],
    model: modelVerdict(interval, predicted, attribution),
    verdict: atMost(unitVerdict(interval, plan.objective, attribution), found?.pool),
    ...(found?.pool === undefined ? {} : { pool: found.pool }),
    ...(interval === null || interval.upper === 'unbounded'
      ? {}
      : { precision: precisionAt(canary, marks.t0 + interval.upper, plan, marks.tAct) }),
    resolutionMs:
      interval === null || interval.upper === 'unbounded'
        ? null
        : pool === undefined
          ? resolution(canary, marks.t0 + interval.upper, plan, marks.tAct)
          : // Answers of other replicas place nothing, so it is what it came to.
            interval.upper - interval.lower,
  };
}

/** The change of one verifier, or of all that are behind one address. */
function transitionOf(
  canary: readonly Probe[],
  { t0, tAct }: NonNullable<ArmEvidence['marks']>,
  pool: PoolDeclaration | undefined,
): { readonly transition: Transition; readonly pool?: PoolResult } {
  if (pool !== undefined) return judgePool(canary, { t0, from: tAct }, pool);
  const after = canary.filter(({ received }) => received > tAct);
  return { transition: findTransition(after, tAct) };
}

/** What was not seen of a pool may still accept. */
function atMost(verdict: UnitResult['verdict'], pool: PoolResult | undefined): UnitResult['verdict'] {
  return verdict === 'pass' && pool?.complete === false ? 'inconclusive' : verdict;
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
function stillAccepting({ lower }: Interval, plan: JudgedPlan, prediction: JudgedPrediction | null): string {
  const what = plan.drill.scenario === 'signing_key' ? 'tokens under the removed key' : 'the revoked token';
  const cacheClass = plan.drill.scenario === 'signing_key' ? (prediction?.cacheClass ?? null) : null;
  const cache = cacheClass === null ? '' : `; its key cache: ${CACHE_CLASSES[cacheClass]}`;
  const end = prediction?.wouldBeBoundedBy ?? null;
  const why = end === null ? cache : `${cache}; it would end by ${end}`;
  return `still accepted ${what} ${showSeconds(lower, 1)} after the leak was known, when the drill stopped looking${why}`;
}

/** An outage is not a revocation: a refusal closes the interval for a pass only while other tokens were accepted. */
function unitVerdict(
  interval: Interval | null,
  objective: Bound,
  attribution: UnitResult['attribution'],
): UnitResult['verdict'] {
  if (interval === null || !isFiniteBound(objective)) return 'inconclusive';
  const verdict = judgeInterval(interval, objective);
  return verdict === 'pass' && attribution !== 'revocation' ? 'inconclusive' : verdict;
}

function modelVerdict(
  interval: Interval | null,
  predicted: Bound,
  attribution: UnitResult['attribution'],
): UnitResult['model'] {
  if (predicted === 'unbounded') return 'not-bounded';
  if (interval === null || predicted === 'unknown') return 'undecided';
  if (interval.lower > predicted) return 'exceeded';
  const closed = interval.upper !== 'unbounded' && interval.upper <= predicted;
  return closed && attribution === 'revocation' ? 'consistent' : 'undecided';
}

function precisionAt(
  canary: readonly Probe[],
  at: number,
  { drill }: JudgedPlan,
  tAct: number,
): NonNullable<UnitResult['precision']> {
  return precisionOf(canary, at, gapAt(at - tAct, paceIn(canary, drill.observe)));
}

function paceIn([first]: readonly Probe[], observe: Pace): Pace {
  return first === undefined ? observe : paceOf(observe, first.arm);
}

/** One gap of the schedule, plus how long the answers around the change took and how late they were sent. */
function resolution(canary: readonly Probe[], at: number, plan: JudgedPlan, tAct: number): number {
  const near = canary.filter(({ received, sent }) => Math.abs(received - at) < 1000 || Math.abs(sent - at) < 1000);
  const response = Math.max(0, ...near.map(({ sent, received }) => received - sent));
  const lateness = Math.max(0, ...near.map(({ sent, due }) => sent - due));
  return widestGapAt(at - tAct, paceIn(canary, plan.drill.observe)) + response + lateness;
}

/** The verdict of the run. It is judged on the quiet arm, the guarantee; busy shows what traffic would do. */
export function overallVerdict(
  records: readonly ArmEvidence[],
  arms: readonly ArmResult[],
  plan: JudgedPlan,
): DrillResult['overall'] {
  const judged = arms.find(({ arm }) => arm === 'quiet') ?? arms[0];
  if (judged === undefined) return { verdict: 'inconclusive', why: 'No verifier could be measured.', ttr: null };
  const { ttr } = judged;
  if (!isFiniteBound(plan.objective)) {
    return {
      verdict: 'inconclusive',
      why: `Policy ${plan.policy.name} has no objective for ${plan.drill.scenario}.`,
      ttr,
    };
  }
  const objective = showBound(plan.objective);
  const named = (verdict: UnitResult['verdict']): string =>
    judged.units
      .filter((unit) => unit.verdict === verdict)
      .map(({ unit }) => unit)
      .join(', ');
  const failed = named('fail');
  if (failed !== '')
    return { verdict: 'fail', why: `${failed} did not stop within the objective of ${objective}.`, ttr };
  if (arms.some(({ units }) => units.some(({ model }) => model === 'exceeded')))
    return { verdict: 'fail', why: 'A measurement exceeds its prediction.', ttr };
  const unmet = records.flatMap(({ answers }) => answers).find(({ met }) => !met);
  if (unmet !== undefined)
    return { verdict: 'fail', why: `Step ${unmet.step} was not answered as the drill expects.`, ttr };
  const gone = [...new Set(records.flatMap(({ absent }) => [...absent.values()]))];
  if (gone.length > 0)
    return { verdict: 'inconclusive', why: `Not every vantage point watched to the end: ${gone.join('; ')}.`, ttr };
  const short = (plan.coverage ?? []).filter(({ expected, found }) => expected !== null && found < expected);
  if (short.length > 0) {
    const each = short.map(({ unit, expected, found }) => `${found} of ${expected} of ${unit}`).join(', ');
    return { verdict: 'inconclusive', why: `Not every address was found: ${each}.`, ttr };
  }
  const open = named('inconclusive');
  if (open !== '') return { verdict: 'inconclusive', why: `${open} could not be decided.`, ttr };
  return { verdict: 'pass', why: `Every verifier refused within the objective of ${objective}.`, ttr };
}
