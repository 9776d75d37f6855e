/** The containment steps of a runbook: close the hole, refuse what is out there, then replace, then purge. */
import type { Scenario } from '../model/policy.ts';
import { maxBound, showBound } from '../model/quantity.ts';
import type { RunbookActivity, RunbookStep, RunbookUseless } from '../model/runbook.ts';
import type { Phase } from '../response/mechanisms.ts';
import { responseOptions } from '../response/response-options.ts';
import { counted, named } from './answer.ts';
import type { Concerned } from './input.ts';
import { nameOf } from './input.ts';
import { SCENARIO_WORDS, SILENT_STEP, person, shell, variable } from './runbook-words.ts';
import type { Way } from './ways.ts';
import { answeredBy, bestWay, byHand, isLastResort, isPlanned, waysFor } from './ways.ts';

const ACTIVITIES: Readonly<Record<Phase, RunbookActivity>> = {
  deny: 'restrict',
  stop: 'restrict',
  replace: 'eliminate',
  flush: 'eliminate',
  purge: 'eliminate',
};

/** Steps in the order in which they are taken. */
export function containSteps(scenario: Scenario, concerned: readonly Concerned[]): readonly RunbookStep[] {
  const ways = waysFor(scenario, concerned).filter(({ reached }) => reached.length > 0);
  const best = bestWay(ways);
  const denying = ways.filter(({ option }) => option.phase === 'deny');
  const stopping = ways.filter(({ option }) => option.phase === 'stop');
  const later = ways.filter((way) => !denying.includes(way) && !stopping.includes(way));
  const last = later.filter(({ option }) => isLastResort(option));
  return [
    patchStep(scenario, concerned),
    ...planStep(ways),
    ...(best === null ? [] : [denyStep(best, denying, concerned)]),
    ...stopSteps(stopping, concerned),
    ...later
      .filter((way) => !last.includes(way))
      .map(whereNeeded)
      .filter(({ reached }) => reached.length > 0)
      .map((way) => wayStep(way, concerned)),
    ...waitStep(ways, concerned),
    ...(last.length === 0 ? [] : [lastStep(last)]),
  ];
}

/** Restarts cost something; they help where a key or a verdict is remembered for too long. */
function whereNeeded(way: Way): Way {
  const { option, reached } = way;
  if (option.mechanism !== 'flush_caches') return way;
  return { ...way, reached: reached.filter(({ one }) => needsRestart(one, option.scenario)) };
}

function needsRestart({ prediction, isRestarted }: Concerned, scenario: Scenario): boolean {
  if (isRestarted) return true;
  const isSlow =
    prediction.verdict === 'over' || prediction.verdict === 'unbounded' || prediction.verdict === 'unknown';
  const remembers = prediction.addends.some(({ symbol, value }) => symbol === 'V' && value !== 0);
  return scenario === 'signing_key' ? isSlow || remembers : remembers;
}

function patchStep(scenario: Scenario, concerned: readonly Concerned[]): RunbookStep {
  return {
    ...EMPTY,
    key: 'patch',
    title: 'Close the way it leaked',
    activity: 'eliminate',
    who: ownersIn(concerned),
    says: [
      'Somebody else does this at once. Refusing what leaked does not wait for it.',
      'What is made new before it is done leaks the same way.',
    ],
    commands: [person(SCENARIO_WORDS[scenario].patch)],
  };
}

/** The narrow way first; what is wider stands beside it for when its name is not known. */
function denyStep(best: Way, denying: readonly Way[], concerned: readonly Concerned[]): RunbookStep {
  return {
    ...wayStep(best, concerned),
    key: 'deny',
    title: `Refuse what is out there: ${best.option.does}`,
    says: [...reachWords(best, concerned), ...handWords(best)],
    wider: denying.filter((way) => way !== best).map(widerWords),
  };
}

/** What stops the issuer from minting more: one way is enough, but a client comes back only with new credentials. */
function stopSteps(stopping: readonly Way[], concerned: readonly Concerned[]): readonly RunbookStep[] {
  const able = stopping.filter(({ option }) => option.effect === 'stops' || option.effect === 'ends');
  const helping = stopping.filter((way) => !able.includes(way));
  const also = helping.map(({ option }) => `Helps too: ${option.does} (${option.why}).`);
  const [first, ...rest] = able.map((way) => wayStep(way, concerned));
  if (first === undefined) return [];
  const start = { ...first, says: [...first.says, ...also] };
  const isClient = able.some(({ option }) => option.scenario === 'client');
  return isClient ? [start, ...rest] : [{ ...start, wider: able.slice(1).map(widerWords) }];
}

function widerWords({ option }: Way): string {
  return `${option.does} (hits ${option.collateral})`;
}

/** One plan for everything that can be done by program; people read it before it is run. */
function planStep(ways: readonly Way[]): readonly RunbookStep[] {
  if (!isPlanned(ways)) return [];
  return [
    {
      ...EMPTY,
      key: 'plan',
      title: 'Make the plan, read it, run it',
      activity: 'restrict',
      who: ['the lead of the incident'],
      says: [
        'The plan holds the steps below that a program can do, in this order.',
        'Before the first step it asks for the name of the incident. Running it again does nothing twice.',
      ],
      commands: [
        shell('firebreak', 'incident', 'plan', variable('INCIDENT')),
        shell('firebreak', 'incident', 'contain', variable('INCIDENT')),
      ],
    },
  ];
}

