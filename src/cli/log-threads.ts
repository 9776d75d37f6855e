/** Large logs are read in parts, one thread for each. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LOG_FORMATS } from '../logs/formats.ts';
import type { LogFormat } from '../logs/log-format.ts';
import { createLogReader } from '../logs/read-log.ts';
import { UserError } from '../model/failure.ts';
import type { BadLine, LogReading } from '../model/replay.ts';
import type { ByteRange } from '../system/log-bytes.ts';
import { plainSize, readLogRange } from '../system/log-bytes.ts';
import { packageRoot } from './package-root.ts';

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

/** A file cut into parts. */
export interface LogParts {
  /** Id of the format. */
  readonly format: string;
  /** Whether it was told by the first lines. */
  readonly isGuessed: boolean;
  /** In the order of the file; this thread reads the first one. */
  readonly first: ByteRange;
  readonly others: readonly ByteRange[];
}

/**
 * The parts in which a file is best read; null when it is none to be cut: small, packed, a pipe, or in a format that only
 * this thread knows.
 *
 * @param share of the first part, against 1 of each other, for a thread that has more to do
 * @throws UserError file/missing, file/unreadable
 */
export async function partsOf(file: string, given: LogFormat | null, share: number = 1): Promise<LogParts | null> {
  const size = (await plainSize(file)) ?? 0;
  const threads = Math.min(availableParallelism(), MOST_THREADS, Math.floor(size / LEAST_PART_BYTES));
  if (threads < 2) return null;
  const format = given === null ? await formatOf(file) : given.id;
  if (format === null || !LOG_FORMATS.some(({ id }) => id === format)) return null;
  const [first, ...others] = rangesOf(size, threads, share);
  return first === undefined ? null : { format, isGuessed: given === null, first, others };
}

/** Ranges beside each other that are done together: this thread reads while the others start. The last one has what was written meanwhile, too. */
function rangesOf(size: number, count: number, share: number): readonly ByteRange[] {
  const at = (index: number): number =>
    index === 0 ? 0 : START_BYTES + Math.floor(((size - START_BYTES) * (share + index - 1)) / (share + count - 1));
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

/** Does a task in a thread of its own; what goes there and comes back is copied. */
export function inThread<Result>(task: object): Promise<Result> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(join(packageRoot(), 'dist', 'bin', 'log-thread.js'), { workerData: task });
    thread.once('message', resolve);
    // An error loses its class on the way between threads.
    thread.once('error', (cause) => reject(new UserError('file/unreadable', cause.message, { cause })));
  });
}

/** The reading of a file from the readings of its parts. */
export function joinReadings(readings: readonly LogReading[]): LogReading {
  const [first] = readings;
  if (first === undefined) throw new Error('a file has at least one part');
  const bad = new Map<BadLine, { lines: number; first: readonly number[] }>();
  let tokens: LogReading['tokens'] = { lines: 0, first: [] };
  const others = new Map<string, number>();
  let [lines, uses, silent] = [0, 0, 0];
  for (const reading of readings) {
    for (const { reason, ...more } of reading.bad) {
      bad.set(reason, joinTallies(bad.get(reason) ?? { lines: 0, first: [] }, more, lines));
    }
    tokens = joinTallies(tokens, reading.tokens, lines);
    for (const { format, lines: more } of reading.others) others.set(format, (others.get(format) ?? 0) + more);
    lines += reading.lines;
    uses += reading.uses;
    silent += reading.silent;
  }
  return {
    ...first,
    lines,
    uses,
    silent,
    bad: [...bad].map(([reason, tally]) => ({ reason, ...tally })),
    others: [...others].map(([format, count]) => ({ format, lines: count })),
    tokens,
  };
}

function joinTallies(
  known: LogReading['tokens'],
  more: LogReading['tokens'],
  linesBefore: number,
): LogReading['tokens'] {
  const numbers = more.first.map((line) => line + linesBefore);
  return { lines: known.lines + more.lines, first: [...known.first, ...numbers].slice(0, EXAMPLES) };
}
