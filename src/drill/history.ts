import { compareText } from '../model/compare-text.ts';
import type { DrillResult, Interval, UnitResult } from '../model/drill.ts';
import type { DrillHistory, HistoryRun, HistorySeries } from '../model/drill-history.ts';
import type { Arm } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, maxBound } from '../model/quantity.ts';
import type { StoredResult } from '../model/stored-result.ts';
import { slowestInterval } from './interval.ts';
import { changesBetween, coverageOf } from './run-changes.ts';
import { statementsOf } from './small-samples.ts';
import { estimateDistribution, quantileBand } from './turnbull.ts';

/** Runs before that one is compared with. */
const WINDOW = 30;

/** Drills that it takes before a ratio that is always low means anything. */
const RATIO_DRILLS = 5;

/** Below this share of the prediction in every drill, the model or the traffic deserves a look. */
const LOW_RATIO = 0.5;

/** Everything that stored results say over time, by verifier, scenario, arm and environment. A run stored twice counts once. */
export function historyOf(results: readonly StoredResult[]): DrillHistory {
  const runs = new Map<string, StoredResult>();
  for (const stored of results) if (!runs.has(stored.result.runId)) runs.set(stored.result.runId, stored);
  const ordered = [...runs.values()].toSorted((a, b) =>
    a.result.startedAt === b.result.startedAt
      ? compareText(a.result.runId, b.result.runId)
      : compareText(a.result.startedAt, b.result.startedAt),
  );
  const keys = new Map<string, SeriesKey>();
  for (const { result } of ordered)
    for (const { arm, units } of result.arms)
      for (const { verifier } of units) {
        const key = { verifier, arm, scenario: result.scenario, environment: result.environment.name };
        keys.set(nameOf(key), key);
      }
  return {
    results: ordered.length,
    series: [...keys].toSorted(([a], [b]) => compareText(a, b)).map(([, key]) => seriesOf(key, ordered)),
  };
}

type SeriesKey = Pick<HistorySeries, 'verifier' | 'scenario' | 'arm' | 'environment'>;

/** Quiet before busy, because quiet is the guarantee. */
function nameOf({ environment, scenario, arm, verifier }: SeriesKey): string {
  return [environment, scenario, verifier, arm === 'quiet' ? '0' : '1'].join('\u0000');
}

function seriesOf(key: SeriesKey, ordered: readonly StoredResult[]): HistorySeries {
  const mine = ordered.filter(
    ({ result }) =>
      result.scenario === key.scenario &&
      result.environment.name === key.environment &&
      unitsOf(result, key).length > 0,
  );
  const runs: HistoryRun[] = [];
  for (const [index, stored] of mine.entries()) {
    const before = mine[index - 1];
    runs.push({
      ...measurementOf(stored, key),
      changes: before === undefined ? [] : changesBetween(before, stored, key),
      shift: shiftOf(slowestInterval(intervalsOf(stored.result, key)), runs.slice(-WINDOW)),
    });
  }
  const estimate = estimateDistribution(runs.flatMap(({ interval }) => (interval === null ? [] : [interval])));
  return {
    ...key,
    runs,
    estimate,
    median: quantileBand(estimate, 0.5),
    p90: quantileBand(estimate, 0.9),
    statements: statementsOf(runs),
    remarks: remarksOf(runs),
  };
}

function unitsOf({ arms }: DrillResult, of: { readonly verifier: string; readonly arm: Arm }): readonly UnitResult[] {
  return arms
    .filter(({ arm }) => arm === of.arm)
    .flatMap(({ units }) => units.filter(({ verifier }) => verifier === of.verifier));
}

function intervalsOf(result: DrillResult, key: SeriesKey): readonly Interval[] {
  return unitsOf(result, key).flatMap(({ interval }) => (interval === null ? [] : [interval]));
}

function measurementOf({ result, file }: StoredResult, key: SeriesKey): Omit<HistoryRun, 'changes' | 'shift'> {
  const units = unitsOf(result, key);
  const interval = slowestInterval(intervalsOf(result, key));
  const predicted = maxBound(units.map((unit) => unit.predicted));
  const verdicts = units.map(({ verdict }) => verdict);
  return {
    runId: result.runId,
    startedAt: result.startedAt,
    file,
    drill: result.drill.name,
    interval,
    predicted,
    ratio: ratioOf(interval, predicted),
    verdict: verdicts.includes('fail') ? 'fail' : verdicts.includes('inconclusive') ? 'inconclusive' : 'pass',
    coverage: coverageOf(result, key),
  };
}

function ratioOf(interval: Interval | null, predicted: Bound): Interval | null {
  if (interval === null || !isFiniteBound(predicted) || predicted === 0) return null;
  const { lower, upper } = interval;
  return { lower: lower / predicted, upper: upper === 'unbounded' ? upper : upper / predicted };
}

/** Only intervals that share nothing prove that something moved. */
function shiftOf(interval: Interval | null, before: readonly HistoryRun[]): HistoryRun['shift'] {
  const priors = before.flatMap((run) => (run.interval === null ? [] : [run.interval]));
  if (interval === null || priors.length === 0) return null;
  const above = ({ upper }: Interval): boolean => upper !== 'unbounded' && interval.lower >= upper;
  const below = ({ lower }: Interval): boolean => interval.upper !== 'unbounded' && interval.upper <= lower;
  if (priors.every(above)) return { direction: 'slower', priors: priors.length };
  return priors.every(below) ? { direction: 'faster', priors: priors.length } : null;
}

function remarksOf(runs: readonly HistoryRun[]): readonly string[] {
  const ratios = runs.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]));
  const over = ratios.filter(({ lower }) => lower > 1).length;
  const isLow = ratios.every(({ upper }) => upper !== 'unbounded' && upper < LOW_RATIO);
  const last = runs.at(-1);
  const lost = last?.changes.find(({ what }) => what === 'coverage');
  return [
    ...(over === 0
      ? []
      : [`${over} of ${ratios.length} drills took longer than predicted: what runs is not what the inventory says`]),
    ...(isLow && ratios.length >= RATIO_DRILLS
      ? ['never took half as long as predicted: something fetches more often than the inventory says']
      : []),
    ...(last?.shift?.direction === 'faster' && lost !== undefined
      ? [`the last run is faster, but its coverage changed: ${lost.before}, now ${lost.after}`]
      : []),
  ];
}
