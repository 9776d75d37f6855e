import type { LogLine } from './log-format.ts';

/** Names and indexes from the top of a line to a value. */
export type ValuePath = readonly string[];

/** One step of a JSON path (RFC 9535 section 2.3, names and indexes only). */
const STEP = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['((?:[^'\\]|\\['\\])*)'\]|\["((?:[^"\\]|\\["\\])*)"\]/gy;

/** Reads a JSON path with names and indexes, or a JSON pointer (RFC 6901); words for what is wrong otherwise. */
export function parseValuePath(text: unknown): ValuePath | string {
  if (typeof text !== 'string') return 'no text';
  if (text.startsWith('/')) {
    return /~(?![01])/.test(text)
      ? '"~" without 0 or 1'
      : text
          .slice(1)
          .split('/')
          .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  if (!text.startsWith('$') || text === '$') return 'neither "$." nor "/" at the start';
  const steps: string[] = [];
  let end = 1;
  STEP.lastIndex = end;
  for (let match = STEP.exec(text); match !== null; match = STEP.exec(text)) {
    const [, name, index, single, double] = match;
    steps.push(name ?? index ?? (single ?? double ?? '').replaceAll(/\\(.)/g, '$1'));
    end = STEP.lastIndex;
  }
  return end === text.length ? steps : `"${text.slice(end, end + 20)}", which is neither a name nor an index,`;
}

/** The value at a path; JSON texts on the way are looked into. Undefined when there is none. */
export function valueAt(line: LogLine, path: ValuePath): unknown {
  let value: unknown = line;
  for (const name of path) {
    if (typeof value === 'string' && (value.startsWith('{') || value.startsWith('['))) value = parsed(value);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = new Map<string, unknown>(Object.entries(value)).get(name);
  }
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
