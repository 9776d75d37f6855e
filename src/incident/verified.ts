/** Proofs in the journal of an incident: what `verify` writes there, and what all runs together show. */
import type { Interval } from '../model/drill.ts';
import type { IncidentProof, UnitState } from '../model/incident-proof.ts';
import { fromTimestamp, toTimestamp } from '../model/instant.ts';
import type { Bound } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';
import type { JournalRecord } from './journal.ts';

/** Name of the event. */
export const VERIFIED = 'verified';

/** A proof as the data of a record. Instants are RFC 3339, an end that was not seen is `unbounded`. */
export function proofData(proof: IncidentProof): Readonly<Record<string, unknown>> {
  return {
    kind: proof.kind,
    allowed_by: proof.allowedBy,
    from: toTimestamp(proof.from),
    contained: intervalData(proof.contained),
    exposure_unit_seconds: proof.exposureUnitSeconds,
    units: proof.units.map((unit) => ({
      unit: unit.unit,
      verifier: unit.verifier,
      state: unit.state,
      why: unit.why,
      contained: intervalData(unit.contained),
      recovered: intervalData(unit.recovered),
      predicted_ms: unit.predicted,
      model: unit.model,
    })),
    unprobed: proof.unprobed,
    evidence: proof.evidence,
  };
}

function intervalData(interval: Interval | null): unknown {
  if (interval === null) return null;
  const { lower, upper } = interval;
  return { after: toTimestamp(lower), until: upper === 'unbounded' ? upper : toTimestamp(upper) };
}

/** What is known of one unit after all runs. */
export interface KnownUnit {
  readonly unit: string;
  readonly verifier: string;
  readonly state: UnitState;
  readonly why: string;
  readonly contained: Interval | null;
  readonly recovered: Interval | null;
  readonly predicted: Bound;
  readonly model: string;
  /** RFC 3339 of the last run that probed it. */
  readonly at: string;
}

export interface Verified {
  readonly units: readonly KnownUnit[];
  readonly unprobed: readonly string[];
  readonly from: number;
  readonly kinds: readonly string[];
}

/**
 * All runs together. A later refusal does not make an earlier proof later, a later accept undoes it, and a later accept
 * that was seen before a proof moves its lower end. Null while nothing was verified.
 */
export function verifiedBy(records: readonly JournalRecord[]): Verified | null {
  const runs = records.filter(({ event }) => event === VERIFIED);
  const last = runs.at(-1);
  if (last === undefined) return null;
  const units = new Map<string, KnownUnit>();
  for (const { data, time } of runs) {
    for (const seen of rows(data['units']).map((row) => readUnit(row, time))) {
      const known = units.get(seen.unit);
      units.set(seen.unit, known === undefined ? seen : joined(known, seen));
    }
  }
  const from = runs.flatMap(({ data }) => instantOf(data['from']) ?? []);
  return {
    units: [...units.values()],
    unprobed: texts(last.data['unprobed']),
    from: Math.min(...from),
    kinds: [...new Set(runs.flatMap(({ data }) => (typeof data['kind'] === 'string' ? [data['kind']] : [])))],
  };
}

function joined(known: KnownUnit, seen: KnownUnit): KnownUnit {
  if (seen.state === 'open') return seen;
  if (known.state === 'contained') return { ...known, at: seen.at, recovered: known.recovered ?? seen.recovered };
  if (seen.state !== 'contained' || seen.contained === null)
    return seen.state === 'unproven' ? { ...known, at: seen.at } : seen;
  const lower = Math.max(seen.contained.lower, known.contained?.lower ?? seen.contained.lower);
  return { ...seen, contained: { ...seen.contained, lower } };
}

type Row = Readonly<Record<string, unknown>>;

function readUnit(row: Row, at: string): KnownUnit {
  const { unit, verifier, state, why, model, predicted_ms: predicted } = row;
  return {
    unit: String(unit),
    verifier: String(verifier),
    state: state === 'contained' || state === 'open' || state === 'expired' ? state : 'unproven',
    why: String(why),
    contained: readInterval(row['contained']),
    recovered: readInterval(row['recovered']),
    predicted: typeof predicted === 'number' ? millis(predicted) : predicted === 'unbounded' ? predicted : 'unknown',
    model: String(model),
    at,
  };
}

function readInterval(value: unknown): Interval | null {
  if (!isRow(value)) return null;
  const lower = instantOf(value['after']);
  const upper = value['until'] === 'unbounded' ? 'unbounded' : instantOf(value['until']);
  return lower === null || upper === null ? null : { lower, upper };
}

function instantOf(value: unknown): number | null {
  return typeof value === 'string' ? fromTimestamp(value) : null;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function rows(value: unknown): readonly Row[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
