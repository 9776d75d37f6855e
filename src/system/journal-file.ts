import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../model/failure.ts';
import type { JournalSink } from '../model/ports.ts';

/**
 * Opens a new journal file, mode 0600. Lines given to `append` are written in order with the next synced line or when
 * the buffer grows; `appendSynced` returns after fdatasync, so its line survives the death of the process.
 *
 * @throws UserError drill/journal-unwritable, also from the returned functions
 */
export async function openJournalFile(path: string): Promise<JournalSink> {
  const handle = await guard(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'a', 0o600);
  });
  let buffered: string[] = [];
  let tail: Promise<void> = Promise.resolve();
  let failure: unknown = null;

  function flush(sync: boolean): Promise<void> {
    const lines = buffered;
    buffered = [];
    tail = tail.then(async () => {
      if (failure !== null) throw failure;
      try {
        if (lines.length > 0) await handle.appendFile(lines.map((line) => `${line}\n`).join(''));
        if (sync) await handle.datasync();
      } catch (error) {
        failure = error;
        throw error;
      }
    });
    return tail;
  }

  return {
    append: (line) => {
      // Measuring on without evidence would be traffic for nothing.
      if (failure !== null) throw asUnwritable(path, failure);
      buffered.push(line);
      // A failed background write is reported by the next line, at the latest before the next effect acts.
      if (buffered.length >= 64) flush(false).catch(() => undefined);
    },
    appendSynced: (line) => {
      buffered.push(line);
      return guard(path, () => flush(true));
    },
    close: async () => {
      try {
        await guard(path, () => flush(true));
      } finally {
        await handle.close();
      }
    },
  };
}

async function guard<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw asUnwritable(path, error);
  }
}

function asUnwritable(path: string, error: unknown): UserError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UserError('drill/journal-unwritable', `cannot write the journal ${path}: ${reason}`, {
    hint: 'free disk space or choose another folder with --state-dir; without a journal nothing is changed',
    cause: error,
  });
}
