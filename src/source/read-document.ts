import type { Document, Node, Pair } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Pointer, SourceDocument } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { Place } from './marks.ts';
import { documentProblem } from './problem.ts';
import { showText } from './show-text.ts';

type Range = readonly [start: number, end: number];

/** Offsets of values and keys; places are worked out for those that are asked for. */
export interface ReadRanges {
  readonly values: ReadonlyMap<Pointer, Range>;
  readonly keys: ReadonlyMap<Pointer, Range>;
}

export interface DocumentReading {
  readonly document: SourceDocument;
  readonly ranges: ReadRanges;
  readonly problems: readonly Problem[];
}

interface Reading {
  readonly place: Place;
  readonly values: Map<Pointer, Range>;
  readonly keys: Map<Pointer, Range>;
  readonly problems: Problem[];
}

/** Plain data and the position of every key and value of a parsed document, with what is ambiguous in it. */
export function readDocument(file: string, index: number, document: Document.Parsed, place: Place): DocumentReading {
  const reading: Reading = { place, values: new Map(), keys: new Map(), problems: [] };
  const [start] = document.range;
  const data = readValue(reading, document.contents, '', [start, start]);
  const { values, keys, problems } = reading;
  const ranges = { values, keys };
  const { locate, locateKey } = locatorOf(file, () => ranges, place);
  return { document: { file, index, data, locate, locateKey }, ranges, problems };
}

/** Answers where a value or key of a document is. */
export function locatorOf(
  file: string,
  ranges: () => ReadRanges,
  place: Place,
): Pick<SourceDocument, 'locate' | 'locateKey'> {
  const locate = (pointer: Pointer): Location => {
    const { values } = ranges();
    for (let at = pointer; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const found = values.get(at);
      if (found !== undefined) return place(...found);
    }
    const whole = values.get('');
    return whole === undefined ? startOf(file) : place(...whole);
  };
  const locateKey = (pointer: Pointer): Location => {
    const found = ranges().keys.get(pointer);
    return found === undefined ? locate(pointer) : place(...found);
  };
  return { locate, locateKey };
}

/** `fallback` is where an empty value is said to be: at its key. */
function readValue(reading: Reading, node: unknown, pointer: Pointer, fallback: Range): unknown {
  if (!isNode(node)) {
    reading.values.set(pointer, fallback);
    return null;
  }
  const [start, end] = node.range ?? [0, 0];
  reading.values.set(pointer, start === end ? fallback : [start, end]);
  // An alias is never followed; findMarks has refused it.
  if (isAlias(node)) return null;
  if (isMap(node)) return readMapping(reading, node.items, pointer);
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      const [at] = (isNode(item) ? item.range : null) ?? [start];
      return readValue(reading, item, pointerTo(pointer, index), [at, at]);
    });
  }
  return isScalar(node) ? node.value : null;
}

function readMapping(reading: Reading, pairs: readonly Pair[], pointer: Pointer): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { key: keyNode, value: valueNode } of pairs) {
    const [start, end] = (isNode(keyNode) ? keyNode.range : null) ?? [0, 0];
    const keyAt: Range = [start, end];
    const key = readKey(reading, keyNode, keyAt);
    if (key === null) continue;
    const below = pointerTo(pointer, key);
    const before = reading.keys.get(below);
    if (before !== undefined) {
      const first = reading.place(...before);
      refuse(
        reading,
        keyAt,
        `key ${showText(key)} is given twice, first at line ${first.line}, column ${first.column}`,
        'remove one of the two; readers differ in which they take',
      );
      continue;
    }
    reading.keys.set(below, keyAt);
    const value = readValue(reading, valueNode, below, keyAt);
    // A key named __proto__ is data like any other.
    if (key === '__proto__')
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
    else result[key] = value;
  }
  return result;
}

function readKey(reading: Reading, node: unknown, at: Range): string | null {
  if (isAlias(node)) return null;
  if (!isScalar(node)) {
    refuse(reading, at, 'a key must be text, not a list or mapping', 'remove the "?" or the brackets');
    return null;
  }
  const { value } = node;
  if (value === '<<') {
    refuse(reading, at, 'merge key "<<" takes members from elsewhere', 'write the members out, or use extends');
    return null;
  }
  if (typeof value === 'string') return value;
  const shown = (node.source ?? '').slice(0, 20);
  if (value === null) refuse(reading, at, 'a key must be text, not empty', 'write the key before the ":"');
  else refuse(reading, at, `a key must be text, not ${shown}`, `write "${shown}"`);
  return null;
}

function refuse(reading: Reading, at: Range, message: string, hint: string): void {
  reading.problems.push(documentProblem(reading.place(...at), message, hint));
}

function isNode(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}
