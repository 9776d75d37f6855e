import type { ByteTable, ByteTableState } from '../logs/byte-table.ts';
import { bytesOfText, createByteTable, eachText } from '../logs/byte-table.ts';
import type { ScopeGroup, ScopeGrouping, ScopeUse, UseWhen } from '../model/incident-scope.ts';
import { SCOPE_GROUPS } from '../model/incident-scope.ts';
import type { HashSet } from './hash-set.ts';
import { createHashSet } from './hash-set.ts';

export interface UseGroups {
  readonly add: (use: ScopeUse) => void;
  /** Counts one value, still in bytes. @param by index in `SCOPE_GROUPS` */
  readonly addValue: (by: number, bytes: Uint8Array, start: number, end: number) => void;
  /** The use that the values added next belong to. @param time milliseconds since the epoch, NaN where the line has none */
  readonly begin: (time: number, when: UseWhen, count: number) => void;
  /** Most used after the leak first. @param hasBefore whether any use is from before the leak */
  readonly result: (hasBefore: boolean) => readonly ScopeGroup[];
  /** Groupings that had more values than are counted. */
  readonly full: () => readonly ScopeGrouping[];
  readonly state: () => UseGroupsState;
  /** Adds what was counted of the next part of the logs. */
  readonly merge: (state: UseGroupsState) => void;
}

/** What was counted so far, as it goes from one thread to another: one entry for each grouping. */
export type UseGroupsState = readonly {
  readonly texts: ByteTableState;
  /** `FIELDS` numbers for each value. */
  readonly numbers: Float64Array;
  /** Which side each value took its room from. */
  readonly sides: Uint8Array;
  readonly known: Int32Array;
  readonly isFull: boolean;
}[];

/** Values of one grouping that are counted one by one: so many that came up before the leak, so many after it. */
const MAX_VALUES = 10_000;

/** Values from before the leak that are remembered without being counted: some 8 MB. */
const MAX_KNOWN = 1_000_000;

/** Numbers of a value: uses, and the ones below. */
const FIELDS = 5;
const BEFORE = 1;
const AFTER = 2;
const FIRST = 3;
const LAST = 4;

/** Sides of the leak that have room of their own; a use without a time counts as one after it. */
const SIDE_BEFORE = 0;
const SIDE_AFTER = 1;

interface Counted {
  readonly table: ByteTable;
  numbers: Float64Array;
  sides: Uint8Array;
  readonly room: [number, number];
  /** Hashes of values from before the leak for which there was no room. */
  readonly known: HashSet;
  isFull: boolean;
}

/**
 * Counts uses by everything that people ask for, in bounded memory. However many owners there were before the leak, whoever
 * comes up after it has room, and an owner who was not counted is not called new.
 */
export function createUseGroups(maxValues: number = MAX_VALUES): UseGroups {
  const groups: readonly Counted[] = SCOPE_GROUPS.map(() => ({
    table: createByteTable(),
    numbers: new Float64Array(64 * FIELDS),
    sides: new Uint8Array(64),
    room: [maxValues, maxValues],
    known: createHashSet(),
    isFull: false,
  }));
  // A number in memory of its own: as a variable it would be put into a box of its own for every line.
  const current = new Float64Array([NaN]);
  let side: number = SIDE_AFTER;
  let field: number = -1;
  let uses = 0;

  const begin = (time: number, when: UseWhen, count: number): void => {
    current[0] = time;
    side = when === 'before' ? SIDE_BEFORE : SIDE_AFTER;
    field = when === 'unknown' ? -1 : when === 'before' ? BEFORE : AFTER;
    uses = count;
  };

  const addValue = (by: number, bytes: Uint8Array, start: number, end: number): void => {
    const counted = groups[by];
    if (counted === undefined) return;
    let id = counted.table.find(bytes, start, end);
    if (id === -1) id = newValue(counted, side, bytes, start, end);
    if (id === -1) return;
    const { numbers } = counted;
    const at = id * FIELDS;
    numbers[at] = (numbers[at] ?? 0) + uses;
    if (field !== -1) numbers[at + field] = (numbers[at + field] ?? 0) + uses;
    const time = current[0] ?? NaN;
    if (time < (numbers[at + FIRST] ?? 0)) numbers[at + FIRST] = time;
    if (time > (numbers[at + LAST] ?? 0)) numbers[at + LAST] = time;
  };

  return {
    begin,
    addValue,
    add: (use) => {
      begin(use.time ?? NaN, use.when, use.count);
      for (const [by, grouping] of SCOPE_GROUPS.entries()) {
        const value = valueOf(grouping, use);
        if (value === null) continue;
        const { bytes, length } = bytesOfText(value);
        addValue(by, bytes, 0, length);
      }
    },
    result: (hasBefore) =>
      SCOPE_GROUPS.flatMap((by, index) => {
        const counted = groups[index];
        return counted === undefined ? [] : groupsOf(by, counted, hasBefore);
      }),
    full: () => SCOPE_GROUPS.filter((_, index) => groups[index]?.isFull),
    state: () =>
      groups.map(({ table, numbers, sides, known, isFull }) => ({
        texts: table.state(),
        numbers: numbers.slice(0, table.size() * FIELDS),
        sides: sides.slice(0, table.size()),
        known: known.values(),
        isFull,
      })),
    merge: (state) => {
      for (const [index, counted] of groups.entries()) {
        const part = state[index];
        if (part !== undefined) mergeValues(counted, part);
      }
    },
  };
}

