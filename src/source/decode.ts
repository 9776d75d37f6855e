import { UserError } from '../model/failure.ts';
import { showMegabytes } from './limits.ts';

/** Largest text file read, 64 MB; documents have their own, smaller limit in limits.ts. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/**
 * Bytes of a file as text. A byte order mark is dropped; line ends stay as they are, so that positions hold. No bytes
 * give the empty text, which the parsers refuse with a message of their own.
 *
 * @throws UserError file/binary for NUL bytes or invalid UTF-8 (RFC 3629), file/too-large for more than 64 MB
 */
export function decodeText(file: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_TEXT_BYTES) {
    throw new UserError(
      'file/too-large',
      `${file} has ${showMegabytes(bytes.length)}; files over ${showMegabytes(MAX_TEXT_BYTES)} are not read`,
      { hint: 'name the file you meant, or split it' },
    );
  }
  if (isUtf16(bytes)) throw binary(file, 'it is UTF-16, not UTF-8');
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw binary(file, `it holds a NUL byte at offset ${nul}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw binary(file, 'it is not UTF-8');
  }
}

/**
 * Bytes of a file that nobody named, as text: one of a repository that is looked through. Latin-1, which .properties files
 * are written in by tradition, is read as such.
 *
 * @returns null for a file that is no text
 * @throws UserError file/binary for a document of ours that is not UTF-8
 */
export function decodeFound(file: string, bytes: Uint8Array): string | null {
  if (bytes.length > MAX_TEXT_BYTES || isUtf16(bytes) || bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder('latin1').decode(bytes);
    if (OURS.test(text)) throw binary(file, 'it is not UTF-8');
    return text;
  }
}

/** What every document of ours says of itself. */
const OURS = /apiVersion["']?\s*:\s*["']?firebreak\.dev\//;

/** By its byte order mark (RFC 2781 section 3.2). */
function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function binary(file: string, why: string): UserError {
  return new UserError('file/binary', `${file} is a binary file: ${why}`, {
    hint: 'name text files only, or save it as UTF-8',
  });
}
