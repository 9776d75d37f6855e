import { attackOf } from '../model/attack.ts';
import type { AttackMatrix } from '../model/attack.ts';
import type { DrillFinding, DrillResult, Interval, PoolResult, Probe, UnitResult } from '../model/drill.ts';
import type { VantageResult } from '../model/vantage.ts';
import { isMeasured } from '../model/drill.ts';
import type { Location } from '../model/location.ts';
import type { Addend } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import type { DrillReportOptions } from './drill-wording.ts';
import { headline, nextAction, predictionOf } from './drill-wording.ts';
import { jsonText } from './json-text.ts';

/** Version of the contract: a new minor adds members, a new major may change them. */
const DRILL_SCHEMA_VERSION = '1.1';

export interface DrillJsonOptions extends DrillReportOptions {
  /** Adds every probe. Off by default: results are kept in git, probes are in the journal. */
  readonly probes?: boolean;
}

/** Microseconds are kept, noise below them is not. A number that never was measured is null. */
function ms(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null;
}

function boundOf(bound: Bound): number | string | null {
  return typeof bound === 'number' ? ms(bound) : bound;
}

function placeOf(at: Location | null): object | null {
  if (at === null) return null;
  return { path: at.file, line: at.line, column: at.column, end_line: at.endLine, end_column: at.endColumn };
}

function intervalOf(interval: Interval | null): object | null {
  if (interval === null) return null;
  const censored = interval.upper === 'unbounded';
  return {
    lower_ms: ms(interval.lower),
    upper_ms: interval.upper === 'unbounded' ? 'unbounded' : ms(interval.upper),
    censored,
  };
}

function addendOf(addend: Addend): object {
  return {
    symbol: addend.symbol,
    label: addend.label,
    ms: boundOf(addend.value),
    origin: addend.origin,
    at: placeOf(addend.at),
    source: addend.source,
  };
}

function unitOf(unit: UnitResult, result: DrillResult, options: DrillReportOptions): object {
  const prediction = predictionOf(options, unit, result.scenario);
  return {
    unit: unit.unit,
    verifier: unit.verifier,
    owner: prediction?.owner ?? null,
    product: prediction?.product ?? null,
    verdict: unit.verdict,
    interval: intervalOf(unit.interval),
    first: intervalOf(unit.first),
    flaps: unit.flaps,
    probes: unit.probes,
    attribution: unit.attribution,
    calibration: unit.calibration,
    still_accepting: unit.stillAccepting,
    recovery: intervalOf(unit.recovery),
    predicted: {
      bound_ms: boundOf(unit.predicted),
      derivation: unit.addends.map(addendOf),
      cache_class: prediction?.cacheClass ?? null,
      would_be_bounded_by: prediction?.wouldBeBoundedBy ?? null,
    },
    model: unit.model,
    resolution_ms: unit.resolutionMs === null ? null : ms(unit.resolutionMs),
    ...(unit.precision === undefined ? {} : { precision: precisionOf(unit.precision) }),
    ...(unit.pool === undefined ? {} : { pool: poolOf(unit.pool) }),
  };
}

function precisionOf({ latenessMs, gapMs, reduced }: NonNullable<UnitResult['precision']>): object {
  return { lateness_ms: latenessMs, gap_ms: gapMs, reduced };
}

function poolOf({ replicas, ...pool }: PoolResult): object {
  return {
    ...pool,
    replicas: replicas.map(({ id, interval, flaps }) => ({ id, interval: intervalOf(interval), flaps })),
  };
}

