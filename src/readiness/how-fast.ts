/** How long it would take: predicted at the slowest verifier, and measured by the last drill. */
import { historyOf } from '../drill/history.ts';
import type { HistoryRun, HistorySeries } from '../model/drill-history.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { Scenario } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, maxBound, minBound, showBound } from '../model/quantity.ts';
import type { ReadinessAnswer, ReadinessFact, ReadinessGap } from '../model/readiness.ts';
import { answerOf, counted, missing, named, note, unknown } from './answer.ts';
import type { Concerned, ReadinessInput } from './input.ts';
import { nameOf, policiesOf } from './input.ts';

const DAY_MS = 86_400_000;

export function howFastAnswer(
  scenario: Scenario,
  concerned: readonly Concerned[],
  input: ReadinessInput,
): ReadinessAnswer {
  const predictions = concerned.map(({ prediction }) => prediction);
  const worst = maxBound(predictions.map(({ bound }) => bound));
  const measured = newestRuns(scenario, concerned, input);
  return answerOf({
    question: 'how_fast',
    basis: measured.length > 0 ? 'observed' : 'declared',
    says: [
      `${showBound(worst)} at worst`,
      objectiveWords(predictions),
      measured.length === 0 ? 'never measured' : `measured ${measuredWords(measured)}`,
    ].join(', '),
    facts: [...worstFacts(predictions, worst), ...measured.map(measuredFact)],
    gaps: [
      ...speedGaps(concerned),
      ...measured.flatMap(measuredGap),
      ...promisedGaps(scenario, concerned, input),
      ...(measured.length === 0
        ? [note('no drill of it is recorded', 'firebreak drill run FILE --record drills/results')]
        : []),
    ],
  });
}

function objectiveWords(predictions: readonly Prediction[]): string {
  const limits = predictions.flatMap(({ objective }) => (objective === null ? [] : [objective.max]));
  if (limits.length === 0) return 'no objective';
  const [least, most] = [showBound(minBound(limits)), showBound(maxBound(limits))];
  return least === most ? `objective ${least}` : `objectives ${least} to ${most}`;
}

function worstFacts(predictions: readonly Prediction[], worst: Bound): readonly ReadinessFact[] {
  return predictions
    .filter(({ bound }) => bound === worst)
    .slice(0, 1)
    .map(({ verifier, bound, addends, at }) => ({
      says: `slowest is "${verifier}" with ${showBound(bound)}: ${addends
        .filter(({ value }) => value !== 0)
        .map(({ value, label }) => `${showBound(value)} ${label}`)
        .join(' + ')}`,
      at,
    }));
}

