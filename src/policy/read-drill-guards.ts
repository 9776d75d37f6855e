import type { Problem } from '../model/failure.ts';
import type { DrillGuards, DrillWindow } from '../model/inventory.ts';
import type { Cursor } from './facts.ts';
import { child, faultAt, isGiven, items, placeOf, requiredText, textOf, textsOf } from './facts.ts';
import { readDay } from './read-day.ts';

/** Conditions of an environment; what a calendar or clock does not have is a problem. */
export function readDrillGuards(at: Cursor, problems: Problem[]): DrillGuards {
  const approvals = child(at, 'approvals').data;
  return {
    windows: items(child(at, 'windows')).map((window) => readWindow(window, problems)),
    freezes: items(child(at, 'freezes')).flatMap((freeze) => readFreeze(freeze, problems)),
    safetyLever: textOf(child(at, 'safety_lever')),
    approvals: typeof approvals === 'number' ? approvals : 0,
  };
}

function readWindow(at: Cursor, problems: Problem[]): DrillWindow {
  const from = minutesOf(child(at, 'from'));
  const to = minutesOf(child(at, 'to'));
  if (from >= to)
    problems.push(faultAt(child(at, 'to'), 'the window ends before it begins', 'write two windows, one for each day'));
  const zone = child(at, 'time_zone');
  const timeZone = isGiven(zone) ? requiredText(zone) : 'UTC';
  if (!isTimeZone(timeZone))
    problems.push(faultAt(zone, `there is no time zone "${timeZone}"`, 'write a name such as Europe/Berlin, or UTC'));
  return { days: textsOf(child(at, 'days')), from, to, timeZone, at: placeOf(at) };
}

function readFreeze(at: Cursor, problems: Problem[]): DrillGuards['freezes'] {
  const from = readDay(child(at, 'from'), problems);
  const until = readDay(child(at, 'until'), problems);
  if (from === null || until === null) return [];
  if (until.ends <= from.starts)
    problems.push(faultAt(child(at, 'until'), 'the freeze ends before it begins', 'write the later day as until'));
  return [{ from, until, reason: requiredText(child(at, 'reason')) }];
}

/** `HH:MM`, as the schema has it. */
function minutesOf(at: Cursor): number {
  const [hours = 0, minutes = 0] = requiredText(at).split(':').map(Number);
  return hours * 60 + minutes;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
