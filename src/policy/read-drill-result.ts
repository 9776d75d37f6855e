import type { DrillFinding, DrillResult, Interval, JudgedPrediction, Probe, UnitResult } from '../model/drill.ts';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { Addend, CacheClass } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import type { ResultSignature, StoredResult } from '../model/stored-result.ts';
import type { WrittenMatrix } from './read-attack-matrix.ts';
import { matrixOf, strangeKind } from './read-attack-matrix.ts';
import type { WrittenPool, WrittenPrecision } from './read-pool-result.ts';
import { poolOf, precisionOf } from './read-pool-result.ts';
import type { WrittenVantage } from './read-vantage.ts';
import { vantageOf } from './read-vantage.ts';
import { validateDrillResult } from './validators/drill-result.ts';

/** The shapes of schema/output/drill-result.json, as far as their names differ from ours. */
interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
}

interface WrittenInterval {
  readonly lower_ms: number;
  readonly upper_ms: number | 'unbounded';
}

interface WrittenUnit extends Omit<
  UnitResult,
  | 'interval'
  | 'first'
  | 'recovery'
  | 'predicted'
  | 'addends'
  | 'stillAccepting'
  | 'resolutionMs'
  | 'arm'
  | 'precision'
  | 'pool'
> {
  readonly owner: string | null;
  readonly product: string | null;
  readonly interval: WrittenInterval | null;
  readonly first: WrittenInterval | null;
  readonly recovery: WrittenInterval | null;
  readonly still_accepting: string | null;
  readonly resolution_ms: number | null;
  readonly precision?: WrittenPrecision;
  readonly pool?: WrittenPool;
  readonly predicted: {
    readonly bound_ms: Bound;
    readonly derivation: readonly (Omit<Addend, 'value' | 'at'> & { readonly ms: Bound; readonly at: Place | null })[];
    readonly cache_class: CacheClass | null;
    readonly would_be_bounded_by: string | null;
  };
}

interface WrittenArm {
  readonly arm: DrillResult['arms'][number]['arm'];
  readonly marks: {
    readonly t0_ms: number | null;
    readonly t_act_ms: number | null;
    readonly t_ack_ms: number | null;
  };
  readonly phase?: { readonly verifier: string; readonly fetched_before_ms: number | null };
  readonly ttr: WrittenInterval | null;
  readonly exposure_unit_seconds: { readonly lower: number | null; readonly upper: number | 'unbounded' };
  readonly units: readonly WrittenUnit[];
}

interface WrittenProbe extends Omit<Probe, 'due' | 'begun' | 'sent' | 'received'> {
  readonly due_ms: number;
  readonly begun_ms?: number;
  readonly sent_ms: number;
  readonly received_ms: number;
}

interface Written extends Pick<
  DrillResult,
  'drill' | 'scenario' | 'environment' | 'tool' | 'seed' | 'controls' | 'safety' | 'method' | 'limits' | 'journal'
> {
  readonly run_id: string;
  readonly overall: Omit<DrillResult['overall'], 'ttr'> & { readonly ttr: WrittenInterval | null };
  readonly policy: Pick<DrillResult['policy'], 'name' | 'file' | 'digest' | 'commit'> & {
    readonly objective_ms: Bound;
    readonly objective_at: Place | null;
  };
  readonly plan_digest: string;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly arms: readonly WrittenArm[];
  readonly matrix?: WrittenMatrix;
  readonly findings: readonly (Omit<DrillFinding, 'at'> & { readonly at: Place | null })[];
  readonly load: {
    readonly requests: number;
    readonly dropped: number;
    readonly peak_per_second: number;
    readonly lateness_p99_ms: number;
    readonly lateness_max_ms: number;
  };
  readonly vantages?: readonly WrittenVantage[];
  readonly probes?: readonly WrittenProbe[];
  readonly signatures?: readonly ResultSignature[];
}

/** True for a text that claims to be the result of a drill. */
export function looksLikeDrillResult(text: string): boolean {
  return /^\s*\{/.test(text) && /"kind"\s*:\s*"DrillResult"/.test(text);
}

/**
 * Reads a stored result: the JSON of `firebreak drill run`, schema/output/drill-result.json. Rendering it again gives the
 * same document.
 */
export function readDrillResult(
  file: string,
  text: string,
): { readonly stored: StoredResult | null; readonly problems: readonly Problem[] } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { stored: null, problems: [unreadable(file, `${file} is no JSON`)] };
  }
  if (!validateDrillResult(data)) {
    const [fault] = validateDrillResult.errors ?? [];
    const at = fault?.instancePath === '' ? 'it' : (fault?.instancePath ?? 'it');
    const detail = Object.values(fault?.params ?? {})
      .flat()
      .map(String)
      .join(', ');
    return {
      stored: null,
      problems: [unreadable(file, `${file} is no DrillResult of this version: ${at}: ${fault?.keyword} ${detail}`)],
    };
  }
  const written = data as Written; // its schema was checked
  const strange = strangeKind(written.matrix);
  if (strange !== undefined)
    return {
      stored: null,
      problems: [unreadable(file, `${file} is no DrillResult of this version: no attack is called "${strange}"`)],
    };
  return {
    stored: {
      file,
      result: resultOf(written),
      predictions: predictionsOf(written),
      signatures: written.signatures ?? [],
      document: data as Readonly<Record<string, unknown>>, // an object, by its schema
    },
    problems: [],
  };
}

