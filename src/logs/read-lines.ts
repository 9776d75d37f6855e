/** Bytes to lines, in bounded memory, whatever the bytes. */
import { Buffer } from 'node:buffer';

/** Longest line that is read, in bytes: an access log line has hundreds; 1 MiB without a line end is no log line. */
export const MAX_LINE_BYTES: number = 1024 * 1024;

export interface LineSink {
  /** @param number 1-based; the text has no line end */
  readonly line: (text: string, number: number) => void;
  readonly tooLong: (number: number) => void;
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
      if (last > first) emit(piece.toString('utf8', first + 1, last + 1));
    } else {
      emit(piece.toString('utf8', 0, last + 1));
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
