import type { Pointer, SourceDocument } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import { placesOf } from './config-json.ts';
import type { ParsedFile } from './parse.ts';
import { parseWithRanges } from './parse.ts';
import type { ReadRanges } from './read-document.ts';
import { locatorOf } from './read-document.ts';

/**
 * A parsed document as JSON: its number, its data, and for every value in the order of its members where it begins and
 * ends, then where its key does; -1 where there is none.
 */
export type KeptDocument = readonly [index: number, data: unknown, offsets: readonly number[]];

export interface KeepingParse {
  readonly parsed: ParsedFile;
  /** Null for a file with faults, and for data that JSON would change. */
  readonly kept: readonly KeptDocument[] | null;
}

/** Parses a file as {@link parseDocuments} does, and gives what a later run can recall instead. */
export function parseToKeep(file: string, text: string): KeepingParse {
  const { parsed, ranges } = parseWithRanges(file, text);
  const isWhole = parsed.problems.length === 0 && parsed.documents.every(({ data }) => isJson(data));
  if (!isWhole) return { parsed, kept: null };
  const kept = parsed.documents.map((document, at): KeptDocument => {
    const { values, keys } = ranges[at] ?? { values: new Map(), keys: new Map() };
    const offsets = [...pointersOf(document.data, '')].flatMap((pointer) => [
      ...(values.get(pointer) ?? NOWHERE),
      ...(keys.get(pointer) ?? NOWHERE),
    ]);
    return [document.index, document.data, offsets];
  });
  return { parsed, kept };
}

const NOWHERE = [-1, -1] as const;

/** What {@link parseToKeep} parsed, without parsing it again. */
export function recallParsed(file: string, text: string, kept: readonly KeptDocument[]): ParsedFile {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let places: ReturnType<typeof placesOf> | null = null;
  const place: Parameters<typeof locatorOf>[2] = (start, end) => (places ??= placesOf(plain))(file, [start, end]);
  const documents = kept.map(([index, data, offsets]): SourceDocument => {
    let ranges: ReadRanges | null = null;
    const { locate, locateKey } = locatorOf(file, () => (ranges ??= rangesOf(data, offsets)), place);
    return { file, index, data, locate, locateKey };
  });
  return { documents, problems: [] };
}

function rangesOf(data: unknown, offsets: readonly number[]): ReadRanges {
  const values = new Map<Pointer, readonly [number, number]>();
  const keys = new Map<Pointer, readonly [number, number]>();
  let at = 0;
  for (const pointer of pointersOf(data, '')) {
    const [start = -1, end = -1, keyStart = -1, keyEnd = -1] = offsets.slice(at, at + 4);
    if (start >= 0) values.set(pointer, [start, end]);
    if (keyStart >= 0) keys.set(pointer, [keyStart, keyEnd]);
    at += 4;
  }
  return { values, keys };
}

/** Every value of a document, members in their order, which JSON keeps. */
function* pointersOf(data: unknown, pointer: Pointer): Generator<Pointer> {
  yield pointer;
  if (typeof data !== 'object' || data === null) return;
  const members = Array.isArray(data) ? data.entries() : Object.entries(data);
  for (const [name, value] of members) yield* pointersOf(value, pointerTo(pointer, name));
}

/** Whether data comes back from JSON as it went: numbers like `.inf` and -0 do not. */
function isJson(data: unknown): boolean {
  if (typeof data === 'number') return Number.isFinite(data) && !Object.is(data, -0);
  if (typeof data !== 'object' || data === null) return typeof data !== 'bigint' && data !== undefined;
  return Object.values(data).every(isJson);
}
