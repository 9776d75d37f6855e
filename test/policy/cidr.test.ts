import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  intersectRanges,
  parseAddress,
  parseCidr,
  rangeHolds,
  rangesCover,
  showCidr,
  normalRanges,
} from '../../src/policy/cidr.ts';
import type { AddressRange } from '../../src/policy/cidr.ts';

function range(text: string): AddressRange {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(`not a network: ${text}`);
  return parsed;
}

describe('parseAddress', () => {
  it.for([
    { text: '0.0.0.0', value: 0xffff00000000n },
    { text: '10.0.0.1', value: 0xffff0a000001n },
    { text: '::ffff:10.0.0.1', value: 0xffff0a000001n },
    { text: '::FFFF:0a00:1', value: 0xffff0a000001n },
    { text: '::', value: 0n },
    { text: '::1', value: 1n },
    { text: '1::', value: 1n << 112n },
    { text: '2001:db8:0:0:0:0:0:1', value: 0x20010db8000000000000000000000001n },
    { text: '1:2:3:4:5:6:7:8', value: 0x00010002000300040005000600070008n },
    { text: '1:2:3:4:5:6:1.2.3.4', value: 0x00010002000300040005000601020304n },
  ])('reads $text', ({ text, value }) => {
    expect(parseAddress(text)).toBe(value);
  });

  it.for([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.4 ',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '[::1]',
    '::1.2.3',
    '1.2.3.4::',
    '1.2.3.4:80',
    'localhost',
    '-1.2.3.4',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

describe('parseCidr', () => {
  it.for([
    { text: '10.1.2.3/8', shown: '10.0.0.0/8' },
    { text: '10.1.2.3', shown: '10.1.2.3/32' },
    { text: '0.0.0.0/0', shown: '0.0.0.0/0' },
    { text: '::ffff:10.0.0.0/104', shown: '10.0.0.0/8' },
    { text: '2001:0db8:0:0:1:0:0:1/64', shown: '2001:db8::/64' },
    { text: '2001:db8:0:1:1:1:1:1/128', shown: '2001:db8:0:1:1:1:1:1/128' },
    { text: '::/0', shown: '::/0' },
  ])('reads $text as $shown', ({ text, shown }) => {
    expect(showCidr(range(text))).toBe(shown);
  });

  it.for(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/08', '::/129', '/8', '10.0.0/8'])(
    'refuses %j',
    (text) => {
      expect(parseCidr(text)).toBeNull();
    },
  );
});

describe('networks as sets', () => {
  const cidr = fc.oneof(
    fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, length]) => `${address}/${length}`),
    fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, length]) => `${address}/${length}`),
    fc.tuple(fc.nat(3), fc.integer({ min: 29, max: 32 })).map(([last, length]) => `10.0.0.${last}/${length}`),
  );
  const networks = fc.array(cidr.map(range), { maxLength: 4 });
  const address = fc
    .oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.nat(9).map((last) => `10.0.0.${last}`),
    )
    .map((text) => parseAddress(text) ?? -1n);
  const inside = (list: readonly AddressRange[], value: bigint): boolean =>
    list.some((item) => rangeHolds(item, value));

  it('reads every address that can be written', () => {
    fc.assert(fc.property(address, (value) => value >= 0n));
  });

  it('survives being shown and read again', () => {
    fc.assert(
      fc.property(cidr.map(range), (network) => {
        expect(range(showCidr(network))).toEqual(network);
      }),
    );
  });

  it('holds an address in an intersection exactly when both sides hold it', () => {
    fc.assert(
      fc.property(networks, networks, address, (a, b, value) => {
        expect(inside(intersectRanges(a, b), value)).toBe(inside(a, value) && inside(b, value));
      }),
    );
  });

  it('keeps the addresses in normal form', () => {
    fc.assert(
      fc.property(networks, address, (list, value) => {
        expect(inside(normalRanges(list), value)).toBe(inside(list, value));
      }),
    );
  });

  it.for([
    { list: ['10.128.0.0/9', '10.0.0.0/9'], normal: ['10.0.0.0/8'] },
    { list: ['10.0.0.0/8', '10.1.0.0/16', '10.0.0.0/8'], normal: ['10.0.0.0/8'] },
    { list: ['10.0.0.192/26', '10.0.0.0/25', '10.0.0.128/26'], normal: ['10.0.0.0/24'] },
    { list: ['10.64.0.0/10', '10.128.0.0/10'], normal: ['10.64.0.0/10', '10.128.0.0/10'] },
  ])('writes $list as $normal', ({ list, normal }) => {
    expect(normalRanges(list.map(range)).map(showCidr)).toEqual(normal);
  });

  it('has one normal form for one set of addresses', () => {
    fc.assert(
      fc.property(networks, networks, (a, b) => {
        const same = rangesCover(a, b) && rangesCover(b, a);
        expect(normalRanges(normalRanges(a))).toEqual(normalRanges(a));
        expect(normalRanges([...a, ...b, ...a])).toEqual(normalRanges([...b, ...a]));
        if (same) expect(normalRanges(a)).toEqual(normalRanges(b));
      }),
    );
  });

  it('covers what neighbours cover together', () => {
    expect(rangesCover([range('10.128.0.0/9'), range('10.0.0.0/9')], [range('10.0.0.0/8')])).toBe(true);
    expect(rangesCover([range('10.128.0.0/9'), range('10.0.0.0/10')], [range('10.0.0.0/8')])).toBe(false);
  });

  it('covers an intersection by each side', () => {
    fc.assert(
      fc.property(networks, networks, (a, b) => {
        const both = intersectRanges(a, b);
        expect(rangesCover(a, both) && rangesCover(b, both)).toBe(true);
      }),
    );
  });
});
