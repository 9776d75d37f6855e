/**
 * JSON lines of our own format, from their bytes to their outcome, for recordings of millions of lines. A line differs
 * from the one before in its times and ids, of which no policy asks more than which limits they are above or whether
 * they are there. Everything else is looked up by its bytes in a tree whose leaves are decisions; only a line that finds
 * no leaf is parsed and decided, and so is every line that is not plain.
 */
import type { Buffer } from 'node:buffer';
import { saysOfToken } from '../model/recorded-use.ts';
import { createByteNames } from './byte-names.ts';
import type { DecisionInputs } from './decide-use.ts';
import { createRouteReader, coversBytes } from './fast-route.ts';
import { createTimeReader } from './fast-time.ts';
import { JSON_LINES, TELLING_MEMBERS } from './json-lines.ts';
import { MARK_OF_TOKENS, createLineMarks } from './line-marks.ts';
import type { ByteLines } from './read-lines.ts';
import type { ShapeCounter } from './replay.ts';
import { ABSENT, INTEGER, LIST, TEXT, createLineScanner } from './scan-line.ts';
import type { Shape } from './use-outcome.ts';
import { above } from './use-shape.ts';
import { isLine } from './values.ts';

/** Members that count by their value, those that count by being there, and the others that are read. */
const VALUES = ['iss', 'aud', 'alg', 'typ', 'kid', 'cnf', 'proof', 'decision', 'header', 'claims'] as const;
const PRESENT = ['jti', 'sid', 'sub', 'token_hash'] as const;
const PLACES = ['target', 'verifier', 'ip'] as const;
const OTHERS = ['ts', 'exp', 'iat', 'nbf', 'count', 'client_id', 'client_id_hash', 'route'] as const;
const NAMES: readonly string[] = [...VALUES, ...PRESENT, ...PLACES, ...OTHERS];
const [TS, EXP, IAT, NBF, COUNT, CLIENT, CLIENT_HASH, ROUTE] = OTHERS.map((name) => NAMES.indexOf(name)) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** The frame of Docker, and the other name of the time. */
const STOP = ['log', 'stream', 'time'] as const;

/** Year 275760, the end of ECMAScript time. */
const LAST_SECOND = 8.64e12;

const KINDS = 5;
const VALUE_NAMES = 4096;
const CLIENT_NAMES = 65_536;
/** A recording has some hundred; one that was made to have more is read the long way. */
const MAX_BRANCHES = 200_000;

interface Branch {
  readonly next: (Branch | undefined)[];
  shape: Shape | 'silent' | null;
}

function newBranch(): Branch {
  return { next: [], shape: null };
}

export interface FastLines extends ByteLines {
  /** Counts what was read of one file, and begins with the next. */
  readonly startFile: (file: string) => void;
  readonly uses: () => number;
  readonly silent: () => number;
}

