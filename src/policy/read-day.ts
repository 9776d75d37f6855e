import type { Problem } from '../model/failure.ts';
import type { Day } from '../model/waiver.ts';
import { DAY, startOfDay } from './day.ts';
import type { Cursor } from './facts.ts';
import { faultAt, placeOf, textOf } from './facts.ts';

/** A day that a calendar has; null when none is written, or, with a problem, when there is no such day. */
export function readDay(at: Cursor, problems: Problem[]): Day | null {
  const text = textOf(at);
  if (text === null) return null;
  const starts = startOfDay(text);
  if (starts === null) {
    problems.push(faultAt(at, `there is no day ${text}`, 'write a day that a calendar has'));
    return null;
  }
  return { text, starts, ends: starts + DAY, at: placeOf(at) };
}
