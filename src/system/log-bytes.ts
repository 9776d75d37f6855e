/** Bytes of logs: plain, gzip or zstd, told by how they begin and not by their name. */
import { open } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { UserError } from '../model/failure.ts';

/** Bytes asked of the disk at once; larger pieces are no faster and only take memory. */
const PIECE = 1024 * 1024;

const LINE_FEED = 0x0a;

type Pieces = AsyncIterable<Uint8Array>;

/**
 * Hands out the unpacked bytes of a file, or of standard input for `-`, piece by piece. The memory of a piece may be used
 * again as soon as the function returns.
 *
 * @returns what is wrong with the packed data, which was read up to there; null when all is fine
 * @throws UserError file/missing, file/unreadable, also when nothing here can unpack it
 */
export async function readLogBytes(path: string, onBytes: (bytes: Uint8Array) => void): Promise<string | null> {
  try {
    const { first, pieces } = await peek(path === '-' ? process.stdin : piecesOfFile(path));
    const packing = packingOf(first);
    if (packing === null) {
      for await (const piece of pieces) onBytes(piece);
      return null;
    }
    return await unpack(packing, copied(pieces), { path, onBytes });
  } catch (error) {
    throw asUserError(error, path);
  }
}

/** The bytes from `from` up to `to`; the last part of a file ends where the file does. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Hands out the whole lines of a plain file whose first byte lies in the range, so that ranges beside each other have every
 * line once. Memory as in `readLogBytes`.
 *
 * @throws UserError file/missing, file/unreadable
 */
export async function readLogRange(
  path: string,
  { from, to }: ByteRange,
  onBytes: (bytes: Uint8Array) => void,
): Promise<void> {
  try {
    // The byte before the range tells whether a line begins with it.
    let at = Math.max(0, from - 1);
    let isInside = from === 0;
    for await (const whole of piecesOfFile(path, at)) {
      const start = isInside ? 0 : whole.indexOf(LINE_FEED) + 1;
      isInside ||= start > 0;
      // The line with the last byte of the range is read to its end.
      const last = at + whole.length < to ? -1 : whole.indexOf(LINE_FEED, Math.max(0, to - 1 - at));
      const end = last === -1 ? whole.length : last + 1;
      if (isInside && start < end) onBytes(whole.subarray(start, end));
      if (last !== -1) return;
      at += whole.length;
      if (!isInside && at >= to) return;
    }
  } catch (error) {
    throw asUserError(error, path);
  }
}

/** How many bytes a plain file has that is no pipe and is not packed; null for anything else. */
export async function plainSize(path: string): Promise<number | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const status = await file.stat();
    if (!status.isFile()) return null;
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return packingOf(buffer) === null ? status.size : null;
  } finally {
    await file.close();
  }
}

/** Two pieces of memory in turn: one is read into while the other is worked on. */
async function* piecesOfFile(path: string, from: number | null = null): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    let [piece, next] = [Buffer.alloc(PIECE), Buffer.alloc(PIECE)];
    let { bytesRead } = await file.read(piece, 0, PIECE, from);
    let at = from;
    while (bytesRead > 0) {
      if (at !== null) at += bytesRead;
      const ahead = file.read(next, 0, PIECE, at);
      // Whoever works on this piece may fail first; the failure of the reading is told when it is awaited.
      ahead.catch(() => undefined);
      yield piece.subarray(0, bytesRead);
      ({ bytesRead } = await ahead);
      [piece, next] = [next, piece];
    }
  } finally {
    await file.close();
  }
}

interface Target {
  readonly path: string;
  readonly onBytes: (bytes: Uint8Array) => void;
}

type Packing = 'gzip' | 'zstd';

/** RFC 1952 section 2.3.1, RFC 8878 section 3.1.1. */
function packingOf(first: Uint8Array): Packing | null {
  if (first[0] === 0x1f && first[1] === 0x8b) return 'gzip';
  return first[0] === 0x28 && first[1] === 0xb5 && first[2] === 0x2f && first[3] === 0xfd ? 'zstd' : null;
}

/** The first bytes, and all of them once more; a pipe may bring less than four at first. */
async function peek(stream: Pieces): Promise<{ readonly first: Uint8Array; readonly pieces: Pieces }> {
  const iterator = stream[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  while (first.length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  return { first, pieces: whole() };
}

/** Streams keep pieces for later, when the memory of these is used again. */
async function* copied(pieces: Pieces): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

async function unpack(packing: Packing, pieces: Pieces, target: Target): Promise<string | null> {
  const unpacker = packing === 'gzip' ? zlib.createGunzip({ chunkSize: PIECE }) : zstdUnpacker();
  if (unpacker === null) return unpackByProgram(pieces, target);
  try {
    await pipeline(Readable.from(pieces), unpacker, async (unpacked: Pieces) => {
      for await (const piece of unpacked) target.onBytes(piece);
    });
    return null;
  } catch (error) {
    return faultOfData(error, packing);
  }
}

/** Node has zstd from 22.15 and 23.8 on. */
function zstdUnpacker(): Transform | null {
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress');
  const made: unknown = typeof create === 'function' ? create() : null;
  return made instanceof Transform ? made : null;
}

/** Faults of the data end the reading; what came before them counts. Everything else is a fault of the run. */
function faultOfData(error: unknown, packing: Packing): string {
  const code = codeOf(error);
  if (code === 'Z_BUF_ERROR') return `the ${packing} data ends early`;
  if (code.startsWith('Z_') || code.startsWith('ZSTD_')) return `the ${packing} data is damaged`;
  throw error;
}

const PROGRAMS = ['zstd', 'zstdcat'] as const;

async function unpackByProgram(pieces: Pieces, { path, onBytes }: Target): Promise<string | null> {
  const { execa } = await import('execa');
  for (const program of PROGRAMS) {
    const found = await execa(program, ['--version'], { reject: false, stdin: 'ignore' });
    if (found.exitCode !== 0) continue;
    const child = execa(program, ['-dc'], { input: Readable.from(pieces), buffer: false, reject: false });
    for await (const piece of child.stdout as Pieces) onBytes(piece);
    return (await child).exitCode === 0 ? null : 'the zstd data is damaged or ends early';
  }
  throw new UserError(
    'file/unreadable',
    `${path === '-' ? 'standard input' : path} is packed with zstd, which this version of Node cannot unpack`,
    {
      hint: 'use Node 22.15 or newer, or install the program zstd, or unpack the file first',
    },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function asUserError(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  const code = codeOf(error);
  if (code === 'ENOENT') return new UserError('file/missing', `there is no file ${path}`, { hint: 'check its name' });
  if (code === 'EISDIR') {
    return new UserError('file/unreadable', `${path} is a folder, not a file`, { hint: 'name the files in it' });
  }
  if (code === '') return error;
  return new UserError('file/unreadable', `${path} cannot be read (${code})`, { cause: error });
}
