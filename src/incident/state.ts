/** Where an incident stands: worked out from its journals and its plan alone. */
import type { ContainmentPlan } from '../model/containment.ts';
import type { Interval } from '../model/drill.ts';
import type { Incident } from '../model/incident.ts';
import { showLeaked } from '../model/incident.ts';
import type { IncidentState, StepRecord, TimelineEntry, UnitRecord } from '../model/incident-state.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { VerifierDeclaration } from '../model/inventory.ts';
import type { Mechanism } from '../model/mechanism.ts';
import { shiftInterval, slowestInterval } from '../drill/interval.ts';
import { showBound } from '../model/quantity.ts';
import { scenarioOf } from '../response/scenario-of.ts';
import type { JournalRecord } from './journal.ts';
import type { MadeStep } from './made-steps.ts';
import { CONTAIN_EVENTS, madeSteps } from './made-steps.ts';
import { purgeChecklist } from './purge-checklist.ts';
import type { KnownUnit, Verified } from './verified.ts';
import { VERIFIED, verifiedBy } from './verified.ts';

/** Events that only this module and the commands about the end of an incident know. */
export const CHECKED = 'checked';
export const CLOSED = 'closed';
export const STRENGTHENED = 'strengthened';

export interface StateInput {
  readonly incident: Incident;
  /** Null where none was made. */
  readonly plan: ContainmentPlan | null;
  readonly records: readonly JournalRecord[];
  readonly verifiers: readonly VerifierDeclaration[];
  readonly affected: IncidentState['affected'];
  /** What the logs could not say, in words. */
  readonly unanswered: readonly string[];
  readonly now: number;
}

export function incidentState(input: StateInput): IncidentState {
  const { incident, plan, records, verifiers, affected, now } = input;
  const made = madeSteps(records);
  const steps = (plan?.steps ?? []).map((step) => stepRecord(step.id, step.does, made.get(step.id)));
  const verified = verifiedBy(records);
  const contained = containedBy(verified);
  const from = verified?.from ?? null;
  const checklist = purgeChecklist({
    scenario: scenarioOf(incident.leaked),
    verifiers,
    made: madeMechanisms(plan, made),
    containedAt: contained === null || contained.upper === 'unbounded' ? null : contained.upper,
    attested: attested(records),
    now,
  });
  const units = (verified?.units ?? []).map((unit) => unitRecord(unit, from ?? 0));
  const state = {
    incident: {
      name: incident.name,
      leaked: showLeaked(incident.leaked),
      issuer: incident.issuer,
      lead: incident.lead,
      since: incident.since,
      opened: incident.opened,
    },
    containmentBegan: from,
    contained,
    shownBy: verified?.kinds ?? [],
    closed: closedBy(records),
    timeline: records.map(timelineEntry),
    steps,
    units,
    exposure: verified === null ? null : exposures(verified, incident.since),
    affected,
    checklist,
  };
  const gaps = gapsOf(input, { steps, units, verified });
  return {
    ...state,
    unproven: unprovenOf(state, verified, plan),
    gaps: gaps.map(([gap]) => gap),
    actions: gaps.map(([, action]) => action),
  };
}

function stepRecord(id: string, does: string, made: MadeStep | undefined): StepRecord {
  if (made === undefined) {
    return { id, says: does, state: 'not-made', begun: null, took: null, by: null, why: null };
  }
  const { effect, state, begun, ended, by, why } = made;
  const [start, end] = [fromTimestamp(begun), ended === null ? null : fromTimestamp(ended)];
  const took = start === null || end === null ? null : end - start;
  return { id, says: effect.says, state, begun, took, by, why };
}

function madeMechanisms(plan: ContainmentPlan | null, made: ReadonlyMap<string, MadeStep>): readonly Mechanism[] {
  return (plan?.steps ?? []).filter(({ id }) => made.get(id)?.state === 'done').map(({ does }) => does);
}

function attested(records: readonly JournalRecord[]): readonly { item: string; by: string; why: string }[] {
  return records.flatMap(({ event, data, author }) =>
    event === CHECKED && typeof data['item'] === 'string' && typeof data['why'] === 'string'
      ? [{ item: data['item'], by: author, why: data['why'] }]
      : [],
  );
}

function containedBy(verified: Verified | null): Interval | null {
  if (verified === null || verified.units.length === 0 || verified.unprobed.length > 0) return null;
  const intervals = verified.units.flatMap(({ state, contained }) =>
    state === 'contained' && contained !== null ? [contained] : [],
  );
  return intervals.length === verified.units.length ? slowestInterval(intervals) : null;
}

function unitRecord(
  { unit, verifier, state, why, contained, recovered, predicted, model }: KnownUnit,
  from: number,
): UnitRecord {
  const since = (interval: Interval | null): Interval | null =>
    interval === null ? null : shiftInterval(interval, from);
  return { unit, verifier, state, why, contained: since(contained), recovered: since(recovered), predicted, model };
}

function exposures({ units, unprobed, from }: Verified, since: number): NonNullable<IncidentState['exposure']> {
  const isOpen = unprobed.length > 0 || units.some(({ state }) => state !== 'contained');
  const after = (zero: number): Interval => {
    const sum = (end: 'lower' | 'upper'): number =>
      units.reduce((total, { contained }) => total + Math.max(0, Number(contained?.[end] ?? zero) - zero), 0) / 1000;
    return { lower: sum('lower'), upper: isOpen ? 'unbounded' : sum('upper') };
  };
  return { sinceLeak: after(since), sinceContainment: after(from) };
}