/** Reads lines straight into a replay. */
export function createFastLines(inputs: DecisionInputs, counter: ShapeCounter): FastLines {
  const { kinds, starts, ends, versions, scan } = createLineScanner(NAMES, STOP);
  const keyed = [...VALUES, ...(inputs.target ? PLACES.slice(0, 2) : []), ...(inputs.ip ? PLACES.slice(2) : [])].map(
    (name) => ({ id: NAMES.indexOf(name), names: createByteNames(VALUE_NAMES), last: -1, version: -1 }),
  );
  const present = PRESENT.map((name) => NAMES.indexOf(name));
  const telling = TELLING_MEMBERS.map((name) => NAMES.indexOf(name));
  const clients = createByteNames(CLIENT_NAMES);
  const readRoute = createRouteReader();
  const readTime = createTimeReader();
  const tokens = createLineMarks(MARK_OF_TOKENS);
  const patterns = inputs.routes.map((pattern) => new TextEncoder().encode(pattern));
  const root = newBranch();
  let file = '';
  let uses = 0;
  let silent = 0;
  let branches = 0;

  const step = (branch: Branch, index: number): Branch => {
    const known = branch.next[index];
    if (known !== undefined) return known;
    const made = newBranch();
    branches += 1;
    branch.next[index] = made;
    return made;
  };

  const integer = (bytes: Buffer, id: number): number | null => {
    if (kinds[id] !== INTEGER) return null;
    const start = starts[id] ?? 0;
    const isNegative = bytes[start] === 0x2d;
    let value = 0;
    for (let at = isNegative ? start + 1 : start; at < (ends[id] ?? 0); at += 1)
      value = value * 10 + (bytes[at] ?? 0) - 48;
    return isNegative ? 0 - value : value;
  };

  /** A text that says something: neither empty nor `-`. */
  const isSaid = (bytes: Buffer, id: number): boolean => {
    if (kinds[id] !== TEXT) return false;
    const start = starts[id] ?? 0;
    const length = (ends[id] ?? 0) - start;
    return length > 1 || (length === 1 && bytes[start] !== 0x2d);
  };

  /** Which limits the times are above, as one number. */
  const timesOf = (time: number, exp: number | null, iat: number | null, nbf: number | null): number => {
    const { lifetime, left, age, ahead } = inputs;
    let shape = 0;
    const put = (digit: number, base: number): void => {
      shape = shape * base + digit;
    };
    const life = exp === null || iat === null ? 0 : exp * 1000 - iat * 1000;
    put(exp === null || iat === null ? 0 : life < 0 ? 1 : 2 + above(life, lifetime), lifetime.length + 3);
    put(exp === null ? 0 : 1 + above(exp * 1000 - time, left), left.length + 2);
    put(iat === null ? 0 : 1 + above(time - iat * 1000, age), age.length + 2);
    put(iat === null ? 0 : 1 + above(iat * 1000 - time, ahead), ahead.length + 2);
    put(nbf === null ? 0 : 1 + above(nbf * 1000 - time, ahead), ahead.length + 2);
    return shape;
  };

  /** The leaf of the line in the tree; null when the line is not for us. */
  const leafOf = (bytes: Buffer, time: number, client: number): Branch | null => {
    if (branches > MAX_BRANCHES) return null;
    let branch = root;
    for (const value of keyed) {
      const { id } = value;
      const kind = kinds[id] ?? ABSENT;
      if (kind === ABSENT) {
        branch = step(branch, 0);
        continue;
      }
      // A list that stayed the same keeps its number.
      const version = kind === LIST ? (versions[id] ?? 0) : -1;
      const isSame = kind === LIST && version === value.version;
      const name = isSame ? value.last : value.names.of(bytes, starts[id] ?? 0, ends[id] ?? 0);
      if (kind === LIST) {
        value.last = name;
        value.version = version;
      }
      if (name === -1) return null;
      branch = step(branch, name * KINDS + kind);
    }
    for (const id of [EXP, IAT, NBF]) if (kinds[id] === TEXT) return null;
    const exp = integer(bytes, EXP);
    const iat = integer(bytes, IAT);
    const nbf = integer(bytes, NBF);
    if (Math.max(Math.abs(exp ?? 0), Math.abs(iat ?? 0), Math.abs(nbf ?? 0)) > LAST_SECOND) return null;
    branch = step(branch, timesOf(time, exp, iat, nbf));
    let bits = client === -1 ? 0 : 1;
    for (const id of present) bits = bits * 2 + (isSaid(bytes, id) ? 1 : 0);
    branch = step(branch, bits);
    if (patterns.length === 0) return branch;
    if (!isSaid(bytes, ROUTE)) return step(branch, 0);
    if (bytes[starts[ROUTE] ?? 0] !== 0x2f) return null;
    for (const pattern of patterns) {
      branch = step(branch, coversBytes(pattern, bytes, starts[ROUTE] ?? 0, ends[ROUTE] ?? 0) ? 1 : 2);
    }
    return branch;
  };

  const decide = (bytes: Buffer, start: number, end: number): Shape | 'silent' => {
    const line: unknown = JSON.parse(bytes.toString('utf8', start, end));
    const use = isLine(line) ? JSON_LINES.read(line) : null;
    return use === null || !saysOfToken(use) ? 'silent' : counter.shapeFor(use);
  };

  const line = (bytes: Buffer, start: number, end: number, number: number): number => {
    const lineEnd = scan(bytes, start, end);
    if (lineEnd === -1) return -1;
    if (tokens.isWithin(bytes, start, lineEnd)) return -1;
    const time = kinds[TS] === TEXT ? readTime(bytes, starts[TS] ?? 0, ends[TS] ?? 0) : -1;
    if (time === -1) return -1;
    const count = kinds[COUNT] === ABSENT ? 1 : integer(bytes, COUNT);
    if (count === null || count < 1) return -1;
    const clientAt = isSaid(bytes, CLIENT) ? CLIENT : isSaid(bytes, CLIENT_HASH) ? CLIENT_HASH : -1;
    const client = clientAt === -1 ? -1 : clients.of(bytes, starts[clientAt] ?? 0, ends[clientAt] ?? 0);
    if (clientAt !== -1 && client === -1) return -1;
    const leaf = leafOf(bytes, time, client);
    if (leaf === null) return -1;
    leaf.shape ??= decide(bytes, start, lineEnd);
    const { shape } = leaf;
    if (shape === 'silent') {
      // A line without a token, or one of another format.
      if (!telling.some((id) => kinds[id] !== ABSENT)) return -1;
      silent += 1;
      return lineEnd;
    }
    uses += 1;
    counter.count(shape, {
      time,
      uses: count,
      client: client === -1 ? null : clients.text(client),
      route: isSaid(bytes, ROUTE) ? readRoute(bytes, starts[ROUTE] ?? 0, ends[ROUTE] ?? 0) : null,
      file,
      line: number,
    });
    return lineEnd;
  };

  return {
    line,
    startBlock: tokens.startBlock,
    startFile: (name) => {
      file = name;
      uses = 0;
      silent = 0;
    },
    uses: () => uses,
    silent: () => silent,
  };
}
