import type {
  ChangeTarget,
  DiffSide,
  DimensionChange,
  GateResult,
  PolicyChange,
  PredictedChange,
  ScheduledChange,
  Witness,
} from '../model/change.ts';
import type { Location } from '../model/location.ts';
import type { DiffReport } from './diff-wording.ts';
import { jsonText } from './json-text.ts';
import { replayObject } from './replay-json.ts';

/** Version of the JSON output; members are only added within a major. */
const SCHEMA_VERSION = '1.0';

/** A machine's view, as schema/output/diff.json describes it. Durations are milliseconds, lines and columns 1-based. */
export function diffJson({ diff, gate, replay }: DiffReport): string {
  return jsonText({
    schema_version: SCHEMA_VERSION,
    base: sideOf(diff.base),
    head: sideOf(diff.head),
    changes: diff.changes.map(changeOf),
    scheduled: diff.scheduled.map(scheduledOf),
    predicted: diff.predicted.map(predictedOf),
    rollout: diff.rollout,
    notes: diff.notes,
    reformatted: diff.reformatted,
    gate: gate === null ? null : gateOf(gate),
    ...(replay === null || replay === undefined ? {} : { replay: replayObject(replay) }),
  });
}

function sideOf({ label, commit, digest, problems }: DiffSide): object {
  return {
    label,
    commit,
    digest,
    problems: problems.map(({ code, message, hint, at }) => ({ code, message, hint, at: place(at) })),
  };
}

function changeOf(change: PolicyChange): object {
  return {
    target: change.name,
    targets: change.targets.map(targetOf),
    token: change.token,
    verdict: change.verdict,
    unknown_because: change.unknownBecause,
    assurance: change.assurance,
    breaking: change.breaking,
    drain_ms: change.drain,
    policies_before: change.policiesBefore,
    policies_after: change.policiesAfter,
    dimensions: change.dimensions.map(dimensionOf),
    witness: change.witnesses[0] === undefined ? null : witnessOf(change.witnesses[0]),
    more_witnesses: change.witnesses.slice(1).map(witnessOf),
  };
}

function targetOf({ environment, service, route, labels, verifiers }: ChangeTarget): object {
  return { environment, service, route, labels, verifiers };
}

function dimensionOf(dimension: DimensionChange): object {
  const { fingerprint, facet, path, direction, before, after, atBefore, atAfter, breaking, hidden } = dimension;
  return {
    fingerprint,
    facet,
    path,
    direction,
    before,
    after,
    at_before: place(atBefore),
    at_after: place(atAfter),
    breaking,
    hidden: hidden ?? null,
  };
}

function witnessOf({ accepted, paths, header, claims, context, reasons }: Witness): object {
  return { accepted, paths, header, claims, context, reasons };
}

function scheduledOf({ after, waiver, at, change }: ScheduledChange): object {
  return { after, waiver, at: place(at), change: changeOf(change) };
}

function predictedOf(change: PredictedChange): object {
  return {
    environment: change.environment,
    verifier: change.verifier,
    scenario: change.scenario,
    arm: change.arm,
    before_ms: change.before,
    after_ms: change.after,
    objective_before_ms: change.objectiveBefore,
    objective_after_ms: change.objectiveAfter,
    because: change.because,
  };
}

function gateOf({ outcome, reasons, missing, approvals, source }: GateResult): object {
  return {
    outcome,
    reasons: reasons.map(({ rule, cause, message, hint, fingerprints, approvedBy, needed }) => ({
      rule,
      cause,
      message,
      hint,
      fingerprints,
      approved_by: approvedBy,
      needed,
    })),
    missing,
    approvals: approvals.map(({ name, state, message, at }) => ({ name, state, message, at: place(at) })),
    source,
  };
}

function place(at: Location | null): object | null {
  if (at === null) return null;
  const { file, line, column, endLine, endColumn } = at;
  return { path: file, line, column, end_line: endLine, end_column: endColumn };
}
