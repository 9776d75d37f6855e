import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Bytes read at once. */
const PIECE = 1024 * 1024;

export interface FileHash {
  readonly sha256: string;
  readonly bytes: number;
}

/** SHA-256 of the bytes of a file, as `sha256sum` shows it, and how many they are. */
export async function hashFile(path: string): Promise<FileHash> {
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    // One piece of memory for all: a stream would make a new one each time.
    const piece = Buffer.alloc(PIECE);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE, null);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
      hash.update(piece.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
