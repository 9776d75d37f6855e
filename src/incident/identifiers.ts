import type { ByteTable, ByteTableState } from '../logs/byte-table.ts';
import { bytesOfText, createByteTable, eachText } from '../logs/byte-table.ts';

/** A set of texts that stops growing. */
export interface BoundedSet {
  readonly add: (value: string | null) => void;
  readonly has: (value: string | null) => boolean;
  /** The same of a text that is still bytes. */
  readonly addBytes: (bytes: Uint8Array, start: number, end: number) => void;
  readonly hasBytes: (bytes: Uint8Array, start: number, end: number) => boolean;
  readonly isEmpty: () => boolean;
  readonly size: () => number;
  /** Whether something was left out. */
  readonly isFull: () => boolean;
  readonly values: () => readonly string[];
  readonly state: () => BoundedSetState;
  readonly merge: (state: BoundedSetState) => void;
}

/** What a set holds, as it goes from one thread to another. */
export interface BoundedSetState {
  readonly texts: ByteTableState;
  readonly isFull: boolean;
}

export function boundedSet(most: number, state: BoundedSetState | null = null): BoundedSet {
  const table: ByteTable = createByteTable(state?.texts ?? null);
  let isFull = state?.isFull ?? false;

  const addBytes = (bytes: Uint8Array, start: number, end: number): void => {
    if (table.find(bytes, start, end) !== -1) return;
    if (table.size() < most) table.add(bytes, start, end);
    else isFull = true;
  };

  return {
    addBytes,
    hasBytes: (bytes, start, end) => table.find(bytes, start, end) !== -1,
    add: (value) => {
      if (value === null) return;
      const { bytes, length } = bytesOfText(value);
      addBytes(bytes, 0, length);
    },
    has: (value) => {
      if (value === null || table.size() === 0) return false;
      const { bytes, length } = bytesOfText(value);
      return table.find(bytes, 0, length) !== -1;
    },
    isEmpty: () => table.size() === 0,
    size: table.size,
    isFull: () => isFull,
    values: () => Array.from({ length: table.size() }, (_, id) => table.text(id)),
    state: () => ({ texts: table.state(), isFull }),
    merge: (other) => {
      if (table.size() === 0) table.adopt(other.texts);
      else eachText(other.texts, addBytes);
      isFull ||= other.isFull;
    },
  };
}
