import type { GitPlace, GitProcess } from './git-command.ts';
import { endOf, startGit } from './git-command.ts';

/** Largest blob that is kept, as for files of the work tree: 64 MiB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A blob, or why it is none: `missing` in a partial clone or a damaged repository. */
export type BlobReading =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-large'; readonly size: number };

/** One process that hands out contents of objects for as long as it is needed. */
export interface BlobReader {
  /** Starts the process before it is needed, so that it is ready by then. */
  readonly start: () => void;
  /** Each object once, whatever the number of times it is named. @throws UserError git/unreadable */
  readonly read: (ids: readonly string[]) => Promise<ReadonlyMap<string, BlobReading>>;
  readonly close: () => Promise<void>;
}

/**
 * Hands out objects by `git cat-file --batch`. No filter and no conversion runs, so the bytes are those
 * of the commit. A blob that is too large passes through and is dropped on the way: memory stays bounded.
 */
export function openBlobs(place: GitPlace): BlobReader {
  let running: { readonly child: GitProcess; readonly ended: Promise<void>; readonly answers: Answers } | null = null;
  const start = (): NonNullable<typeof running> => {
    const child = startGit(place, ['cat-file', '--batch']);
    const answers = answersOf(child);
    const ended = endOf(child, 'cat-file');
    // Whoever waits for an answer is told; nobody need wait for the end itself.
    ended.then(() => answers.fail(null), answers.fail);
    child.stdin.on('error', () => undefined);
    return { child, ended, answers };
  };
  return {
    start() {
      running ??= start();
    },
    async read(ids) {
      const wanted = [...new Set(ids)];
      if (wanted.length === 0) return new Map();
      running ??= start();
      const reading = running.answers.next(wanted.length);
      running.child.stdin.write(`${wanted.join('\n')}\n`);
      const readings = await reading;
      return new Map(wanted.map((id, at) => [id, readings[at] ?? { kind: 'missing' }]));
    },
    async close() {
      running?.child.stdin.end();
      await running?.ended.catch(() => undefined);
    },
  };
}

interface Answers {
  /** The next answers, in the order of the questions. One caller at a time. */
  readonly next: (count: number) => Promise<readonly BlobReading[]>;
  readonly fail: (error: unknown) => void;
}

interface Waiting {
  readonly count: number;
  readonly found: BlobReading[];
  readonly resolve: (found: readonly BlobReading[]) => void;
  readonly reject: (error: unknown) => void;
}

function answersOf(child: GitProcess): Answers {
  let waiting: Waiting | null = null;
  let failure: { readonly error: unknown } | null = null;
  const take = batchParser((reading) => {
    waiting?.found.push(reading);
    if (waiting === null || waiting.found.length < waiting.count) return;
    const { resolve, found } = waiting;
    waiting = null;
    resolve(found);
  });
  child.stdout.on('data', take);
  return {
    next: (count) =>
      new Promise((resolve, reject) => {
        if (failure === null) waiting = { count, found: [], resolve, reject };
        else reject(failure.error);
      }),
    fail(error) {
      // A process that ends although somebody waits did not answer: those objects are missing.
      failure = { error: error ?? new Error('git cat-file ended early') };
      if (error === null) waiting?.resolve(waiting.found);
      else waiting?.reject(error);
      waiting = null;
    },
  };
}

/**
 * Reads answers of `cat-file --batch` out of chunks as they come: `ID TYPE SIZE` or `ID missing`, a line end, and for objects
 * that are there their bytes and a line end.
 */
export function batchParser(
  found: (reading: BlobReading) => void,
  maxBytes: number = MAX_BYTES,
): (chunk: Buffer) => void {
  let header = '';
  let body: { readonly size: number; readonly kept: Buffer | null; at: number } | null = null;

  const readHeader = (chunk: Buffer, from: number): number => {
    const end = chunk.indexOf(0x0a, from);
    header += chunk.toString('latin1', from, end < 0 ? chunk.length : end);
    if (end < 0) return chunk.length;
    const [, type, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(header) ?? [];
    header = '';
    if (size === undefined) found({ kind: 'missing' });
    else {
      const isKept = type === 'blob' && Number(size) <= maxBytes;
      body = { size: Number(size), kept: isKept ? Buffer.allocUnsafe(Number(size)) : null, at: 0 };
    }
    return end + 1;
  };

  const readBody = (chunk: Buffer, from: number, { size, kept, at }: NonNullable<typeof body>): number => {
    const until = Math.min(chunk.length, from + size - at);
    kept?.set(chunk.subarray(from, until), at);
    const read = at + until - from;
    // The line end after the bytes ends the answer, and may come in a chunk of its own.
    if (read < size || until === chunk.length) {
      body = { size, kept, at: read };
      return chunk.length;
    }
    body = null;
    found(kept === null ? { kind: 'too-large', size } : { kind: 'bytes', bytes: kept });
    return until + 1;
  };

  return (chunk) => {
    let from = 0;
    while (from < chunk.length) from = body === null ? readHeader(chunk, from) : readBody(chunk, from, body);
  };
}
