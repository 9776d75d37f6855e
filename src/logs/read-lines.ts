/** Bytes to lines, in bounded memory, whatever the bytes. */
import { Buffer } from 'node:buffer';

/** Longest line that is read, in bytes: an access log line has hundreds; 1 MiB without a line end is no log line. */
export const MAX_LINE_BYTES: number = 1024 * 1024;

export interface LineSink {
  /** @param number 1-based; the text has no line end */
  readonly line: (text: string, number: number) => void;
  readonly tooLong: (number: number) => void;
  /** Asked before each block, because it may be known only after some lines. */
  readonly byteLines: () => ByteLines | null;
}

/** Reads lines from their bytes, where it can. */
export interface ByteLines {
  /** A block of whole lines begins. */
  readonly startBlock: (bytes: Buffer, start: number) => void;
  /** The block was read; its bytes hold no longer. */
  readonly endBlock?: (bytes: Buffer) => void;
  /** Where the line end of the line that was read stands; -1 when the line must be read as a text. */
  readonly line: (bytes: Buffer, start: number, end: number, number: number) => number;
}

export interface LineReader {
  readonly push: (bytes: Uint8Array) => void;
  readonly end: () => { readonly lines: number };
}

const LINE_FEED = 0x0a;

/**
 * Splits UTF-8 into lines; a byte order mark is dropped, octets that are no UTF-8 read as U+FFFD. At most one line and
 * one piece of input are held.
 */
export function createLineReader(sink: LineSink): LineReader {
  let rest: Buffer = Buffer.alloc(0);
  let isSkipping = false;
  let lines = 0;

  const emit = (block: string): void => {
    let from = 0;
    for (let to = block.indexOf('\n'); to !== -1; to = block.indexOf('\n', from)) {
      lines += 1;
      sink.line(block.slice(lines === 1 && block.charCodeAt(0) === 0xfeff ? 1 : from, to), lines);
      from = to + 1;
    }
  };

  /** Whole lines between two places of a piece. */
  const emitBytes = (bytes: Buffer, start: number, end: number): void => {
    const reader = sink.byteLines();
    if (reader === null) {
      emit(bytes.toString('utf8', start, end));
      return;
    }
    reader.startBlock(bytes, start);
    for (let from = start; from < end;) {
      let to = reader.line(bytes, from, end, lines + 1);
      if (to === -1) {
        to = bytes.indexOf(LINE_FEED, from);
        emit(bytes.toString('utf8', from, to + 1));
      } else {
        lines += 1;
      }
      from = to + 1;
    }
    reader.endBlock?.(bytes);
  };

  const skip = (): void => {
    lines += 1;
    sink.tooLong(lines);
    rest = Buffer.alloc(0);
  };

  const push = (bytes: Uint8Array): void => {
    let piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isSkipping) {
      const end = piece.indexOf(LINE_FEED);
      if (end === -1) return;
      isSkipping = false;
      piece = piece.subarray(end + 1);
    }
    const last = piece.lastIndexOf(LINE_FEED);
    if (last === -1) {
      // A copy: the caller may use the memory again.
      rest = Buffer.concat([rest, piece]);
      if (rest.length <= MAX_LINE_BYTES) return;
      isSkipping = true;
      skip();
      return;
    }
    if (rest.length > 0) {
      const first = piece.indexOf(LINE_FEED);
      if (rest.length + first > MAX_LINE_BYTES) skip();
      else emit(Buffer.concat([rest, piece.subarray(0, first + 1)]).toString('utf8'));
      rest = Buffer.alloc(0);
      if (last > first) emitBytes(piece, first + 1, last + 1);
    } else {
      emitBytes(piece, 0, last + 1);
    }
    rest = Buffer.from(piece.subarray(last + 1));
  };

  const end = (): { readonly lines: number } => {
    if (rest.length > 0 && !isSkipping) emit(`${rest.toString('utf8')}\n`);
    rest = Buffer.alloc(0);
    return { lines };
  };

  return { push, end };
}
