import type { AST } from 'toml-eslint-parser';
import { ParseError, parseTOML } from 'toml-eslint-parser';
import type { Pointer } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { ConfigDocument, LeaveOut } from './config-document.ts';
import { MAX_DEPTH, leaveOutDeeper } from './limits.ts';
import { MASK, maskTemplates } from './placeholder.ts';
import { leftOut } from './problem.ts';

/** Longest text that is parsed, in UTF-16 code units: it takes a second at most, and half a gigabyte. */
const MAX_LENGTH = 500_000;

/** A value without quotes that a template fills in: no TOML until it was filled in. */
const BARE =
  /^([ \t]*(?:[\w-]+|"[^"\n]*")(?:\.[\w-]+)*[ \t]*=[ \t]*)((?:\uE000|\$\{)[^\s"'#,]*)(?=[ \t]*(?:#.*)?\r?$)/gm;

/**
 * Reads TOML that belongs to another product. A file with syntax errors gives nothing, because the product refuses it
 * too. Dates, times, `inf` and `nan` stay as they are written; numbers beyond 64 bits lose their last digits.
 */
export function readTomlConfig(file: string, text: string, leaveOut: LeaveOut): readonly ConfigDocument[] {
  if (text.length > MAX_LENGTH) {
    const message = `the file has ${text.length} characters; TOML of more than ${MAX_LENGTH} is not read`;
    leaveOut(leftOut(startOf(file), message));
    return [];
  }
  const plain = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const program = parse(quoteBareTemplates(maskTemplates(plain)));
  if (program === null) return [];
  const reading: Reading = { data: {}, containers: new Map(), values: new Map(), keys: new Map(), tooDeep: null };
  reading.containers.set('', reading.data);
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLTable') readTable(reading, node);
    else readPair(reading, node, { path: [], pointer: '' });
  }
  if (reading.tooDeep !== null) leaveOutDeeper(place(file, reading.tooDeep), leaveOut);
  return [documentOf(file, text, reading)];
}

/** The parser recurses into values and spreads long texts over the stack; a file that exhausts it is no configuration. */
function parse(text: string): AST.TOMLProgram | null {
  try {
    return parseTOML(text, { tomlVersion: '1.1' });
  } catch (error) {
    if (error instanceof ParseError || error instanceof RangeError) return null;
    throw error;
  }
}

/** Turns a bare placeholder into a text of the same length, so that every position holds. */
function quoteBareTemplates(text: string): string {
  return text.replace(BARE, (_, before: string, value: string) => `${before}"${MASK.repeat(value.length - 2)}"`);
}

interface Reading {
  readonly data: Record<string, unknown>;
  /** Tables and arrays that are open, by their pointers: a later header or dotted key may add to them. */
  readonly containers: Map<Pointer, Record<string, unknown> | unknown[]>;
  readonly values: Map<Pointer, AST.SourceLocation>;
  readonly keys: Map<Pointer, AST.SourceLocation>;
  /** Where reading first came to the limit of depth. */
  tooDeep: AST.SourceLocation | null;
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly pointer: Pointer;
}

function readTable(reading: Reading, table: AST.TOMLTable): void {
  const place = openTable(reading, { path: [], pointer: '' }, table.resolvedKey, table.key.loc);
  if (place === null) return;
  reading.values.set(place.pointer, table.key.loc);
  for (const pair of table.body) readPair(reading, pair, place);
}

function readPair(reading: Reading, { key, value }: AST.TOMLKeyValue, parent: Place): void {
  const names = key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
  const name = names.at(-1);
  const holder = openTable(reading, parent, names.slice(0, -1), key.loc);
  if (name === undefined || holder === null) return;
  const pointer = pointerTo(holder.pointer, name);
  reading.keys.set(pointer, key.loc);
  put(reading, holder.pointer, name, readValue(reading, value, { path: [...holder.path, name], pointer }));
}

/** Steps down from a table, making what is not there yet. Null below the greatest depth. */
function openTable(
  reading: Reading,
  from: Place,
  steps: readonly (string | number)[],
  at: AST.SourceLocation,
): Place | null {
  if (from.path.length + steps.length >= MAX_DEPTH) {
    reading.tooDeep ??= at;
    return null;
  }
  let { pointer } = from;
  for (const [index, step] of steps.entries()) {
    const below = pointerTo(pointer, step);
    if (!reading.containers.has(below)) {
      const container = typeof steps[index + 1] === 'number' ? [] : {};
      put(reading, pointer, step, container);
      reading.containers.set(below, container);
      reading.values.set(below, at);
      reading.keys.set(below, at);
    }
    pointer = below;
  }
  return { path: [...from.path, ...steps], pointer };
}

function put(reading: Reading, pointer: Pointer, step: string | number, value: unknown): void {
  const container = reading.containers.get(pointer);
  if (container === undefined) return;
  // A key named __proto__ is data like any other.
  Object.defineProperty(container, step, { value, enumerable: true, configurable: true, writable: true });
}

function readValue(reading: Reading, node: AST.TOMLContentNode, { path, pointer }: Place): unknown {
  reading.values.set(pointer, node.loc);
  if (node.type === 'TOMLValue') return scalarOf(node);
  if (path.length >= MAX_DEPTH) {
    reading.tooDeep ??= node.loc;
    return null;
  }
  if (node.type === 'TOMLArray') {
    return node.elements.map((element, index) =>
      readValue(reading, element, { path: [...path, index], pointer: pointerTo(pointer, index) }),
    );
  }
  const table: Record<string, unknown> = {};
  reading.containers.set(pointer, table);
  for (const pair of node.body) readPair(reading, pair, { path, pointer });
  return table;
}

function scalarOf(node: AST.TOMLValue): string | number | boolean {
  if (node.kind === 'string' || node.kind === 'boolean') return node.value;
  if (node.kind === 'integer' || node.kind === 'float') return Number.isFinite(node.value) ? node.value : node.number;
  return node.datetime;
}

function documentOf(file: string, text: string, { data, values, keys }: Reading): ConfigDocument {
  const locate = (pointer: Pointer): Location => {
    for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const found = values.get(at);
      if (found !== undefined) return place(file, found);
    }
    return startOf(file);
  };
  const locateKey = (pointer: Pointer): Location => {
    const found = keys.get(pointer);
    return found === undefined ? locate(pointer) : place(file, found);
  };
  return { file, index: 0, data, format: 'toml', text, locate, locateKey };
}

/** The parser counts columns from zero. */
function place(file: string, { start, end }: AST.SourceLocation): Location {
  return { file, line: start.line, column: start.column + 1, endLine: end.line, endColumn: end.column + 1 };
}
