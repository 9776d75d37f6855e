import type { DrillResult, JudgedPlan } from '../model/drill.ts';
import { millis, showBound } from '../model/quantity.ts';
import type { ArmEvidence } from './evidence.ts';
import type { Marks } from './method.ts';
import { keepsKeysOneByOne, wasShownAt } from './phase.ts';

type Arms = DrillResult['arms'];

const ONE_PHASE =
  'one run sees one phase of every cache; a result under the prediction is weak evidence, one over it is proof';

/** How containment lay to the fetch that it waited for; nothing when it waited for none. */
export function phaseResult({ phase }: ArmEvidence, { tAct }: Marks): Pick<Arms[number], 'phase'> {
  if (phase === null) return {};
  const { verifier, fetchedAt } = phase;
  return { phase: { verifier, fetchedBeforeMs: fetchedAt === null ? null : Math.round(tAct - fetchedAt) } };
}

/** One line for each arm that waited for a fetch. */
export function phaseMethod(arms: Arms, records: readonly ArmEvidence[], plan: JudgedPlan): readonly string[] {
  return arms.flatMap(({ arm, phase }) => {
    if (phase === undefined) return [];
    const { verifier, fetchedBeforeMs } = phase;
    if (fetchedBeforeMs === null) {
      const within = plan.drill.observe.phase?.within ?? millis(0);
      return [`phase unknown in the ${arm} arm: no fetch by ${verifier} was seen within ${showBound(within)}`];
    }
    const record = records.find((candidate) => candidate.arm === arm);
    const doubt =
      record !== undefined && mayBeOfAnotherKey(record, plan)
        ? '; it keeps keys one by one and may have fetched another key, so this may not be its worst case'
        : '';
    return [
      `phase targeted in the ${arm} arm: ${verifier} fetched the key set ${fetchedBeforeMs} ms before containment began${doubt}`,
    ];
  });
}

/** A log does not tell which key a fetch was for, and neither does a fetch that no probe was waiting for. */
function mayBeOfAnotherKey({ phase, probes }: ArmEvidence, plan: JudgedPlan): boolean {
  if (phase === null || phase.fetchedAt === null || !keepsKeysOneByOne(plan, phase.verifier)) return false;
  const units = new Set(plan.units.filter(({ verifier }) => verifier === phase.verifier).map(({ id }) => id));
  return plan.drill.observe.phase?.log !== null || !wasShownAt(phase.fetchedAt, probes, units);
}

/** What a run says about other moments than its own. */
export function phaseLimit(arms: Arms, plan: JudgedPlan): string {
  const targeted = arms.flatMap(({ phase }) =>
    phase === undefined || phase.fetchedBeforeMs === null ? [] : phase.verifier,
  );
  const [verifier] = targeted;
  if (verifier !== undefined && targeted.length === arms.length) {
    const units = plan.units.filter((unit) => unit.verifier === verifier);
    // Each replica has a cache of its own, and only one of them has fetched.
    const isMany = units.length > 1 || units.some(({ pool }) => pool !== undefined);
    const whose = isMany ? 'the worst case of one of its replicas' : 'its worst case';
    return `containment was timed to a fetch by ${verifier}, so this shows ${whose}; of every other cache one run sees one phase, and a result under the prediction is weak evidence`;
  }
  return arms.some(({ phase }) => phase !== undefined) ? `phase unknown: ${ONE_PHASE}` : ONE_PHASE;
}