function armOf(arm: DrillResult['arms'][number], result: DrillResult, options: DrillReportOptions): object {
  // Differences of what is written, so that a result that was read from its file says the same.
  const [t0, tAct, tAck] = [ms(arm.marks.t0) ?? NaN, ms(arm.marks.tAct) ?? NaN, ms(arm.marks.tAck) ?? NaN];
  const { lower, upper } = arm.exposureUnitSeconds;
  return {
    arm: arm.arm,
    marks: { t0_ms: ms(t0), t_act_ms: ms(tAct), t_ack_ms: ms(tAck) },
    ...(arm.phase === undefined
      ? {}
      : { phase: { verifier: arm.phase.verifier, fetched_before_ms: arm.phase.fetchedBeforeMs } }),
    phases: { act_ms: ms(tAct - t0), execute_ms: ms(tAck - tAct) },
    ttr: intervalOf(arm.ttr),
    coverage: { units: arm.units.length, measured: arm.units.filter(isMeasured).length },
    exposure_unit_seconds: { lower: ms(lower), upper: upper === 'unbounded' ? upper : ms(upper) },
    units: arm.units.map((unit) => unitOf(unit, result, options)),
  };
}

function findingOf(finding: DrillFinding): object {
  const { rule, severity, unit, arm, message, at } = finding;
  return { rule, severity, unit, arm, message, at: placeOf(at) };
}

function probeOf(probe: Probe): object {
  return {
    arm: probe.arm,
    ...(probe.vantage === undefined ? {} : { vantage: probe.vantage }),
    unit: probe.unit,
    credential: probe.credential,
    role: probe.role,
    phase: probe.phase,
    due_ms: ms(probe.due),
    ...(probe.begun === undefined ? {} : { begun_ms: ms(probe.begun) }),
    sent_ms: ms(probe.sent),
    received_ms: ms(probe.received),
    verdict: probe.verdict,
    reason: probe.reason,
    status: probe.status,
    ...(probe.replica === undefined ? {} : { replica: probe.replica }),
  };
}

function vantageOf({ clock, ...vantage }: VantageResult): object {
  return { ...vantage, clock: clock === null ? null : { samples: clock.samples, half_width_ms: clock.halfWidthMs } };
}

function matrixOf({ kinds, units, cells }: AttackMatrix): object {
  return { kinds: kinds.map((kind) => ({ kind, ...attackOf(kind) })), units, cells };
}

function loadOf({ requests, dropped, peakPerSecond, latenessP99Ms, latenessMaxMs }: DrillResult['load']): object {
  return {
    requests,
    dropped,
    peak_per_second: peakPerSecond,
    lateness_p99_ms: ms(latenessP99Ms),
    lateness_max_ms: ms(latenessMaxMs),
  };
}

/**
 * The machine contract of a drill: `kind: DrillResult`, snake_case, milliseconds, `unbounded` as text. Intervals count
 * from t0 of their arm; marks and probes are on the clock of the run. Described by schema/output/drill-result.json.
 */
export function drillJson(result: DrillResult, options: DrillJsonOptions = {}): string {
  const { policy, overall } = result;
  const document = {
    schema_version: DRILL_SCHEMA_VERSION,
    kind: 'DrillResult',
    run_id: result.runId,
    headline: headline(result),
    next_action: nextAction(result, options),
    overall: { verdict: overall.verdict, why: overall.why, ttr: intervalOf(overall.ttr) },
    drill: result.drill,
    policy: {
      name: policy.name,
      file: policy.file,
      digest: policy.digest,
      commit: policy.commit,
      objective_ms: boundOf(policy.objectiveMs),
      objective_at: placeOf(policy.objectiveAt),
    },
    scenario: result.scenario,
    environment: result.environment,
    tool: result.tool,
    seed: result.seed,
    plan_digest: result.planDigest,
    started_at: result.startedAt,
    duration_ms: ms(result.durationMs),
    arms: result.arms.map((arm) => armOf(arm, result, options)),
    ...(result.matrix === null ? {} : { matrix: matrixOf(result.matrix) }),
    findings: result.findings.map(findingOf),
    controls: result.controls,
    load: loadOf(result.load),
    safety: result.safety,
    ...(result.vantages === undefined ? {} : { vantages: result.vantages.map(vantageOf) }),
    method: result.method,
    limits: result.limits,
    journal: result.journal,
    ...(options.probes === true ? { probes: result.probes.map(probeOf) } : {}),
  };
  return jsonText(document);
}