/** -1 when there is no room for one more value. */
function newValue(counted: Counted, side: number, bytes: Uint8Array, start: number, end: number): number {
  const { table, room, known } = counted;
  const left = room[side === SIDE_BEFORE ? SIDE_BEFORE : SIDE_AFTER];
  if (left === 0) {
    counted.isFull = true;
    if (side === SIDE_BEFORE && known.size() < MAX_KNOWN) known.add(hashOf(bytes, start, end));
    return -1;
  }
  room[side === SIDE_BEFORE ? SIDE_BEFORE : SIDE_AFTER] = left - 1;
  const id = table.add(bytes, start, end);
  if (id >= counted.sides.length) {
    counted.sides = widened(counted.sides, new Uint8Array(counted.sides.length * 2));
    counted.numbers = widened(counted.numbers, new Float64Array(counted.numbers.length * 2));
  }
  counted.sides[id] = side;
  counted.numbers.fill(0, id * FIELDS, id * FIELDS + FIRST);
  counted.numbers[id * FIELDS + FIRST] = Infinity;
  counted.numbers[id * FIELDS + LAST] = -Infinity;
  return id;
}

function widened<T extends Uint8Array | Float64Array>(values: T, wider: T): T {
  wider.set(values);
  return wider;
}

function mergeValues(counted: Counted, { texts, numbers: more, sides, known, isFull }: UseGroupsState[number]): void {
  let part = -1;
  eachText(texts, (bytes, start, end) => {
    part += 1;
    let own = counted.table.find(bytes, start, end);
    if (own === -1) own = newValue(counted, sides[part] ?? SIDE_AFTER, bytes, start, end);
    const other = part * FIELDS;
    if (own === -1) {
      if ((more[other + BEFORE] ?? 0) > 0 && counted.known.size() < MAX_KNOWN) {
        counted.known.add(hashOf(bytes, start, end));
      }
      return;
    }
    const { numbers } = counted;
    const at = own * FIELDS;
    numbers[at] = (numbers[at] ?? 0) + (more[other] ?? 0);
    numbers[at + BEFORE] = (numbers[at + BEFORE] ?? 0) + (more[other + BEFORE] ?? 0);
    numbers[at + AFTER] = (numbers[at + AFTER] ?? 0) + (more[other + AFTER] ?? 0);
    numbers[at + FIRST] = Math.min(numbers[at + FIRST] ?? 0, more[other + FIRST] ?? 0);
    numbers[at + LAST] = Math.max(numbers[at + LAST] ?? 0, more[other + LAST] ?? 0);
  });
  for (let at = 0; at < known.length && counted.known.size() < MAX_KNOWN; at += 1) counted.known.add(known[at] ?? 0);
  counted.isFull ||= isFull;
}

function groupsOf(
  by: ScopeGrouping,
  { table, numbers, known }: Counted,
  hasBefore: boolean,
): readonly ScopeGroup[] {
  const found: ScopeGroup[] = [];
  for (let id = 0; id < table.size(); id += 1) {
    const at = id * FIELDS;
    const [before, after] = [numbers[at + BEFORE] ?? 0, numbers[at + AFTER] ?? 0];
    const isNew = hasBefore && before === 0 && after > 0 && !isKnown(known, table.bytesOf(id));
    const [first, last] = [finite(numbers[at + FIRST]), finite(numbers[at + LAST])];
    found.push({ by, value: table.text(id), uses: numbers[at] ?? 0, before, after, first, last, isNew });
  }
  return found.sort((a, b) => b.after - a.after || b.uses - a.uses || (a.value < b.value ? -1 : 1));
}

function finite(time: number | undefined): number | null {
  return time !== undefined && Number.isFinite(time) ? time : null;
}

/** Whether a value was there before the leak, though it was not counted then. */
function isKnown(known: HashSet, bytes: Uint8Array): boolean {
  return known.size() >= MAX_KNOWN || (known.size() > 0 && known.has(hashOf(bytes, 0, bytes.length)));
}

/** FNV-1a of the bytes, 32 bits: two values in four thousand million are taken for one. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash | 0;
}

function valueOf(by: ScopeGrouping, use: ScopeUse): string | null {
  switch (by) {
    case 'ip':
      return use.ip;
    case 'network':
      return use.network;
    case 'user_agent':
      return use.userAgent;
    case 'route':
      return use.route;
    case 'target':
      return use.target;
    case 'verifier':
      return use.verifier;
    case 'client':
      return use.clientId;
    case 'subject':
      return use.sub;
    case 'token':
      return tokenOf(use);
  }
}

/** What a token is known by: its id, else its hash. */
export function tokenOf({ jti, tokenHash }: Pick<ScopeUse, 'jti' | 'tokenHash'>): string | null {
  return jti ?? (tokenHash === null ? null : `sha256:${tokenHash}`);
}
