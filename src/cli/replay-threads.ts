/** Large logs are replayed in parts, one thread for each. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LOG_FORMATS } from '../logs/formats.ts';
import type { LogFormat } from '../logs/log-format.ts';
import { createLogReader } from '../logs/read-log.ts';
import { UserError } from '../model/failure.ts';
import type { BadLine, LogReading } from '../model/replay.ts';
import type { Tally } from '../logs/tally.ts';
import type { ByteRange } from '../system/log-bytes.ts';
import { plainSize, readLogRange } from '../system/log-bytes.ts';
import { packageRoot } from './package-root.ts';
import type { ReplayedPart, ReplayPart, ReplayVersions } from './replay-part.ts';
import { plainTarget, replayPart } from './replay-part.ts';

/** A thread takes some 50 ms to start: the time in which this many bytes are read. */
const START_BYTES = 12 * 1024 * 1024;

/** Less is not worth a thread. */
const LEAST_PART_BYTES = 16 * 1024 * 1024;

/** The disk, and the memory of each thread, set an end to what more threads can do. */
const MOST_THREADS = 8;

/** Enough lines to tell the format by. */
const HEAD_BYTES = 256 * 1024;

/** Line numbers that are told of each fault. */
const EXAMPLES = 3;

/**
 * Replays a file with several threads; null when it is none to do so with: small, packed, a pipe, or in a format that only
 * this thread knows.
 *
 * @throws UserError file/missing, file/unreadable
 */
export async function replayInThreads(
  file: string,
  given: LogFormat | null,
  { versions, tally }: { readonly versions: ReplayVersions; readonly tally: Tally },
): Promise<LogReading | null> {
  const size = (await plainSize(file)) ?? 0;
  const threads = Math.min(availableParallelism(), MOST_THREADS, Math.floor(size / LEAST_PART_BYTES));
  if (threads < 2) return null;
  const format = given === null ? await formatOf(file) : given.id;
  if (format === null || !LOG_FORMATS.some(({ id }) => id === format)) return null;
  const [before, after] = [plainTarget(versions.before), plainTarget(versions.after)];
  const parts = rangesOf(size, threads).map((range): ReplayPart => ({ before, after, file, format, range }));
  const others = parts.slice(1).map(replayElsewhere);
  const [first] = parts;
  if (first === undefined) return null;
  const done = await Promise.all([replayPart(first), ...others]);
  let lines = 0;
  for (const { reading, state } of done) {
    tally.merge(state, lines);
    lines += reading.lines;
  }
  return joinReadings(done.map(({ reading }) => reading));
}

/** Ranges that end together: this thread reads while the others start. The last one has what was written meanwhile, too. */
function rangesOf(size: number, count: number): readonly ByteRange[] {
  const share = (size - START_BYTES) / count;
  const at = (index: number): number => (index === 0 ? 0 : Math.floor(START_BYTES + share * index));
  return Array.from({ length: count }, (_, index) => ({
    from: at(index),
    to: index === count - 1 ? Infinity : at(index + 1),
  }));
}

async function formatOf(file: string): Promise<string | null> {
  const reader = createLogReader({ file, format: null, onUse: () => undefined });
  await readLogRange(file, { from: 0, to: HEAD_BYTES }, reader.push);
  return reader.end().format;
}

function replayElsewhere(part: ReplayPart): Promise<ReplayedPart> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(join(packageRoot(), 'dist', 'bin', 'replay-thread.js'), { workerData: part });
    thread.once('message', resolve);
    // An error loses its class on the way between threads.
    thread.once('error', (cause) => reject(new UserError('file/unreadable', cause.message, { cause })));
  });
}

function joinReadings(readings: readonly LogReading[]): LogReading {
  const [first] = readings;
  if (first === undefined) throw new Error('a file has at least one part');
  const bad = new Map<BadLine, { lines: number; first: readonly number[] }>();
  let tokens: LogReading['tokens'] = { lines: 0, first: [] };
  let [lines, uses, silent] = [0, 0, 0];
  for (const reading of readings) {
    for (const { reason, ...more } of reading.bad) {
      bad.set(reason, joinTallies(bad.get(reason) ?? { lines: 0, first: [] }, more, lines));
    }
    tokens = joinTallies(tokens, reading.tokens, lines);
    lines += reading.lines;
    uses += reading.uses;
    silent += reading.silent;
  }
  return { ...first, lines, uses, silent, bad: [...bad].map(([reason, tally]) => ({ reason, ...tally })), tokens };
}

function joinTallies(
  known: LogReading['tokens'],
  more: LogReading['tokens'],
  linesBefore: number,
): LogReading['tokens'] {
  const numbers = more.first.map((line) => line + linesBefore);
  return { lines: known.lines + more.lines, first: [...known.first, ...numbers].slice(0, EXAMPLES) };
}
