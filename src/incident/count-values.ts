/** Uses counted by one thing that they have in common, in bounded memory. */
import type { ByteTableState } from '../logs/byte-table.ts';
import { createByteTable, eachText } from '../logs/byte-table.ts';
import type { ScopeGroup, ScopeGrouping, UseWhen } from '../model/incident-scope.ts';
import type { HashSet } from './hash-set.ts';
import { createHashSet } from './hash-set.ts';
import type { ByteRun } from './subjects.ts';
import type { UseBatch } from './use-batch.ts';

export interface ValueCounter {
  /** Counts one more use of a value; its number, -1 when there was no room for it. */
  readonly add: (value: ByteRun, use: CountedUse) => number;
  /** Counts one more use of a value whose number is known. */
  readonly addKnown: (id: number, use: CountedUse) => void;
  /** Counts the value of every use of a batch. @param found is filled with their numbers */
  readonly addBatch: (by: number, batch: UseBatch, bytes: Uint8Array, found: Int32Array) => void;
  /** Most used after the leak first. @param hasBefore whether any use is from before the leak */
  readonly result: (by: ScopeGrouping, hasBefore: boolean) => readonly ScopeGroup[];
  readonly isFull: () => boolean;
  readonly state: () => ValueCounterState;
  /** Adds what was counted of the next part of the logs. */
  readonly merge: (state: ValueCounterState) => void;
}

/** A use as far as it is counted; `time` is NaN where the line has none. */
export interface CountedUse {
  readonly time: number;
  readonly when: UseWhen;
  readonly uses: number;
}

/** What was counted so far, as it goes from one thread to another. */
export interface ValueCounterState {
  readonly texts: ByteTableState;
  /** `FIELDS` numbers for each value. */
  readonly numbers: Float64Array;
  /** Which side of the leak each value took its room from. */
  readonly sides: Uint8Array;
  readonly known: Int32Array;
  readonly isFull: boolean;
}

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

const FIRST_VALUES = 64;

