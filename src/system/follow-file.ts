import { open, stat } from 'node:fs/promises';
import { systemClock } from './clock.ts';

export interface Follower {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Everything that was there at the start was handed out. */
  readonly onCaughtUp: () => void;
  /** Another file stands in its place, or it was emptied: what comes next is the beginning of it. */
  readonly onReplaced: () => void;
}

/** Between two looks, in milliseconds; watching by events misses network file systems. */
const PAUSE_MS = 200;

const PIECE = 64 * 1024;

/**
 * Bytes before the place where reading goes on that must be the ones that were there: a file that was emptied in place and
 * has grown past it since (`copytruncate` of logrotate) is told by them.
 */
const REMEMBERED = 256;

/**
 * Hands out a file from its beginning, then whatever is appended, until the signal. A file that is moved away is read to its
 * end before the one in its place is.
 *
 * @throws system errors when there is no file at the start
 */
export async function followFile(path: string, follower: Follower, stop: AbortSignal): Promise<void> {
  let isCaughtUp = false;
  let handle = await open(path);
  try {
    let { ino } = await handle.stat();
    let offset = 0;
    let remembered = Buffer.alloc(0);
    const piece = Buffer.alloc(PIECE);
    const begin = (): void => {
      offset = 0;
      remembered = Buffer.alloc(0);
      follower.onReplaced();
    };
    while (!stop.aborted) {
      const from = offset - remembered.length;
      const { bytesRead } = await handle.read(piece, 0, PIECE, from);
      const known = remembered.length;
      if (bytesRead > known) {
        if (!remembered.equals(piece.subarray(0, known))) {
          begin();
          continue;
        }
        offset = from + bytesRead;
        follower.onBytes(piece.subarray(known, bytesRead));
        remembered = Buffer.from(piece.subarray(Math.max(0, bytesRead - REMEMBERED), bytesRead));
        continue;
      }
      if (!isCaughtUp) follower.onCaughtUp();
      isCaughtUp = true;
      await systemClock.sleepUntil(systemClock.monotonic() + PAUSE_MS, stop).catch(() => undefined);
      const now = await stat(path).catch(() => null);
      if (now === null || stop.aborted) continue;
      const isSame = now.ino === ino;
      if (isSame && now.size >= offset) continue;
      // What was written to the old file up to its replacement counts too.
      if (!isSame && (await handle.stat()).size > offset) continue;
      if (!isSame) {
        await handle.close();
        handle = await open(path);
        ({ ino } = await handle.stat());
      }
      begin();
    }
  } finally {
    await handle.close();
  }
}
