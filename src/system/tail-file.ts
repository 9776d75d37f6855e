import { open, stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../model/failure.ts';
import type { LineTail } from '../model/ports.ts';

const PIECE = 64 * 1024;

/** Longest line that is kept, in characters: a log without line ends must not fill the memory. */
const MAX_LINE = 1024 * 1024;

/**
 * Opens what is appended to a file from now on. A file that is moved away or emptied is read to its end, then the one in
 * its place from its beginning.
 *
 * @throws UserError file/missing, file/unreadable
 */
export async function openTail(path: string): Promise<LineTail> {
  let handle = await openToRead(path);
  let { ino, size: offset } = await handle.stat();
  let decoder = new StringDecoder('utf8');
  let rest = '';
  const piece = Buffer.alloc(PIECE);
  const readOn = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE, offset);
      if (bytesRead === 0) return lines;
      offset += bytesRead;
      const parts = (rest + decoder.write(piece.subarray(0, bytesRead))).split('\n');
      rest = (parts.pop() ?? '').slice(-MAX_LINE);
      lines.push(...parts);
    }
  };
  const startAgain = (): void => {
    offset = 0;
    rest = '';
    decoder = new StringDecoder('utf8');
  };
  return {
    read: async () => {
      const lines = await readOn();
      const now = await stat(path).catch(() => null);
      if (now === null || (now.ino === ino && now.size >= offset)) return lines;
      if (now.ino !== ino) {
        await handle.close();
        handle = await openToRead(path);
        ({ ino } = await handle.stat());
      }
      startAgain();
      return [...lines, ...(await readOn())];
    },
    close: () => handle.close(),
  };
}

async function openToRead(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    return await open(path);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new UserError(
      isMissing ? 'file/missing' : 'file/unreadable',
      `cannot read ${path}${isMissing ? ': does not exist' : ''}`,
      { hint: 'name the access log of the place that serves the key set', cause: error },
    );
  }
}
