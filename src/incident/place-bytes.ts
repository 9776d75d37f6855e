/** Addresses that are still bytes, and their networks. */
import { Buffer } from 'node:buffer';
import { createByteTable } from '../logs/byte-table.ts';
import { address } from '../logs/values.ts';
import { networkOf } from './network.ts';
import type { ByteRun } from './subjects.ts';

export interface Place {
  /** The address as people know it; null when there is none. */
  readonly ip: ByteRun | null;
  readonly network: ByteRun | null;
  /** Whether the value is the address and nothing else, so that its bytes can stand for it. */
  readonly isPlain: boolean;
}

/** Places that are remembered before they are forgotten all at once. */
const MAX_PLACES = 65_536;

const DOT = 0x2e;
const ZERO = 0x30;

/** What takes the place of the last part of an IPv4 address. */
const SUFFIX = new TextEncoder().encode('0/24');

interface Run {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** A reader of the value of `ip`; what it gives holds until it is asked again. */
export function createPlaceReader(): (bytes: Uint8Array, start: number, end: number) => Place {
  let table = createByteTable();
  let places: Place[] = [];
  const scratch = new Uint8Array(24);
  const ip: Run = { bytes: scratch, start: 0, end: 0 };
  const network: Run = { bytes: scratch, start: 0, end: 0 };
  const v4: Place = { ip, network, isPlain: true };

  const other = (bytes: Uint8Array, start: number, end: number): Place => {
    const known = table.find(bytes, start, end);
    if (known !== -1) return places[known] ?? v4;
    if (table.size() >= MAX_PLACES) {
      table = createByteTable();
      places = [];
      table.find(bytes, start, end);
    }
    const value = Buffer.from(bytes.subarray(start, end)).toString('utf8');
    const found = address(value);
    const network = runOf(found === null ? null : networkOf(found));
    const made = { ip: runOf(found), network, isPlain: found === value };
    places[table.add(bytes, start, end)] = made;
    return made;
  };

  return (bytes, start, end) => {
    const last = lastPartOfV4(bytes, start, end);
    if (last === -1) return other(bytes, start, end);
    ip.bytes = bytes;
    ip.start = start;
    ip.end = end;
    const length = last - start;
    for (let at = 0; at < length; at += 1) scratch[at] = bytes[start + at] ?? 0;
    for (let at = 0; at < SUFFIX.length; at += 1) scratch[length + at] = SUFFIX[at] ?? 0;
    network.end = length + SUFFIX.length;
    return v4;
  };
}

function runOf(text: string | null): ByteRun | null {
  if (text === null) return null;
  const bytes = Buffer.from(text, 'utf8');
  return { bytes, start: 0, end: bytes.length };
}

/** Where the fourth part of a dotted decimal address begins; -1 for anything else, leading zeros included. */
function lastPartOfV4(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 15) return -1;
  let parts = 1;
  let from = start;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === DOT) {
      if (at === from || value > 255 || (bytes[from] === ZERO && at > from + 1)) return -1;
      parts += 1;
      from = at + 1;
      value = 0;
    } else {
      if (byte < ZERO || byte > ZERO + 9) return -1;
      value = value * 10 + byte - ZERO;
    }
  }
  if (parts !== 4 || from === end || value > 255 || (bytes[from] === ZERO && end > from + 1)) return -1;
  return from;
}