function unreadable(file: string, message: string): Problem {
  return {
    code: 'drill/result-unreadable',
    message,
    hint: 'firebreak schema drill-result says what belongs there; the newest result of a run is in its folder',
    at: startOf(file),
  };
}

function resultOf(written: Written): DrillResult {
  const { policy, overall, load } = written;
  return {
    runId: written.run_id,
    drill: written.drill,
    policy: {
      name: policy.name,
      file: policy.file,
      digest: policy.digest,
      commit: policy.commit,
      objectiveMs: policy.objective_ms,
      objectiveAt: placeOf(policy.objective_at),
    },
    scenario: written.scenario,
    environment: written.environment,
    tool: written.tool,
    seed: written.seed,
    planDigest: written.plan_digest,
    startedAt: written.started_at,
    durationMs: written.duration_ms,
    arms: written.arms.map(armOf),
    matrix: matrixOf(written.matrix),
    overall: { verdict: overall.verdict, why: overall.why, ttr: intervalOf(overall.ttr) },
    findings: written.findings.map((finding) => ({ ...finding, at: placeOf(finding.at) })),
    controls: written.controls,
    load: {
      requests: load.requests,
      dropped: load.dropped,
      peakPerSecond: load.peak_per_second,
      latenessP99Ms: load.lateness_p99_ms,
      latenessMaxMs: load.lateness_max_ms,
    },
    safety: written.safety,
    probes: (written.probes ?? []).map(({ due_ms, begun_ms, sent_ms, received_ms, ...probe }) => ({
      ...probe,
      due: due_ms,
      ...(begun_ms === undefined ? {} : { begun: begun_ms }),
      sent: sent_ms,
      received: received_ms,
    })),
    ...(written.vantages === undefined ? {} : { vantages: written.vantages.map(vantageOf) }),
    method: written.method,
    limits: written.limits,
    journal: written.journal,
  };
}

function armOf({
  arm,
  marks,
  phase,
  ttr,
  exposure_unit_seconds: exposure,
  units,
}: WrittenArm): DrillResult['arms'][number] {
  return {
    arm,
    // Null stands for a mark that never was.
    marks: { t0: marks.t0_ms ?? NaN, tAct: marks.t_act_ms ?? NaN, tAck: marks.t_ack_ms ?? NaN },
    ...(phase === undefined ? {} : { phase: { verifier: phase.verifier, fetchedBeforeMs: phase.fetched_before_ms } }),
    units: units.map((unit): UnitResult => ({
      unit: unit.unit,
      verifier: unit.verifier,
      arm,
      interval: intervalOf(unit.interval),
      first: intervalOf(unit.first),
      flaps: unit.flaps,
      probes: unit.probes,
      attribution: unit.attribution,
      calibration: unit.calibration,
      stillAccepting: unit.still_accepting,
      recovery: intervalOf(unit.recovery),
      predicted: unit.predicted.bound_ms,
      addends: addendsOf(unit),
      model: unit.model,
      verdict: unit.verdict,
      resolutionMs: unit.resolution_ms,
      ...precisionOf(unit),
      ...poolOf(unit),
    })),
    ttr: intervalOf(ttr),
    exposureUnitSeconds: { lower: exposure.lower ?? NaN, upper: exposure.upper },
  };
}

function addendsOf({ predicted }: WrittenUnit): readonly Addend[] {
  return predicted.derivation.map(({ ms, at, ...addend }) => ({ ...addend, value: ms, at: placeOf(at) }));
}

function predictionsOf({ arms, scenario }: Written): readonly JudgedPrediction[] {
  return arms.flatMap(({ arm, units }) =>
    units.map((unit) => ({
      verifier: unit.verifier,
      scenario,
      arm,
      bound: unit.predicted.bound_ms,
      addends: addendsOf(unit),
      cacheClass: unit.predicted.cache_class,
      product: unit.product,
      owner: unit.owner,
      wouldBeBoundedBy: unit.predicted.would_be_bounded_by,
    })),
  );
}

function intervalOf(interval: WrittenInterval | null): Interval | null {
  return interval === null ? null : { lower: interval.lower_ms, upper: interval.upper_ms };
}

function placeOf(place: Place | null): Location | null {
  if (place === null) return null;
  return {
    file: place.path,
    line: place.line,
    column: place.column,
    endLine: place.end_line,
    endColumn: place.end_column,
  };
}
