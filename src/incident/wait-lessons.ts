/** Waits that kept what leaked alive: those that a file says, and those that nothing ends. */
import type { ContainmentPlan } from '../model/containment.ts';
import type { Change, FixPlan } from '../model/fix.ts';
import type { IncidentState } from '../model/incident-state.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Lesson } from '../model/lesson.ts';
import { showLocation } from '../model/location.ts';
import type { Scenario } from '../model/policy.ts';
import type { Addend, Prediction } from '../model/prediction.ts';
import type { Millis } from '../model/quantity.ts';
import { isFiniteBound, millis, showBound } from '../model/quantity.ts';

export interface WaitInput {
  readonly plan: ContainmentPlan | null;
  readonly state: Pick<IncidentState, 'units'>;
  /** Of the environment and the issuer that the incident is about. */
  readonly inventory: Inventory;
}

/** The largest wait of a place whose promise was missed, in fact or by prediction. */
export function waitLessons(prediction: Prediction, { state }: WaitInput): readonly Lesson[] {
  const { verifier, bound, objective, wouldBeBoundedBy, at } = prediction;
  const limit = objective?.max;
  if (limit === undefined || !isFiniteBound(limit)) return [];
  const late = state.units.find(({ verifier: name, contained }) => name === verifier && isLater(contained, limit));
  if (bound === 'unbounded') {
    const says = `make the end at ${verifier} one that can be promised (${showLocation(at)}): it would end by ${wouldBeBoundedBy ?? 'a channel of its own'}`;
    return [
      {
        id: 'bound',
        showed: `nothing promises an end at ${verifier}; the objective is ${showBound(limit)}`,
        says,
        fix: null,
      },
    ];
  }
  if (!isFiniteBound(bound) || (bound <= limit && late === undefined)) return [];
  const showed =
    late === undefined
      ? `${verifier} may take ${showBound(bound)}, the objective is ${showBound(limit)}`
      : `${verifier} took longer than the objective of ${showBound(limit)}`;
  const biggest = biggestOf(prediction.addends);
  if (biggest === null) return [];
  const { addend, value } = biggest;
  const to = value - Math.max(bound - limit, 0);
  const where = addend.at === null ? '' : ` (${showLocation(addend.at)})`;
  if (addend.at === null || addend.origin !== 'explicit' || bound <= limit || to < 1000) {
    const says = `shorten the largest wait of ${verifier}, "${addend.label}": ${showBound(value)}${where}`;
    return [{ id: 'shorten_wait', showed, says, fix: null }];
  }
  const whole = millis(Math.floor(to / 1000) * 1000);
  const says = `deploy a shorter wait at ${verifier}, and say so: "${addend.label}" from ${showBound(value)} to ${showBound(whole)}${where}`;
  const change: Change = { kind: 'shorten', at: addend.at, from: value, to: whole };
  const fix: FixPlan = { title: says, safe: false, document: addend.at, changes: [change] };
  return [{ id: 'shorten_wait', showed, says, fix }];
}

function isLater(contained: IncidentState['units'][number]['contained'], limit: Millis): boolean {
  return contained !== null && contained.lower > limit;
}

function biggestOf(addends: readonly Addend[]): { readonly addend: Addend; readonly value: Millis } | null {
  const finite = addends.flatMap((addend) =>
    isFiniteBound(addend.value) && addend.value > 0 ? [{ addend, value: addend.value }] : [],
  );
  return finite.toSorted((a, b) => b.value - a.value)[0] ?? null;
}

/** What stops whoever can make more tokens of what leaked, where lists only refuse those that are out. */
const STOPPED_BY: Readonly<Partial<Record<Scenario, string>>> = {
  refresh_token: 'revoke_family or end_session',
  user_session: 'end_session',
  client: 'block_client',
};

/** Lists would do, if nothing new were minted: then it is the plan that had nothing to stop it with. */
export function stopLessons(
  scenario: Scenario,
  predictions: readonly Prediction[],
  { plan, inventory }: WaitInput,
): readonly Lesson[] {
  const response = STOPPED_BY[scenario];
  const isOpen = (plan?.expected ?? []).some(
    ({ verifier, bound, by }) =>
      bound === 'unbounded' &&
      by.length > 0 &&
      predictions.some((each) => each.verifier === verifier && each.bound !== 'unbounded'),
  );
  if (response === undefined || !isOpen) return [];
  const says = `declare a response in inventory ${inventory.name} that stops new tokens: ${response}`;
  return [{ id: 'bound', showed: `nothing stopped new tokens from what leaked`, says, fix: null }];
}
