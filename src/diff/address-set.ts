/** Sets of client addresses as ranges of the 128-bit line of src/policy/cidr.ts, and the address nobody knows. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

export interface AddressSet {
  /** Whether requests whose client address is not known are among them. */
  readonly unknown: boolean;
  /** In order, none touching the next. */
  readonly ranges: readonly Range[];
}

const LAST = (1n << 128n) - 1n;

export const EVERY_ADDRESS: AddressSet = { unknown: true, ranges: [{ first: 0n, last: LAST }] };

export function addressesOf(ranges: readonly Range[]): AddressSet {
  const sorted = ranges.toSorted((a, b) => (a.first < b.first ? -1 : 1));
  const joined: Range[] = [];
  for (const { first, last } of sorted) {
    const before = joined.at(-1);
    if (before === undefined || first > before.last + 1n) joined.push({ first, last });
    else if (last > before.last) joined.splice(-1, 1, { first: before.first, last });
  }
  return { unknown: false, ranges: joined };
}

/** Ranges of a set have one spelling, so what is written alike is the same. */
export function sameAddresses(a: AddressSet, b: AddressSet): boolean {
  if (a === b) return true;
  return (
    a.unknown === b.unknown &&
    a.ranges.length === b.ranges.length &&
    a.ranges.every(({ first, last }, index) => first === b.ranges[index]?.first && last === b.ranges[index].last)
  );
}

export function commonAddresses(a: AddressSet, b: AddressSet): AddressSet {
  if (a === b) return a;
  const ranges = a.ranges.flatMap((left) =>
    b.ranges.flatMap((right) => {
      const first = left.first > right.first ? left.first : right.first;
      const last = left.last < right.last ? left.last : right.last;
      return first <= last ? [{ first, last }] : [];
    }),
  );
  return { unknown: a.unknown && b.unknown, ranges };
}

export function addressesWithout(a: AddressSet, b: AddressSet): AddressSet {
  const common = commonAddresses(a, { unknown: true, ranges: gaps(b.ranges) });
  return { unknown: a.unknown && !b.unknown, ranges: common.ranges };
}

function gaps(ranges: readonly Range[]): readonly Range[] {
  const open: Range[] = [];
  let next = 0n;
  for (const { first, last } of ranges) {
    if (first > next) open.push({ first: next, last: first - 1n });
    next = last + 1n;
  }
  return next <= LAST ? [...open, { first: next, last: LAST }] : open;
}

export function noAddresses({ unknown, ranges }: AddressSet): boolean {
  return !unknown && ranges.length === 0;
}

/** The address as a number; null stands for one that is not known. */
export function hasAddress({ unknown, ranges }: AddressSet, address: bigint | null): boolean {
  if (address === null) return unknown;
  return ranges.some(({ first, last }) => first <= address && address <= last);
}

/**
 * One that can be written down if there is one: one of the wishes, else IPv4 before IPv6, and not the number of the network
 * itself where its neighbour will do; null for the one that is not known.
 */
export function pickAddress({ ranges }: AddressSet, wishes: readonly bigint[]): bigint | null {
  const wished = wishes.find((wish) => ranges.some(({ first, last }) => first <= wish && wish <= last));
  if (wished !== undefined) return wished;
  const v4 = commonAddresses({ unknown: false, ranges }, V4);
  const range = v4.ranges[0] ?? ranges[0];
  if (range === undefined) return null;
  return range.first < range.last ? range.first + 1n : range.first;
}

const V4: AddressSet = { unknown: false, ranges: [{ first: 0xffff_0000_0000n, last: 0xffff_ffff_ffffn }] };
