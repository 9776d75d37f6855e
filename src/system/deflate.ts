import { constants, deflateSync } from 'node:zlib';

/** DEFLATE in ZLIB form (RFC 1950), as small as it gets. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes, { level: constants.Z_BEST_COMPRESSION });
}