function closedBy(records: readonly JournalRecord[]): IncidentState['closed'] {
  const closed = records.findLast(({ event }) => event === CLOSED);
  if (closed === undefined) return null;
  const { anyway } = closed.data;
  return { time: closed.time, by: closed.author, anyway: typeof anyway === 'string' ? anyway : null };
}

/** What is still unproven, each in one sentence. */
function unprovenOf(
  { steps, units, checklist }: Pick<IncidentState, 'steps' | 'units' | 'checklist'>,
  verified: Verified | null,
  plan: ContainmentPlan | null,
): readonly string[] {
  return [
    ...(plan === null ? ['there is no plan'] : []),
    ...(plan !== null && plan.steps.length === 0 ? ['the plan has no steps'] : []),
    ...steps.filter(({ state }) => state !== 'done').map(({ id, state }) => `step ${id} was not made: ${state}`),
    ...(verified === null ? ['nobody has verified that what leaked is refused'] : []),
    ...units.filter(({ state }) => state !== 'contained').map(({ unit, state, why }) => `${unit} is ${state}: ${why}`),
    ...(verified?.unprobed ?? []).map((name) => `${name} has no route to be probed at`),
    ...checklist
      .filter(({ state }) => state === 'open')
      .map(({ id, says, why }) => `${id}: not shown that ${says} (${why})`),
  ];
}

type Gap = readonly [gap: string, action: string];

function gapsOf(
  { plan, unanswered }: StateInput,
  {
    steps,
    units,
    verified,
  }: {
    readonly steps: readonly StepRecord[];
    readonly units: readonly UnitRecord[];
    readonly verified: Verified | null;
  },
): readonly Gap[] {
  return [
    ...(plan?.expected ?? [])
      .filter(({ by }) => by.length === 0)
      .map(({ verifier }): Gap => [
        `nothing that was done reaches ${verifier}`,
        `give ${verifier} a revocation channel, and declare a response for it in the inventory`,
      ]),
    ...(plan?.expected ?? [])
      .filter(({ bound, by }) => by.length > 0 && typeof bound !== 'number')
      .map(({ verifier, bound }): Gap => [
        `no bound could be promised for ${verifier}: ${bound}`,
        `make the prediction of ${verifier} finite: firebreak predict --verifier ${verifier} --tree`,
      ]),
    ...units
      .filter(({ model }) => model === 'exceeded')
      .map(({ unit, verifier, predicted }): Gap => [
        `${unit} took longer than the ${showBound(predicted)} that were predicted`,
        `find out what the inventory does not know about ${verifier}, and drill it`,
      ]),
    ...units
      .filter(({ state }) => state === 'unproven' || state === 'open')
      .map(({ unit, why }): Gap => [
        `${unit}: ${why}`,
        `make ${unit} refuse it and prove it: firebreak incident verify`,
      ]),
    ...(verified?.unprobed ?? []).map((name): Gap => [
      `${name} could not be probed`,
      `declare a route of ${name} in the inventory`,
    ]),
    ...steps
      .filter(({ state }) => state === 'failed' || state === 'uncertain')
      .map(({ id, why }): Gap => [`step ${id} did not go through: ${why ?? 'no answer'}`, `exercise ${id} in a drill`]),
    ...unanswered.map((question): Gap => [`the logs cannot say ${question}`, `log what answers it: ${question}`]),
  ];
}

function timelineEntry(record: JournalRecord): TimelineEntry {
  return { time: record.time, author: record.author, says: saysOf(record) };
}

function saysOf({ event, data }: JournalRecord): string {
  const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
  const number = (name: string): string => (typeof data[name] === 'number' ? String(data[name]) : '?');
  const { effect } = data;
  switch (event) {
    case 'opened':
      return `opened the incident: ${text('leaked')} leaked`;
    case 'scoped':
      return `looked for its uses in logs: ${number('uses')} uses, ${number('after')} after the leak`;
    case 'planned':
      return `made the plan ${text('plan')}`;
    case 'approved':
      return `approved the plan ${text('plan')}`;
    case CONTAIN_EVENTS.begun:
      return `began to run the plan ${text('plan')} in ${text('environment')}`;
    case CONTAIN_EVENTS.intent:
      return `${text('step')}: about to ${isSaying(effect) ? effect.says : 'act'}`;
    case CONTAIN_EVENTS.ack:
      return `${text('step')}: done`;
    case CONTAIN_EVENTS.fail:
      return `${text('step')}: failed: ${text('why')}`;
    case CONTAIN_EVENTS.found:
      return `${text('step')}: was done already: ${text('why')}`;
    case CONTAIN_EVENTS.said:
      return `${text('step')}: says that it was done by hand`;
    case CONTAIN_EVENTS.ended:
      return 'the run of the plan ended';
    case VERIFIED:
      return `verified by ${text('kind')}: ${data['contained'] === null ? 'not proven' : 'every place refuses it'}`;
    case CHECKED:
      return `checked ${text('item')}: ${text('why')}`;
    case STRENGTHENED:
      return text('branch') === ''
        ? 'wrote what it taught into the policies'
        : `proposed what it taught on branch ${text('branch')}`;
    case CLOSED:
      return text('anyway') === ''
        ? 'closed the incident'
        : `closed the incident although not everything is proven: ${text('anyway')}`;
    default:
      return event;
  }
}

function isSaying(value: unknown): value is { readonly says: string } {
  return typeof value === 'object' && value !== null && 'says' in value && typeof value.says === 'string';
}
