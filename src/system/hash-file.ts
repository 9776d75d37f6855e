import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Bytes read at once. */
const PIECE = 1024 * 1024;

export interface FileHash {
  readonly sha256: string;
  readonly bytes: number;
}

/** SHA-256 of the bytes of a file, as `sha256sum` shows it, and how many they are. */
export async function hashFile(path: string): Promise<FileHash> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
