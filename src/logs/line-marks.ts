import type { Buffer } from 'node:buffer';

/** Tells which lines hold a text, by walking over whole blocks. */
export interface LineMarks {
  /** A block begins. */
  readonly startBlock: (bytes: Buffer, start: number) => void;
  /** Whether the text stands between two places; lines are asked for in their order. */
  readonly isWithin: (bytes: Buffer, start: number, end: number) => boolean;
}

/**
 * Every JWT holds it: `{"` in base64url is `eyJ`. The first letter is left out, because it comes up so often that looking
 * for it takes most of the time.
 */
export const MARK_OF_TOKENS = 'yJ';

/** Every PEM block holds it (RFC 7468 section 2). */
export const MARK_OF_PEM = 'BEGIN';

/** @param mark ASCII */
export function createLineMarks(mark: string): LineMarks {
  let found = -1;
  return {
    startBlock: (bytes, start) => {
      found = bytes.indexOf(mark, start, 'latin1');
    },
    isWithin: (bytes, start, end) => {
      if (found !== -1 && found < start) found = bytes.indexOf(mark, start, 'latin1');
      return found !== -1 && found < end;
    },
  };
}
