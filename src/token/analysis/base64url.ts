export type Base64urlReading =
  | { readonly ok: true; readonly octets: Uint8Array }
  | {
      readonly ok: false;
      readonly message: string;
      readonly octets: Uint8Array;
      /** Nothing but padding is wrong: decoders that read it at all read the same octets. */
      readonly isOnlyPadded: boolean;
    };

/**
 * Decodes base64url as RFC 7515 section 2 defines it: the URL-safe alphabet, no padding, no white space, and zero in
 * the bits that the last character has to spare (RFC 4648 section 3.5). `octets` holds what a lenient decoder reads
 * also when the text is not valid, so that the number can still be judged. The message never shows the text.
 */
export function readBase64url(text: string): Base64urlReading {
  const octets = Buffer.from(text, 'base64url');
  const message = describeText(text, octets);
  if (message === null) return { ok: true, octets };
  const bare = text.replace(/={1,2}$/, '');
  const isOnlyPadded = text.length % 4 === 0 && describeText(bare, octets) === null;
  return { ok: false, message, octets, isOnlyPadded };
}

function describeText(text: string, octets: Buffer): string | null {
  if (text.includes('=')) return 'has padding, which base64url in JOSE never has';
  if (/[+/]/.test(text)) return 'uses + or / of standard base64 instead of - and _';
  if (/\s/.test(text)) return 'holds white space';
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return 'holds a character that base64url does not have';
  if (text.length % 4 === 1) return `has ${text.length} characters, a length that base64url cannot have`;
  if (octets.toString('base64url') !== text) return 'has spare bits in its last character that are not zero';
  return null;
}
