import { UserError } from '../model/failure.ts';

/** Largest document read: 10 MB of YAML is far beyond any policy, and parsing time grows with it. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/**
 * Bytes of a file as text. A byte order mark is dropped; line ends stay as they are, so that positions hold.
 *
 * @throws UserError file/binary for NUL bytes or invalid UTF-8, file/too-large
 */
export function decodeText(file: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_TEXT_BYTES) {
    throw new UserError(
      'file/too-large',
      `${file} has ${bytes.length} bytes; text over ${MAX_TEXT_BYTES} bytes is not read`,
    );
  }
  if (bytes.includes(0)) throw binary(file, 'it holds NUL bytes');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw binary(file, 'it is not UTF-8');
  }
}

function binary(file: string, why: string): UserError {
  return new UserError('file/binary', `${file} is a binary file: ${why}`, {
    hint: 'name text files only, or save it as UTF-8',
  });
}
