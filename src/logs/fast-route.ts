import { Buffer } from 'node:buffer';
import { createByteNames } from './byte-names.ts';
import { routeName } from './route-name.ts';
import { path } from './values.ts';

const SLASH = 0x2f;
const STAR = 0x2a;
const QUESTION = 0x3f;
const HASH = 0x23;

/** Parts of a path that are shorter than this are identifiers only if they are numbers. */
const SHORT = 16;
const LONGEST = 256;
const ROUTE_NAMES = 4096;

/** A reader of the name of a route, as `routeName` gives it for the path. */
export function createRouteReader(): (bytes: Buffer, start: number, end: number) => string | null {
  const names = createByteNames(ROUTE_NAMES);
  const scratch = Buffer.alloc(LONGEST);

  /** Writes the path with stars for its numbers; its length, or -1 where that is not enough. */
  const write = (bytes: Buffer, start: number, end: number): number => {
    if (end - start > LONGEST || bytes[start] !== SLASH) return -1;
    let length = 0;
    let part = 0;
    let isNumber = false;
    for (let at = start; at <= end; at += 1) {
      const byte = at === end ? QUESTION : (bytes[at] ?? 0);
      const isEnd = byte === QUESTION || byte === HASH;
      if (byte !== SLASH && !isEnd) {
        isNumber = (isNumber || length === part) && byte >= 0x30 && byte <= 0x39;
        scratch[length] = byte;
        length += 1;
        if (length - part >= SHORT) return -1;
        continue;
      }
      if (isNumber && length > part) {
        scratch[part] = STAR;
        length = part + 1;
      }
      if (isEnd) break;
      scratch[length] = SLASH;
      length += 1;
      part = length;
      isNumber = false;
    }
    return length;
  };

  return (bytes, start, end) => {
    const length = write(bytes, start, end);
    const id = length === -1 ? -1 : names.of(scratch, 0, length);
    if (id !== -1) return names.text(id);
    const whole = path(bytes.toString('utf8', start, end));
    return whole === null ? null : routeName(whole);
  };
}

/** Whether a pattern covers the path of a request target that begins with a slash; its query does not count. */
export function coversBytes(pattern: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  let stop = start;
  while (stop < end && bytes[stop] !== QUESTION && bytes[stop] !== HASH) stop += 1;
  const isPrefix = pattern[pattern.length - 1] === STAR;
  const length = isPrefix ? pattern.length - 1 : pattern.length;
  if (isPrefix ? stop - start < length : stop - start !== length) return false;
  for (let at = 0; at < length; at += 1) if (pattern[at] !== bytes[start + at]) return false;
  return true;
}
