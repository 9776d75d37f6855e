/**
 * Names of files as git and file systems keep them are bytes. Here they travel as text with one character for each byte, so
 * that none is lost and paths can be cut and joined as usual.
 */

/** A name for people: UTF-8 as it is meant; otherwise the bytes that are no ASCII are written as `\xE9`. */
export function showName(bytes: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return bytes.replace(/[\u0080-\u00FF]/g, (byte) => String.raw`\x${byte.charCodeAt(0).toString(16).toUpperCase()}`);
  }
}

/** A path that a person typed, one character for each byte of its UTF-8. */
export function bytesOfName(name: string): string {
  return Buffer.from(name, 'utf8').toString('latin1');
}