/** @param most values that came up before the leak, and as many that came up after it */
export function createValueCounter(most: number): ValueCounter {
  const table = createByteTable();
  const room = [most, most];
  /** Hashes of values from before the leak for which there was no room. */
  const known = createHashSet();
  let numbers = new Float64Array(FIRST_VALUES * FIELDS);
  let sides = new Uint8Array(FIRST_VALUES);
  let isFull = false;

  const remember = (bytes: Uint8Array, start: number, end: number): void => {
    if (known.size() < MAX_KNOWN) known.add(hashOf(bytes, start, end));
  };

  /** -1 when there is no room for one more value. */
  const make = ({ bytes, start, end }: ByteRun, side: number): number => {
    const left = room[side] ?? 0;
    if (left === 0) {
      isFull = true;
      if (side === SIDE_BEFORE) remember(bytes, start, end);
      return -1;
    }
    room[side] = left - 1;
    const id = table.add(bytes, start, end);
    if (id >= sides.length) {
      sides = widened(sides, new Uint8Array(sides.length * 2));
      numbers = widened(numbers, new Float64Array(numbers.length * 2));
    }
    sides[id] = side;
    numbers[id * FIELDS + FIRST] = Infinity;
    numbers[id * FIELDS + LAST] = -Infinity;
    return id;
  };

  const addKnown = (id: number, { time, when, uses }: CountedUse): void => {
    const at = id * FIELDS;
    numbers[at] = (numbers[at] ?? 0) + uses;
    if (when !== 'unknown') {
      const field = at + (when === 'before' ? BEFORE : AFTER);
      numbers[field] = (numbers[field] ?? 0) + uses;
    }
    if (time < (numbers[at + FIRST] ?? 0)) numbers[at + FIRST] = time;
    if (time > (numbers[at + LAST] ?? 0)) numbers[at + LAST] = time;
  };

  const add = (value: ByteRun, use: CountedUse): number => {
    let id = table.find(value.bytes, value.start, value.end);
    if (id === -1) id = make(value, use.when === 'before' ? SIDE_BEFORE : SIDE_AFTER);
    if (id !== -1) addKnown(id, use);
    return id;
  };

  const addFound = ({ size, times, counts, areBefore }: UseBatch, found: Int32Array): void => {
    // Variables of this function are registers, those around it are memory.
    const own = numbers;
    for (let at = 0; at < size; at += 1) {
      const id = found[at] ?? -1;
      if (id === -1) continue;
      const row = id * FIELDS;
      const uses = counts[at] ?? 0;
      const time = times[at] ?? 0;
      const field = row + (areBefore[at] === 1 ? BEFORE : AFTER);
      own[row] = (own[row] ?? 0) + uses;
      own[field] = (own[field] ?? 0) + uses;
      if (time < (own[row + FIRST] ?? 0)) own[row + FIRST] = time;
      if (time > (own[row + LAST] ?? 0)) own[row + LAST] = time;
    }
  };

  /** Adds the numbers of a value that was counted apart. */
  const addNumbers = (id: number, more: Float64Array, other: number): void => {
    const at = id * FIELDS;
    for (let field = 0; field < FIRST; field += 1) {
      numbers[at + field] = (numbers[at + field] ?? 0) + (more[other + field] ?? 0);
    }
    numbers[at + FIRST] = Math.min(numbers[at + FIRST] ?? 0, more[other + FIRST] ?? 0);
    numbers[at + LAST] = Math.max(numbers[at + LAST] ?? 0, more[other + LAST] ?? 0);
  };

  return {
    add,
    addKnown,
    addBatch: (by, batch, bytes, found) => {
      const spans = { count: batch.size, starts: batch.starts[by] ?? found, ends: batch.ends[by] ?? found };
      table.findAll(bytes, spans, found);
      addFound(batch, found);
      const size = table.size();
      for (let at = 0; at < batch.size; at += 1) {
        const start = spans.starts[at] ?? -1;
        if (found[at] !== -1 || start === -1) continue;
        const end = spans.ends[at] ?? start;
        const isBefore = batch.areBefore[at] === 1;
        // As long as nothing was added, a value that was not found is still not there.
        if (room[isBefore ? SIDE_BEFORE : SIDE_AFTER] === 0 && table.size() === size) {
          isFull = true;
          if (isBefore) remember(bytes, start, end);
          continue;
        }
        const use = { time: batch.times[at] ?? NaN, uses: batch.counts[at] ?? 0 };
        found[at] = add({ bytes, start, end }, { ...use, when: isBefore ? 'before' : 'after' });
      }
    },
    result: (by, hasBefore) => {
      const found: ScopeGroup[] = [];
      for (let id = 0; id < table.size(); id += 1) {
        const at = id * FIELDS;
        const [before, after] = [numbers[at + BEFORE] ?? 0, numbers[at + AFTER] ?? 0];
        const isNew = hasBefore && before === 0 && after > 0 && !isKnown(known, table.bytesOf(id));
        const [first, last] = [finite(numbers[at + FIRST]), finite(numbers[at + LAST])];
        found.push({ by, value: table.text(id), uses: numbers[at] ?? 0, before, after, first, last, isNew });
      }
      return found.sort((a, b) => b.after - a.after || b.uses - a.uses || (a.value < b.value ? -1 : 1));
    },
    isFull: () => isFull,
    state: () => ({
      texts: table.state(),
      numbers: numbers.slice(0, table.size() * FIELDS),
      sides: sides.slice(0, table.size()),
      known: known.values(),
      isFull,
    }),
    merge: (state) => {
      let part = -1;
      eachText(state.texts, (bytes, start, end) => {
        part += 1;
        let id = table.find(bytes, start, end);
        if (id === -1) id = make({ bytes, start, end }, state.sides[part] ?? SIDE_AFTER);
        if (id !== -1) addNumbers(id, state.numbers, part * FIELDS);
        else if ((state.numbers[part * FIELDS + BEFORE] ?? 0) > 0) remember(bytes, start, end);
      });
      for (let at = 0; at < state.known.length && known.size() < MAX_KNOWN; at += 1) known.add(state.known[at] ?? 0);
      isFull ||= state.isFull;
    },
  };
}

/** A copy with more room. */
export function widened<T extends Uint8Array | Int32Array | Float64Array>(values: T, wider: T): T {
  wider.set(values);
  return wider;
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
