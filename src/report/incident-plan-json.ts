import type { ContainmentProposal } from '../model/containment.ts';
import { toTimestamp } from '../model/instant.ts';
import { jsonText } from './json-text.ts';

/** Version of the JSON output; members are only added within a major. */
const SCHEMA_VERSION = '1.0';

/** The plan of an incident for programs. */
export function planJson(proposal: ContainmentProposal): string {
  const { plan, steps, leftOut, verifiers, checklist } = proposal;
  return jsonText({
    schema_version: SCHEMA_VERSION,
    incident: proposal.incident,
    scenario: proposal.scenario,
    environment: proposal.environment,
    inventory: proposal.inventory,
    made: toTimestamp(plan.made),
    affected: proposal.affected,
    steps: steps.map(({ step, says, calls, reaches, effect, why, collateral, undo }) => ({
      id: step.id,
      does: step.does,
      says,
      names: step.names,
      until: toTimestamp(step.until),
      uses: step.call.uses,
      calls,
      reaches,
      effect,
      why,
      collateral,
      undo,
      after: step.after,
      timeout_ms: step.timeout,
    })),
    verifiers: verifiers.map((each) => ({
      verifier: each.verifier,
      owner: each.owner,
      bound_ms: each.bound,
      without_plan_ms: each.withoutPlan,
      objective_ms: each.objective,
      verdict: each.verdict,
      by: each.by,
      exposed: each.exposed,
      would_be_bounded_by: each.wouldBeBoundedBy,
    })),
    not_taken: leftOut,
    checklist,
    notes: proposal.notes,
  });
}