function wayStep(way: Way, concerned: readonly Concerned[]): RunbookStep {
  const { option, reached } = way;
  const finite = reached.flatMap(({ bound }) => (bound === null || bound === 'unbounded' ? [] : [bound]));
  return {
    ...EMPTY,
    key: option.mechanism,
    title: upperFirst(option.does),
    activity: ACTIVITIES[option.phase],
    who: whoActs(way),
    says: [`Why: ${option.why}.`, ...(option.phase === 'stop' ? [] : reachWords(way, concerned)), ...handWords(way)],
    commands: [person(option.does)],
    within: finite.length === 0 ? null : maxBound(finite),
    collateral: option.collateral,
    undo: option.undo,
    source: option.source,
  };
}

/** Owners of verifiers restart and deploy them; who acts at an issuer no Inventory says. */
function whoActs({ option, reached }: Way): readonly string[] {
  if (option.phase === 'flush' || option.phase === 'purge' || option.mechanism === 'replace_secret')
    return ownersIn(reached.map(({ one }) => one));
  const channels = reached.flatMap((each) => each.channels);
  if (channels.length > 0) return [`whoever may write to ${named(channels.toSorted())}`];
  return [`whoever may act at issuer ${named(reached.map(({ one }) => one.verifier.issuer))}`];
}

/** Which of it the plan does, and what is left to people. */
function handWords(way: Way): readonly string[] {
  const automatic = new Set(way.reached.flatMap(({ responses }) => responses.map(({ call }) => call.uses)));
  if (automatic.size === 0) return ['By hand: no response is declared for it in the Inventory.'];
  const manual = byHand(way);
  const left = manual.length === 0 ? '' : ` By hand at ${named(manual.map(({ one }) => one.verifier.name))}.`;
  return [`The plan does it, by ${[...automatic].toSorted().join(', ')}.${left}`];
}

/** Where nothing can be told to a verifier, only time ends it; saying so keeps people from looking for more. */
function waitStep(ways: readonly Way[], concerned: readonly Concerned[]): readonly RunbookStep[] {
  // Whoever has a key writes exp, so waiting ends nothing.
  if (ways.some(({ option }) => option.scenario === 'signing_key' || option.scenario === 'hmac_secret')) return [];
  const untold = concerned.filter((one) => !answeredBy(ways, one));
  if (untold.length === 0) return [];
  const names = named(untold.map((one) => nameOf(one, concerned)));
  const bound = maxBound(untold.map(({ prediction }) => prediction.bound));
  return [
    {
      ...EMPTY,
      key: 'wait',
      title: 'Wait where nothing can be told',
      activity: 'look',
      who: ownersIn(untold),
      says: [`No list that can name it reaches ${names}: what is out there lives on until it expires.`],
      commands: [person('watch the uses there until then, or take the service off line if that is better')],
      within: bound,
    },
  ];
}

function lastStep(last: readonly Way[]): RunbookStep {
  return {
    ...EMPTY,
    key: 'last_resort',
    title: 'Only if that does not hold',
    activity: 'eliminate',
    says: last.map(({ option }) => `${upperFirst(option.does)}: ${option.why}. Hits ${option.collateral}.`),
    commands: [person('ask whoever decides before any of these')],
  };
}

/** Where it takes effect, and what holds where it does not. */
function reachWords({ option, reached, missed }: Way, concerned: readonly Concerned[]): readonly string[] {
  const all = counted(concerned.length, 'verifier');
  if (option.mechanism === 'flush_caches') {
    return [`Needed at ${named(reached.map(({ one }) => nameOf(one, concerned)))}, after everything above is done.`];
  }
  const endless = reached.filter(({ bound }) => bound === 'unbounded').map(({ one }) => nameOf(one, concerned));
  return [
    missed.length === 0 ? `Reaches every verifier (${all}).` : `Reaches ${reached.length} of ${all}.`,
    ...(endless.length === 0 ? [] : [`It never takes effect without a restart at ${named(endless)}.`]),
    ...missed.map((one) => missedWords(one, concerned)),
  ];
}

function missedWords(one: Concerned, concerned: readonly Concerned[]): string {
  const { bound } = one.prediction;
  const until =
    bound === 'unbounded'
      ? 'it stays open until it is restarted or deployed'
      : bound === 'unknown'
        ? 'nobody knows when it ends there'
        : `it ends there within ${showBound(bound)} at worst, by the steps below or by itself`;
  return `Does not reach "${nameOf(one, concerned)}": ${until}.`;
}

/** What looks like a response and is none; what has the same reason stands together. */
export function uselessFor(scenario: Scenario): readonly RunbookUseless[] {
  const groups = new Map<string, RunbookUseless>();
  for (const { effect, does, why, source } of responseOptions(scenario)) {
    if (effect !== 'nothing') continue;
    const known = groups.get(why);
    groups.set(why, { does: [...(known?.does ?? []), does], why, source: known?.source ?? source });
  }
  return [...groups.values()];
}

export function ownersIn(concerned: readonly Concerned[]): readonly string[] {
  return [
    ...new Set(concerned.flatMap(({ verifier }) => (verifier.owner === null ? [] : [verifier.owner]))),
  ].toSorted();
}

export function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const EMPTY: Omit<RunbookStep, 'key' | 'title' | 'activity'> = { ...SILENT_STEP, section: 'contain', who: [] };
