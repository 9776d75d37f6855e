/** How many subjects stand behind each address, in bounded memory. */
import type { ByteTable, ByteTableState } from '../logs/byte-table.ts';
import { bytesOfText, createByteTable, eachText } from '../logs/byte-table.ts';

export interface SubjectCounter {
  readonly add: (ip: string, sub: string, uses: number) => void;
  /** The same of texts that are still bytes. */
  readonly addBytes: (ip: ByteRun, sub: ByteRun, uses: number) => void;
  /** Most subjects first. */
  readonly result: (least: number) => readonly CrowdedAddress[];
  /** Whether there were more addresses or subjects than are counted. */
  readonly isFull: () => boolean;
  readonly state: () => SubjectCounterState;
  readonly merge: (state: SubjectCounterState) => void;
}

/** Bytes from `start` to `end`. */
export interface ByteRun {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface CrowdedAddress {
  readonly ip: string;
  readonly count: number;
  readonly isAtLeast: boolean;
  readonly uses: number;
}

/** What was counted so far, as it goes from one thread to another. */
export interface SubjectCounterState {
  readonly addresses: ByteTableState;
  readonly pairs: ByteTableState;
  readonly uses: readonly number[];
  readonly sizes: readonly number[];
  readonly isFull: boolean;
}

/** Addresses whose subjects are counted, subjects of each, and of all together: some 50 MB. */
const MAX_ADDRESSES = 100_000;
const MAX_SUBJECTS = 1000;
const MAX_PAIRS = 500_000;

export function createSubjectCounter(): SubjectCounter {
  const addresses: ByteTable = createByteTable();
  /** Subjects, each with the number of its address. */
  const pairs: ByteTable = createByteTable();
  const uses: number[] = [];
  const sizes: number[] = [];
  let isFull = false;

  const numberOf = ({ bytes, start, end }: ByteRun): number => {
    const known = addresses.find(bytes, start, end);
    if (known !== -1) return known;
    if (addresses.size() >= MAX_ADDRESSES) return -1;
    uses.push(0);
    sizes.push(0);
    return addresses.add(bytes, start, end);
  };

  const addPair = (address: number, bytes: Uint8Array, start: number, end: number): void => {
    if ((sizes[address] ?? 0) >= MAX_SUBJECTS || pairs.find(bytes, start, end, address) !== -1) return;
    if (pairs.size() >= MAX_PAIRS) {
      isFull = true;
      return;
    }
    pairs.add(bytes, start, end, address);
    sizes[address] = (sizes[address] ?? 0) + 1;
  };

  const addBytes = (ip: ByteRun, sub: ByteRun, count: number): void => {
    const address = numberOf(ip);
    if (address === -1) {
      isFull = true;
      return;
    }
    uses[address] = (uses[address] ?? 0) + count;
    addPair(address, sub.bytes, sub.start, sub.end);
  };

  const add = (ip: string, sub: string, count: number): void => {
    const address = bytesOfText(ip);
    const number = numberOf({ bytes: address.bytes, start: 0, end: address.length });
    if (number === -1) {
      isFull = true;
      return;
    }
    uses[number] = (uses[number] ?? 0) + count;
    const subject = bytesOfText(sub);
    addPair(number, subject.bytes, 0, subject.length);
  };

  return {
    add,
    addBytes,
    isFull: () => isFull,
    result: (least) =>
      sizes
        .flatMap((size, id) =>
          size < least
            ? []
            : [{ ip: addresses.text(id), count: size, isAtLeast: size >= MAX_SUBJECTS, uses: uses[id] ?? 0 }],
        )
        .sort((a, b) => b.count - a.count || (a.ip < b.ip ? -1 : 1)),
    state: () => ({ addresses: addresses.state(), pairs: pairs.state(), uses, sizes, isFull }),
    merge: (state) => {
      isFull ||= state.isFull;
      if (addresses.size() === 0) {
        addresses.adopt(state.addresses);
        pairs.adopt(state.pairs);
        for (const count of state.uses) uses.push(count);
        for (const size of state.sizes) sizes.push(size);
        return;
      }
      const numbers: number[] = [];
      eachText(state.addresses, (bytes, start, end) => {
        const own = numberOf({ bytes, start, end });
        if (own === -1) isFull = true;
        else uses[own] = (uses[own] ?? 0) + (state.uses[numbers.length] ?? 0);
        numbers.push(own);
      });
      eachText(state.pairs, (bytes, start, end, address) => {
        const own = numbers[address] ?? -1;
        if (own !== -1) addPair(own, bytes, start, end);
      });
    },
  };
}
