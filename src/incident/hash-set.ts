/** Numbers of 32 bits, some eight bytes each. */
export interface HashSet {
  readonly add: (hash: number) => void;
  readonly has: (hash: number) => boolean;
  readonly size: () => number;
  readonly values: () => Int32Array;
}

const FIRST_SLOTS = 64;

export function createHashSet(): HashSet {
  // Open addressing, at most half full; 0 stands for an empty slot, so the number 0 is remembered apart.
  let slots = new Int32Array(FIRST_SLOTS);
  let size = 0;
  let hasZero = false;

  const slotOf = (hash: number): number => {
    let at = (hash ^ (hash >>> 15)) & (slots.length - 1);
    while (slots[at] !== 0 && slots[at] !== hash) at = (at + 1) & (slots.length - 1);
    return at;
  };

  const add = (value: number): void => {
    const hash = value | 0;
    if (hash === 0) {
      size += hasZero ? 0 : 1;
      hasZero = true;
      return;
    }
    const at = slotOf(hash);
    if (slots[at] === hash) return;
    slots[at] = hash;
    size += 1;
    if (size * 2 <= slots.length) return;
    const before = slots;
    slots = new Int32Array(before.length * 2);
    for (const each of before) if (each !== 0) slots[slotOf(each)] = each;
  };

  return {
    add,
    has: (value) => ((value | 0) === 0 ? hasZero : slots[slotOf(value | 0)] === (value | 0)),
    size: () => size,
    values: () => Int32Array.from([...(hasZero ? [0] : []), ...slots.filter((each) => each !== 0)]),
  };
}
