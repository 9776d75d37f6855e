import type { Pointer } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { ConfigDocument, LeaveOut } from './config-document.ts';
import { locateIn } from './config-text.ts';
import { refuseConfigSize } from './limits.ts';
import { maskTemplates } from './placeholder.ts';
import { leftOut } from './problem.ts';

/** Most entries of a file; a hand-written one has hundreds. */
const MAX_ENTRIES = 100_000;

/** One character of a logical line, unescaped, with the offset it came from. */
interface Letter {
  readonly text: string;
  readonly at: number;
  readonly end: number;
  readonly isEscaped: boolean;
}

interface Entry {
  readonly key: string;
  readonly value: string;
  readonly keyRange: readonly [number, number];
  readonly valueRange: readonly [number, number];
}

/**
 * Reads Java `.properties` files: one flat mapping of whole keys, dots and all, of which the last counts. Continued lines
 * and escapes are taken as `java.util.Properties` takes them. A file of Spring Boot may hold several documents.
 *
 * @see https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html load(Reader)
 */
export function readPropertiesConfig(file: string, text: string, leaveOut: LeaveOut): readonly ConfigDocument[] {
  if (refuseConfigSize(file, text, leaveOut)) return [];
  const place = locateIn(file, text);
  const documents: Entry[][] = [[]];
  // To java.util.Properties a separator is a comment; only Spring Boot splits at it.
  const mayHoldMany = /^[ \t]*spring\./m.test(text);
  let count = 0;
  for (const line of logicalLines(text)) {
    if (line === 'separator') {
      if (mayHoldMany) documents.push([]);
      continue;
    }
    count += 1;
    const entry = entryOf(line);
    if (count > MAX_ENTRIES) {
      leaveOut(leftOut(place(...entry.keyRange), `the file has more than ${MAX_ENTRIES} entries`));
      return [];
    }
    documents.at(-1)?.push(entry);
  }
  return documents
    .map((entries, index) => ({ entries, index }))
    .filter(({ entries }) => entries.length > 0)
    .map(({ entries, index }) => documentOf({ file, text, index, entries, place }));
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly index: number;
  readonly entries: readonly Entry[];
  readonly place: (start: number, end: number) => Location;
}

function documentOf({ file, text, index, entries, place }: Source): ConfigDocument {
  const byPointer = new Map<Pointer, Entry>();
  for (const entry of entries) byPointer.set(pointerTo('', entry.key), entry);
  const first = entries[0]?.keyRange;
  const whole = (): Location => (first === undefined ? startOf(file) : place(...first));
  const locate = (pointer: Pointer): Location => {
    const entry = byPointer.get(pointer);
    return entry === undefined ? whole() : place(...entry.valueRange);
  };
  const locateKey = (pointer: Pointer): Location => {
    const entry = byPointer.get(pointer);
    return entry === undefined ? whole() : place(...entry.keyRange);
  };
  // From entries, because a key named __proto__ is data like any other.
  const data = Object.fromEntries(entries.map(({ key, value }) => [key, value] as const));
  return { file, index, data, format: 'properties', text, locate, locateKey };
}

/** Lines that hold an entry, continued ones joined, and the separators between documents. */
function* logicalLines(text: string): Generator<readonly Letter[] | 'separator'> {
  const lines = naturalLines(text);
  const masked = maskTemplates(text);
  for (let at = 0; at < lines.length; at += 1) {
    const [start, end] = lines[at] ?? [0, 0];
    const raw = text.slice(start, end);
    if (/^[ \t\f]*(?:[#!]|$)/.test(raw)) {
      if (isSeparator(raw, textOf(text, lines[at - 1]), textOf(text, lines[at + 1]))) yield 'separator';
      continue;
    }
    const letters: Letter[] = [];
    let goesOn = addLetters(letters, masked, start, end);
    while (goesOn && at + 1 < lines.length) {
      at += 1;
      const [from, to] = lines[at] ?? [0, 0];
      goesOn = addLetters(letters, masked, from, to);
    }
    if (letters.length > 0) yield letters;
  }
}

/** @see https://docs.spring.io/spring-boot/reference/features/external-config.html "Working With Multi-Document Files" */
function isSeparator(line: string, before: string, after: string): boolean {
  const prefix = line.charAt(0);
  return /^[#!]---[ \t]*$/.test(line) && !before.startsWith(prefix) && !after.startsWith(prefix);
}

function textOf(text: string, line: readonly [number, number] | undefined): string {
  return line === undefined ? '' : text.slice(...line);
}

function naturalLines(text: string): readonly (readonly [number, number])[] {
  const lines: (readonly [number, number])[] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  for (const { 0: end, index } of text.matchAll(/\r\n|\r|\n/g)) {
    lines.push([start, index]);
    start = index + end.length;
  }
  lines.push([start, text.length]);
  return lines;
}

/** Adds a natural line without the blanks in front; true when it ends in a backslash and goes on in the next. */
function addLetters(letters: Letter[], text: string, start: number, end: number): boolean {
  let at = start;
  while (at < end && isBlank(text.charAt(at))) at += 1;
  while (at < end) {
    if (text.charAt(at) !== '\\') {
      letters.push({ text: text.charAt(at), at, end: at + 1, isEscaped: false });
      at += 1;
      continue;
    }
    if (at + 1 >= end) return true;
    const unicode = /^u([\dA-Fa-f]{4})/.exec(text.slice(at + 1, at + 6))?.[1];
    const length = unicode === undefined ? 2 : 6;
    const next = text.charAt(at + 1);
    const character =
      unicode === undefined ? (ESCAPES[next] ?? next) : String.fromCharCode(Number.parseInt(unicode, 16));
    letters.push({ text: character, at, end: at + length, isEscaped: true });
    at += length;
  }
  return false;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\f';
}

/** The key ends at the first `=`, `:` or blank that is not escaped. */
function entryOf(letters: readonly Letter[]): Entry {
  const isPlain = (index: number, characters: string): boolean => {
    const letter = letters[index];
    return letter !== undefined && !letter.isEscaped && characters.includes(letter.text);
  };
  let keyEnd = 0;
  while (keyEnd < letters.length && !isPlain(keyEnd, '=: \t\f')) keyEnd += 1;
  let from = keyEnd;
  while (isPlain(from, ' \t\f')) from += 1;
  if (isPlain(from, '=:')) from += 1;
  while (isPlain(from, ' \t\f')) from += 1;
  const key = letters.slice(0, keyEnd);
  const value = letters.slice(from);
  const keyRange = rangeOf(key) ?? [letters[0]?.at ?? 0, letters[0]?.end ?? 0];
  return { key: join(key), value: join(value), keyRange, valueRange: rangeOf(value) ?? keyRange };
}

function join(letters: readonly Letter[]): string {
  return letters.map(({ text }) => text).join('');
}

function rangeOf(letters: readonly Letter[]): readonly [number, number] | null {
  const first = letters[0];
  const last = letters.at(-1);
  return first === undefined || last === undefined ? null : [first.at, last.end];
}
