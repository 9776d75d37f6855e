/** The members of a line that is still bytes, as far as a scope asks for them. */
import type { Buffer } from 'node:buffer';
import { TELLING_MEMBERS } from '../logs/json-lines.ts';
import { ABSENT, INTEGER, TEXT, createLineScanner } from '../logs/scan-line.ts';
import { ASKED_FIELDS, FIELD_NAMES } from './field-settings.ts';

/** Members that are read; the first ones are the fields that people ask for, in their order. */
const NAMES: readonly string[] = [
  ...ASKED_FIELDS.map((field) => FIELD_NAMES[field]),
  'client_id_hash',
  'iss',
  'aud',
  'claims',
  'header',
  'count',
  'decision',
  'verifier',
];

export const TS: number = NAMES.indexOf('ts');
export const IP: number = NAMES.indexOf('ip');
export const AGENT: number = NAMES.indexOf('user_agent');
export const ROUTE: number = NAMES.indexOf('route');
export const TARGET: number = NAMES.indexOf('target');
export const KID: number = NAMES.indexOf('kid');
export const ALG: number = NAMES.indexOf('alg');
export const JTI: number = NAMES.indexOf('jti');
export const SID: number = NAMES.indexOf('sid');
export const SUB: number = NAMES.indexOf('sub');
export const CLIENT: number = NAMES.indexOf('client_id');
export const HASH: number = NAMES.indexOf('token_hash');
export const IAT: number = NAMES.indexOf('iat');
export const EXP: number = NAMES.indexOf('exp');
export const CLIENT_HASH: number = NAMES.indexOf('client_id_hash');
export const ISS: number = NAMES.indexOf('iss');
export const AUD: number = NAMES.indexOf('aud');
export const CLAIMS: number = NAMES.indexOf('claims');
export const HEADER: number = NAMES.indexOf('header');
export const COUNT: number = NAMES.indexOf('count');
export const DECISION: number = NAMES.indexOf('decision');
export const VERIFIER: number = NAMES.indexOf('verifier');

/** Members of which every line of our own format has one at least. */
export const TELLING: readonly number[] = TELLING_MEMBERS.map((name) => NAMES.indexOf(name));

/** The frame of Docker, and the other name of the time. */
const STOP = ['log', 'stream', 'time'] as const;

/** Bit that makes a letter a small one, and leaves digits alone. */
const SMALL = 0x20;
const DASH = 0x2d;

export interface MemberReader {
  /** Reads the line at `start` and returns where its line end stands, or -1 when it is not plain. */
  readonly scan: (bytes: Buffer, start: number, end: number) => number;
  readonly kind: (member: number) => number;
  readonly start: (member: number) => number;
  readonly end: (member: number) => number;
  /** Whether a text says something: it is neither empty nor `-`. */
  readonly isSaid: (member: number) => boolean;
  readonly equals: (member: number, text: Uint8Array) => boolean;
  readonly startsWith: (member: number, text: Uint8Array) => boolean;
  /** The same of hexadecimal digits in small letters, whatever case the line has. */
  readonly startsWithDigits: (member: number, text: Uint8Array) => boolean;
  /** Null for what is no whole number. */
  readonly integer: (member: number) => number | null;
  readonly isAbsent: (member: number) => boolean;
}

export function createMemberReader(): MemberReader {
  const { kinds, starts, ends, scan } = createLineScanner(NAMES, STOP);
  let line: Uint8Array = new Uint8Array(0);

  const length = (member: number): number => (ends[member] ?? 0) - (starts[member] ?? 0);

  const startsWith = (member: number, text: Uint8Array): boolean => {
    if (length(member) < text.length) return false;
    const start = starts[member] ?? 0;
    for (let at = text.length - 1; at >= 0; at -= 1) if (line[start + at] !== text[at]) return false;
    return true;
  };

  return {
    scan: (bytes, start, end) => {
      line = bytes;
      return scan(bytes, start, end);
    },
    kind: (member) => kinds[member] ?? ABSENT,
    start: (member) => starts[member] ?? 0,
    end: (member) => ends[member] ?? 0,
    isAbsent: (member) => kinds[member] === ABSENT,
    isSaid: (member) => {
      if (kinds[member] !== TEXT) return false;
      const bytes = length(member);
      return bytes > 1 || (bytes === 1 && line[starts[member] ?? 0] !== DASH);
    },
    startsWith,
    equals: (member, text) => length(member) === text.length && startsWith(member, text),
    startsWithDigits: (member, text) => {
      if (length(member) < text.length) return false;
      const start = starts[member] ?? 0;
      for (let at = 0; at < text.length; at += 1) if (((line[start + at] ?? 0) | SMALL) !== text[at]) return false;
      return true;
    },
    integer: (member) => {
      if (kinds[member] !== INTEGER) return null;
      const start = starts[member] ?? 0;
      const isNegative = line[start] === DASH;
      let value = 0;
      for (let at = isNegative ? start + 1 : start; at < (ends[member] ?? 0); at += 1) {
        value = value * 10 + (line[at] ?? 0) - 0x30;
      }
      return isNegative ? 0 - value : value;
    },
  };
}