/** One gap for verifiers of the same verdict and limit: a long list of the same is not read. */
function speedGaps(concerned: readonly Concerned[]): readonly ReadinessGap[] {
  const groups = new Map<string, Concerned[]>();
  for (const one of concerned) {
    const { verdict, objective } = one.prediction;
    const key = `${verdict} ${objective === null ? '' : showBound(objective.max)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => groupGap(group, concerned));
}

function groupGap(group: readonly Concerned[], among: readonly Concerned[]): readonly ReadinessGap[] {
  const [first] = group;
  if (first === undefined) return [];
  const { verdict, objective, at } = first.prediction;
  const names = named(group.map((one) => nameOf(one, among)));
  const worst = showBound(maxBound(group.map(({ prediction }) => prediction.bound)));
  switch (verdict) {
    case 'within':
      return [];
    case 'over':
      return [
        missing(`${names}: up to ${worst}, the objective is ${limitOf(objective)}`, 'firebreak predict --tree', at),
      ];
    case 'unbounded':
      return [missing(`${names}: no end, the objective is ${limitOf(objective)}`, 'firebreak predict', at)];
    case 'unknown':
      return [unknown(`${names}: nobody knows`, 'firebreak predict --tree says what is missing', at)];
    case 'no-objective':
      return [
        unknown(`${names}: up to ${worst}, and no policy says how long it may take`, 'revocation.objectives', at),
      ];
  }
}

function limitOf(objective: Prediction['objective']): string {
  return objective === null ? 'not set' : showBound(objective.max);
}

export interface NewestRun {
  readonly series: HistorySeries;
  readonly run: HistoryRun;
  readonly ageDays: number;
  readonly objective: Bound | null;
}

/** Of each verifier the newest drill that measured something. One from the future says nothing. */
export function newestRuns(
  scenario: Scenario,
  concerned: readonly Concerned[],
  { results, now }: Pick<ReadinessInput, 'results' | 'now'>,
): readonly NewestRun[] {
  return historyOf(results).series.flatMap((series) => {
    const one = concerned.find(
      ({ verifier }) => verifier.name === series.verifier && verifier.environment === series.environment,
    );
    if (series.scenario !== scenario || series.arm !== 'quiet' || one === undefined) return [];
    const run = series.runs.findLast(
      ({ interval, startedAt }) => interval !== null && (fromTimestamp(startedAt) ?? Infinity) <= now,
    );
    if (run === undefined) return [];
    const ageDays = Math.floor((now - (fromTimestamp(run.startedAt) ?? now)) / DAY_MS);
    return [{ series, run, ageDays, objective: one.prediction.objective?.max ?? null }];
  });
}

function measuredWords(runs: readonly NewestRun[]): string {
  const uppers = runs.map(({ run }) => run.interval?.upper ?? 'unbounded');
  if (uppers.includes('unbounded')) return 'without an end';
  const oldest = Math.max(...runs.map(({ ageDays }) => ageDays));
  return `${seconds(Math.max(...uppers.map(Number)))} ${oldest === 0 ? 'today' : `up to ${counted(oldest, 'day')} ago`}`;
}

function measuredFact({ series, run, ageDays }: NewestRun): ReadinessFact {
  const { upper = 'unbounded' } = run.interval ?? {};
  const took = upper === 'unbounded' ? 'had not ended it when it stopped looking' : `took up to ${seconds(upper)}`;
  return { says: `"${series.verifier}" ${took}, ${counted(ageDays, 'day')} ago (drill "${run.drill}")`, at: null };
}

function measuredGap({ series, run, objective }: NewestRun): readonly ReadinessGap[] {
  const { interval } = run;
  if (interval === null || objective === null || !isFiniteBound(objective)) return [];
  if (interval.lower <= objective && (interval.upper === 'unbounded' || interval.upper <= objective)) {
    return interval.upper === 'unbounded'
      ? [unknown(`the last drill saw no end at "${series.verifier}"`, `a longer horizon in drill "${run.drill}"`)]
      : [];
  }
  if (interval.lower <= objective)
    return [unknown(`the last drill cannot say whether "${series.verifier}" meets its objective`, 'shorter gaps')];
  const what = `the last drill measured more than ${seconds(interval.lower)} at "${series.verifier}", the objective is ${showBound(objective)}`;
  return [missing(what, `firebreak drill report shows where the time went`)];
}

/** Drills that policies promise more often than they were run. */
function promisedGaps(
  scenario: Scenario,
  concerned: readonly Concerned[],
  { drills, results, now }: ReadinessInput,
): readonly ReadinessGap[] {
  return policiesOf(concerned).flatMap((policy) =>
    policy.drills.flatMap(({ drill, every, at }) => {
      if (!drills.some(({ name, scenario: of }) => name === drill && of === scenario)) return [];
      const times = results
        .filter(({ result }) => result.drill.name === drill && result.overall.verdict !== 'stopped')
        .map(({ result }) => fromTimestamp(result.startedAt) ?? -Infinity)
        .filter((time) => time <= now);
      const newest = Math.max(...times);
      if (times.length > 0 && now - newest <= every) return [];
      const since =
        times.length === 0
          ? 'no run of it is recorded'
          : `the newest run is ${counted(Math.floor((now - newest) / DAY_MS), 'day')} old`;
      const what = `policy "${policy.name}" promises drill "${drill}" every ${showBound(every)}; ${since}`;
      return [note(what, `firebreak drill run FILE --record drills/results`, at)];
    }),
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)}s`;
}
