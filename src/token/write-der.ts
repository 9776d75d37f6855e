import { toTimestamp } from '../model/instant.ts';

/** Writes the DER that certificates are made of (X.690 sections 8 and 10). */

const HIGH_BIT = 0x80;

function element(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** X.690 section 10.1: as few octets as the length needs. */
function lengthOf(length: number): Buffer {
  if (length < HIGH_BIT) return Buffer.from([length]);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Buffer.from([HIGH_BIT | octets.length, ...octets]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

/** A SET of one element: more would have to be sorted. */
export function setOf(part: Uint8Array): Buffer {
  return element(0x31, part);
}

/** EXPLICIT [number]. */
export function tagged(number: number, content: Uint8Array): Buffer {
  return element(0xa0 | number, content);
}

/** IMPLICIT [number] of something that holds no other elements. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return element(0x80 | number, content);
}

/** A number of zero or above, from its octets, the highest first. */
export function unsigned(octets: Uint8Array): Buffer {
  const from = octets.findIndex((octet) => octet !== 0);
  const shortest = from === -1 ? Buffer.from([0]) : Buffer.from(octets.subarray(from));
  return element(0x02, (shortest[0] ?? 0) < HIGH_BIT ? shortest : Buffer.concat([Buffer.from([0]), shortest]));
}

export function boolean(value: boolean): Buffer {
  return element(0x01, Buffer.from([value ? 0xff : 0x00]));
}

/** @param unused bits of the last octet that do not count */
export function bits(content: Uint8Array, unused = 0): Buffer {
  return element(0x03, Buffer.concat([Buffer.from([unused]), content]));
}

export function octets(content: Uint8Array): Buffer {
  return element(0x04, content);
}

export function text(value: string): Buffer {
  return element(0x0c, Buffer.from(value, 'utf8'));
}

/** `1.2.840.10045.4.3.2`; X.690 section 8.19. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): readonly number[] {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    octets.unshift(HIGH_BIT | (rest % 128));
  return octets;
}

/** RFC 5280 section 4.1.2.5: two digits for the year until 2049, four from then on. @param at milliseconds since the epoch */
export function time(at: number): Buffer {
  const digits = `${toTimestamp(at).slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  return digits < '2050' ? element(0x17, Buffer.from(digits.slice(2))) : element(0x18, Buffer.from(digits));
}
