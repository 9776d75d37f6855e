import type { Pointer } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { ConfigDocument, LeaveOut } from './config-document.ts';
import { readYamlConfig } from './config-yaml.ts';
import { MAX_DEPTH, refuseConfigSize } from './limits.ts';
import { blankComments } from './json-comments.ts';
import { isTemplated } from './placeholder.ts';
import { endOfQuoted } from './quoted.ts';

/**
 * Reads JSON that belongs to another product, comments included as readers of .NET and Node tools accept them. What is
 * no JSON, a template above all, is read as YAML, which takes more and costs thirty times as much.
 */
export function readJsonConfig(file: string, text: string, leaveOut: LeaveOut): readonly ConfigDocument[] {
  const plain = blankComments(text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text);
  if (refuseConfigSize(file, plain, leaveOut)) return [];
  const data = parse(plain);
  if (data === undefined)
    return isTemplated(text) || isNearlyJson(plain) ? readYamlConfig(file, text, 'json', leaveOut) : [];
  return [documentOf(file, text, plain, data)];
}

/** A text that begins and ends as JSON does, so that only a trailing comma or a bare word may be wrong with it. */
function isNearlyJson(text: string): boolean {
  return /^\s*[[{]/.test(text) && /[\]}]\s*$/.test(text);
}

/** Undefined for what is no JSON; JSON itself cannot say undefined. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Positions are worked out when the first one is asked for: most files are only looked at. */
function documentOf(file: string, text: string, plain: string, data: unknown): ConfigDocument {
  let places: Places | null = null;
  const placed = (): Places => (places ??= findPlaces(plain));
  const locate = (pointer: Pointer): Location => {
    for (let at = pointer; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const found = placed().values.get(at);
      if (found !== undefined) return placed().place(file, found);
      if (at === '') return startOf(file);
    }
  };
  const locateKey = (pointer: Pointer): Location => {
    const found = placed().keys.get(pointer);
    return found === undefined ? locate(pointer) : placed().place(file, found);
  };
  return { file, index: 0, data, format: 'json', text, locate, locateKey };
}

type Range = readonly [start: number, end: number];

export interface Places {
  readonly values: ReadonlyMap<Pointer, Range>;
  readonly keys: ReadonlyMap<Pointer, Range>;
  readonly place: (file: string, range: Range) => Location;
}

interface Frame {
  readonly pointer: Pointer;
  readonly start: number;
  readonly isList: boolean;
  index: number;
  /** Name of the member whose value comes next; null while a name is expected. */
  key: string | null;
}

const TOKEN = /["{}[\],]|[^\s{}[\],:"]+/g;

function* tokensOf(text: string): Generator<{ readonly token: string; readonly start: number }> {
  const marks = new RegExp(TOKEN);
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const { 0: mark, index: start } = match;
    if (mark === '"') marks.lastIndex = endOfQuoted(text, start) ?? text.length;
    yield { token: text.slice(start, marks.lastIndex), start };
  }
}

/** Ranges of all values and keys of a text that is known to be JSON. */
function findPlaces(text: string): Places {
  const values = new Map<Pointer, Range>();
  const keys = new Map<Pointer, Range>();
  const open: Frame[] = [];
  for (const { token, start } of tokensOf(text)) {
    const frame = open.at(-1);
    const end = start + token.length;
    if (token === '{' || token === '[') {
      open.push({ pointer: below(frame), start, isList: token === '[', index: 0, key: null });
    } else if (token === '}' || token === ']') {
      open.pop();
      if (frame !== undefined) values.set(frame.pointer, [frame.start, end]);
    } else if (token === ',') {
      if (frame !== undefined) {
        frame.index += 1;
        frame.key = null;
      }
    } else if (frame !== undefined && !frame.isList && frame.key === null) {
      frame.key = String(JSON.parse(token));
      if (open.length <= MAX_DEPTH) keys.set(below(frame), [start, end]);
    } else if (open.length <= MAX_DEPTH) {
      values.set(below(frame), [start, end]);
    }
  }
  return { values, keys, place: placesOf(text) };
}

function below(frame: Frame | undefined): Pointer {
  return frame === undefined ? '' : pointerTo(frame.pointer, frame.isList ? frame.index : (frame.key ?? ''));
}

/** Turns ranges of offsets into places with lines and columns. */
export function placesOf(text: string): Places['place'] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const position = (offset: number): { readonly line: number; readonly column: number } => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
  return (file, [start, end]) => {
    const from = position(start);
    const to = position(end);
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  };
}
