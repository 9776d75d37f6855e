import type { Interval } from '../model/drill.ts';
import type { DrillHistory, HistoryRun, HistorySeries } from '../model/drill-history.ts';
import { jsonText } from './json-text.ts';

/** Version of the JSON output; members are only added within a major. */
const SCHEMA_VERSION = '1.0';

/** A machine's view, as schema/output/drill-history.json describes it. */
export function historyJson({ results, series }: DrillHistory): string {
  return jsonText({
    schema_version: SCHEMA_VERSION,
    kind: 'DrillHistory',
    results,
    series: series.map(seriesOf),
  });
}

function seriesOf(series: HistorySeries): object {
  const { statements, estimate, median, p90, runs, remarks } = series;
  return {
    verifier: series.verifier,
    scenario: series.scenario,
    arm: series.arm,
    environment: series.environment,
    statements: {
      drills: statements.drills,
      breaches: statements.breaches,
      undecided: statements.undecided,
      breach_bound: statements.breachBound,
      next_bound_ms: statements.next.bound,
      next_confidence: statements.next.confidence,
      median_range:
        statements.medianRange === null
          ? null
          : { ...msOf(statements.medianRange), confidence: statements.medianRange.confidence },
      drills_for_95: statements.drillsFor95,
    },
    estimate: estimate.map(({ lower, upper, mass }) => ({ lower_ms: lower, upper_ms: upper, mass })),
    median: msOf(median),
    p90: msOf(p90),
    remarks,
    runs: runs.map(runOf),
  };
}

function runOf(run: HistoryRun): object {
  return {
    run_id: run.runId,
    started_at: run.startedAt,
    file: run.file,
    drill: run.drill,
    interval: msOf(run.interval),
    predicted_ms: run.predicted,
    ratio: run.ratio,
    verdict: run.verdict,
    coverage: run.coverage,
    shift: run.shift,
    changes: run.changes,
  };
}

function msOf(interval: Interval | null): object | null {
  return interval === null ? null : { lower_ms: interval.lower, upper_ms: interval.upper };
}
