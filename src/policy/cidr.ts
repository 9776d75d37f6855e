/**
 * IP networks as intervals of one 128-bit number line: IPv4 lives where IPv6 maps it, `::ffff:0:0/96` (RFC 4291
 * section 2.5.5.2), so that `10.0.0.1` and `::ffff:10.0.0.1` are one address however a proxy writes it.
 */

/** First and last address of a network, both inclusive. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
  /** Prefix length on the 128-bit line. */
  readonly prefix: number;
}

const V4_MAPPED = 0xffff_0000_0000n;
const V4_OFFSET = 96;
const BITS = 128;

/**
 * Reads an IPv4 (dotted decimal, four parts, no leading zeros) or IPv6 (RFC 4291 section 2.2) address. Zone
 * identifiers, ports and brackets are not part of an address; null for them and everything else.
 */
export function parseAddress(text: string): bigint | null {
  const v4 = parseV4(text);
  if (v4 !== null) return V4_MAPPED + v4;
  return text.includes(':') ? parseV6(text) : null;
}

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32` or a single address. Bits behind the prefix are ignored: `10.1.2.3/8` is
 * `10.0.0.0/8` (RFC 4632 section 3.1). Null when it is not a network.
 */
export function parseCidr(text: string): AddressRange | null {
  const [address, length, ...rest] = text.split('/');
  if (address === undefined || rest.length > 0) return null;
  const value = parseAddress(address);
  if (value === null) return null;
  const width = address.includes(':') ? BITS : 32;
  if (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) return null;
  const written = length === undefined ? width : Number(length);
  if (written > width) return null;
  return rangeOf(value, written + BITS - width);
}

function rangeOf(value: bigint, prefix: number): AddressRange {
  const hostBits = BigInt(BITS - prefix);
  const first = (value >> hostBits) << hostBits;
  return { first, last: first + (1n << hostBits) - 1n, prefix };
}

/** One spelling for each address: dotted decimal where IPv4 is mapped, else as RFC 5952 says. */
export function showAddress(address: bigint): string {
  return showCidr({ first: address, last: address, prefix: BITS }).replace(/\/\d+$/, '');
}

/** One spelling for each network: IPv4 dotted where the network lies in the mapped block, else full IPv6 groups. */
export function showCidr({ first, prefix }: AddressRange): string {
  if (prefix >= V4_OFFSET && first >> 32n === 0xffffn) {
    const parts = [24n, 16n, 8n, 0n].map((shift) => String((first >> shift) & 0xffn));
    return `${parts.join('.')}/${prefix - V4_OFFSET}`;
  }
  const groups = Array.from({ length: 8 }, (_, index) => ((first >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return `${compress(groups)}/${prefix}`;
}

/** RFC 5952 section 4.2: the longest run of two or more zero groups, the first of equals, becomes `::`. */
function compress(groups: readonly string[]): string {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}

export function rangeHolds(range: AddressRange, address: bigint): boolean {
  return range.first <= address && address <= range.last;
}

/** The networks common to both lists: two networks are nested or disjoint, so each pair gives the smaller one or none. */
export function intersectRanges(a: readonly AddressRange[], b: readonly AddressRange[]): readonly AddressRange[] {
  const common = a.flatMap((left) =>
    b.flatMap((right) => {
      if (left.first <= right.first && right.last <= left.last) return [right];
      return right.first <= left.first && left.last <= right.last ? [left] : [];
    }),
  );
  return normalRanges(common);
}

/**
 * The one shortest list of networks with the same addresses, in their order: what another one contains is dropped, two
 * halves of a network become that network.
 */
export function normalRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const sorted = [...ranges].sort((a, b) => (a.first === b.first ? a.prefix - b.prefix : a.first < b.first ? -1 : 1));
  const kept: AddressRange[] = [];
  for (const range of sorted) {
    const before = kept.at(-1);
    if (before !== undefined && range.last <= before.last) continue;
    kept.push(range);
    joinHalves(kept);
  }
  return kept;
}

/** Joins from the end of the list as long as the last two networks are the halves of a wider one. */
function joinHalves(kept: AddressRange[]): void {
  for (;;) {
    const [left, right] = kept.slice(-2);
    if (left === undefined || right === undefined || left.prefix !== right.prefix) return;
    const whole = rangeOf(left.first, left.prefix - 1);
    if (whole.first !== left.first || whole.last !== right.last) return;
    kept.splice(-2, 2, whole);
  }
}

/** Whether every address of `inner` lies in some network of `outer`; neighbouring networks count as joined. */
export function rangesCover(outer: readonly AddressRange[], inner: readonly AddressRange[]): boolean {
  const sorted = [...outer].sort((a, b) => (a.first < b.first ? -1 : 1));
  return inner.every((range) => {
    let next = range.first;
    for (const { first, last } of sorted) if (first <= next && next <= last) next = last + 1n;
    return next > range.last;
  });
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return null;
  return parts.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  // An embedded IPv4 address may only stand at the very end.
  if (halves.length === 2 && (halves[0] ?? '').includes('.')) return null;
  return [...head, ...Array.from({ length: missing }, () => 0n), ...tail].reduce(
    (sum, group) => (sum << 16n) + group,
    0n,
  );
}

function groupsOf(text: string): readonly bigint[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 ? parseV4(part) : null;
    if (v4 !== null) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}
