/** Whether anybody could prove that the leak is closed: routes to ask, and credentials of our own to ask with. */
import type { DrillSpec } from '../model/drill.ts';
import type { Scenario } from '../model/policy.ts';
import type { ReadinessAnswer, ReadinessGap } from '../model/readiness.ts';
import { answerOf, counted, missing, named, note } from './answer.ts';
import type { Concerned, ReadinessInput } from './input.ts';
import { drillsOf, nameOf, probes, withoutFreshToken } from './input.ts';

/** Roles without which a refusal proves little: an outage refuses too (docs/drills.md). */
const WITNESSES = ['control', 'negative'] as const;

export function verifyAnswer(
  scenario: Scenario,
  concerned: readonly Concerned[],
  input: ReadinessInput,
): ReadinessAnswer {
  const drills = drillsOf(scenario, input).filter((drill) => concerned.some((one) => probes(drill, one)));
  const unrouted = concerned.filter(({ verifier }) => verifier.routes.length === 0);
  const canaries = drills.filter(hasCanary);
  const covered = concerned.filter((one) => canaries.some((drill) => probes(drill, one)));
  const uncovered = concerned.filter((one) => !covered.includes(one));
  const gaps: ReadinessGap[] = [];
  if (unrouted.length > 0) {
    const names = named(unrouted.map((one) => nameOf(one, concerned)));
    gaps.push(missing(`no route to ask at ${names}`, 'routes in the Inventory', unrouted[0]?.verifier.at));
  }
  if (uncovered.length > 0) {
    const names = named(uncovered.map((one) => nameOf(one, concerned)));
    const fix = `a Drill with scenario: ${scenario} and a credential with role: canary (docs/drills.md)`;
    gaps.push(missing(`no drill has a canary for ${names}`, fix, uncovered[0]?.verifier.at));
  }
  for (const drill of canaries) {
    const lacking = WITNESSES.filter((role) => !drill.credentials.some((each) => each.role === role));
    if (lacking.length === 0) continue;
    const what = `drill "${drill.name}" has no ${lacking.join(' and no ')} credential, so an outage looks like a revocation`;
    gaps.push(note(what, `add one with role: ${lacking[0] ?? ''}`, drill.at));
  }
  const stale = withoutFreshToken(concerned);
  if (stale.length > 0) {
    const what = `nothing shows that users of ${named(stale.map((one) => nameOf(one, concerned)))} get in again`;
    gaps.push(missing(what, 'fresh_tokens in the Inventory', stale[0]?.inventory.issuers[0]?.at));
  }
  return answerOf({
    question: 'verify',
    basis: 'declared',
    says: `${covered.length} of ${counted(concerned.length, 'verifier')} can be asked with a canary`,
    facts: canaries.map((drill) => ({
      says: `drill "${drill.name}" asks ${counted(concerned.filter((one) => probes(drill, one)).length, 'verifier')} with ${rolesOf(drill)}`,
      at: drill.at,
    })),
    gaps,
  });
}

function hasCanary({ credentials }: DrillSpec): boolean {
  return credentials.some(({ role }) => role === 'canary');
}

function rolesOf({ credentials }: DrillSpec): string {
  return [...new Set(credentials.map(({ role }) => role))]
    .filter((role) => role !== 'key' && role !== 'grant')
    .join(', ');
}
