import type { Pointer, SourceDocument } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Fact } from '../model/fact.ts';
import { defaulted, explicit, unknownFact } from '../model/fact.ts';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { ZERO, parseDuration } from '../model/quantity.ts';
import { showText } from '../source/show-text.ts';
import { nearest } from './nearest.ts';
import { memberOf, segmentsOf } from './pointers.ts';

/** Data as it came out of a schema check: any JSON, looked at through this cursor only. */
export interface Cursor {
  readonly document: SourceDocument;
  readonly pointer: Pointer;
  readonly data: unknown;
}

export function cursorAt(document: SourceDocument, pointer: Pointer): Cursor {
  return segmentsOf(pointer).reduce<Cursor>(child, { document, pointer: '', data: document.data });
}

export function child({ document, pointer, data }: Cursor, key: string | number): Cursor {
  return { document, pointer: pointerTo(pointer, key), data: memberOf(data, key) };
}

export function items(list: Cursor): readonly Cursor[] {
  return Array.isArray(list.data) ? list.data.map((_, index) => child(list, index)) : [];
}

export function entries(mapping: Cursor): readonly (readonly [string, Cursor])[] {
  const { data } = mapping;
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? Object.keys(data).map((key) => [key, child(mapping, key)])
    : [];
}

export function placeOf({ document, pointer }: Cursor): Location {
  return document.locate(pointer);
}

export function isGiven({ data }: Cursor): boolean {
  return data !== undefined && data !== null;
}

export function textOf(at: Cursor): string | null {
  return typeof at.data === 'string' ? at.data : null;
}

export function wholeOf({ data }: Cursor): number | null {
  return typeof data === 'number' ? data : null;
}

/** Text that the schema requires; the empty string cannot be reached behind it. */
export function requiredText(at: Cursor): string {
  return textOf(at) ?? '';
}

export function textsOf(at: Cursor): readonly string[] {
  return items(at).map(requiredText);
}

/** A duration that the schema has checked; null when absent. */
export function durationOf(at: Cursor): Millis | null {
  return parseDuration(requiredText(at)) ?? null;
}

/** A bound as an explicit fact; null when absent. */
export function boundOf(at: Cursor): Fact<Bound> | null {
  const text = textOf(at);
  if (text === null) return null;
  const value: Bound = text === 'unbounded' || text === 'unknown' ? text : (parseDuration(text) ?? 'unknown');
  return value === 'unknown'
    ? unknownFact<Bound>(value, 'declared as unknown', placeOf(at))
    : explicit<Bound>(value, placeOf(at));
}

/** A bound that is unknown when nobody wrote it: never zero by silence. */
export function boundOrUnknown(at: Cursor, what: string): Fact<Bound> {
  return boundOf(at) ?? unknownFact<Bound>('unknown', `${what} is not declared`, placeOf(at));
}

/** A bound that is zero when nobody wrote it, because what it stands for only exists where it is declared. */
export function boundOrZero(at: Cursor, why: string): Fact<Bound> {
  return boundOf(at) ?? defaulted<Bound>(ZERO, why, placeOf(at));
}

/** An explicit flag; null when absent. */
export function flagOf(at: Cursor): Fact<boolean> | null {
  return typeof at.data === 'boolean' ? explicit(at.data, placeOf(at)) : null;
}

/** A fault that a schema cannot see, at the value. */
export function faultAt(at: Cursor, message: string, hint: string): Problem {
  return { code: 'document/invalid', message, hint, at: placeOf(at) };
}

/** Explains a name that refers to nothing, at the place it was written. */
export function unknownName(at: Cursor, kind: string, names: readonly string[]): Problem {
  const name = requiredText(at);
  const close = nearest(name, names);
  const choices = names.length === 0 ? `there is no ${kind}` : `choose one of ${[...new Set(names)].join(', ')}`;
  return {
    code: 'document/not-found',
    message: `there is no ${kind} ${showText(name)}`,
    hint: close === null ? choices : `did you mean "${close}"?`,
    at: placeOf(at),
  };
}
