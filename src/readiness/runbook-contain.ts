/** The containment steps of a runbook: close the hole, refuse what is out there, then replace, then purge. */
import type { Scenario } from '../model/policy.ts';
import { showBound } from '../model/quantity.ts';
import type { RunbookActivity, RunbookStep, RunbookUseless } from '../model/runbook.ts';
import type { Phase } from '../response/mechanisms.ts';
import { responseOptions } from '../response/response-options.ts';
import { counted, named } from './answer.ts';
import type { Concerned } from './input.ts';
import { nameOf } from './input.ts';
import { SCENARIO_WORDS, person, shell, variable } from './runbook-words.ts';
import type { Way } from './ways.ts';
import { bestWay, waysFor } from './ways.ts';

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
  const later = ways.filter(({ option }) => option.phase !== 'deny');
  const regular = later.filter((way) => !isLastResort(way.option) && isWorthIt(way));
  const last = later.filter(({ option }) => isLastResort(option));
  return [
    patchStep(scenario, concerned),
    ...(best === null ? [] : [denyStep(best, ways, concerned)]),
    ...regular.map((way) => wayStep(way, concerned)),
    ...(last.length === 0 ? [] : [lastStep(last)]),
  ];
}

/** One token is refused by itself; taking the key away from everybody is for when that does not hold. */
function isLastResort({ scenario, phase }: Way['option']): boolean {
  return scenario === 'access_token' && phase === 'replace';
}

/** Restarts cost something; they help where a key or a verdict is remembered for too long. */
function isWorthIt({ option, reached }: Way): boolean {
  if (option.mechanism !== 'flush_caches') return true;
  return reached.some(({ one }) => needsRestart(one, option.scenario));
}

function needsRestart({ prediction }: Concerned, scenario: Scenario): boolean {
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
      'Somebody else does this while the next step runs: refusing what leaked does not wait for it.',
      'Nothing is replaced before it is done.',
    ],
    commands: [person(SCENARIO_WORDS[scenario].patch)],
  };
}

function denyStep(best: Way, ways: readonly Way[], concerned: readonly Concerned[]): RunbookStep {
  const others = ways.filter(({ option }) => option.phase === 'deny' && option.mechanism !== best.option.mechanism);
  const { option } = best;
  return {
    ...wayStep(best, concerned),
    key: 'deny',
    title: `Refuse what is out there: ${option.does}`,
    says: [
      ...reachWords(best, concerned),
      ...(others.length === 0
        ? []
        : [
            `Where that is not known or not enough, the next wider one: ${others
              .map((way) => `${way.option.does} (hits ${way.option.collateral})`)
              .join('; ')}.`,
          ]),
    ],
    commands: [
      shell('firebreak', 'incident', 'plan', variable('INCIDENT')),
      shell('firebreak', 'incident', 'contain', variable('INCIDENT')),
    ],
  };
}

function wayStep(way: Way, concerned: readonly Concerned[]): RunbookStep {
  const { option, within, reached } = way;
  return {
    ...EMPTY,
    key: option.mechanism,
    title: upperFirst(option.does),
    activity: ACTIVITIES[option.phase],
    who: ownersIn(option.phase === 'flush' ? reached.map(({ one }) => one) : []),
    says: [`Why: ${option.why}.`, ...(isAtIssuer(option.phase) ? [] : reachWords(way, concerned))],
    commands: [person(option.does)],
    within,
    collateral: option.collateral,
    undo: option.undo,
    source: option.source,
  };
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

function isAtIssuer(phase: Phase): boolean {
  return phase === 'stop';
}

/** Where it takes effect, and what holds where it does not. */
function reachWords({ option, reached, missed }: Way, concerned: readonly Concerned[]): readonly string[] {
  const all = counted(concerned.length, 'verifier');
  const slow =
    option.mechanism === 'flush_caches'
      ? reached.filter(({ one }) => needsRestart(one, option.scenario)).map(({ one }) => nameOf(one, concerned))
      : [];
  if (slow.length > 0) return [`Needed at ${named(slow)}.`];
  const endless = reached.filter(({ bound }) => bound === 'unbounded').map(({ one }) => nameOf(one, concerned));
  return [
    missed.length === 0 ? `Reaches every verifier (${all}).` : `Reaches ${reached.length} of ${all}.`,
    ...(endless.length === 0 ? [] : [`It never takes effect by itself at ${named(endless)}.`]),
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

const EMPTY: Omit<RunbookStep, 'key' | 'title' | 'activity'> = {
  section: 'contain',
  who: [],
  says: [],
  commands: [],
  within: null,
  collateral: null,
  undo: null,
  source: null,
};
