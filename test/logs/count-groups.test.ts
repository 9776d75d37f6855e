import { describe, expect, it } from 'vitest';
import { createByteNames } from '../../src/logs/byte-names.ts';
import { createGroupCounter } from '../../src/logs/count-groups.ts';
import { routeName } from '../../src/logs/route-name.ts';

describe('groups', () => {
  it('keep those with changes when there are too many to keep, and lose no use', () => {
    const counter = createGroupCounter(10);
    counter.add('hurt', 'REVOKED', 5, 1);
    for (let at = 0; at < 1000; at += 1) counter.add(`fine-${at}`, 'NO_CHANGE', 1, at);
    counter.add('hurt', 'REVOKED', 5, 2);
    const { top, others, isAtLeast } = counter.result(3);
    expect(top[0]).toMatchObject({ name: 'hurt', uses: 10, last: 2 });
    expect(isAtLeast).toBe(true);
    expect(others.outcomes.NO_CHANGE + top.slice(1).reduce((sum, { uses }) => sum + uses, 0)).toBe(1000);
  });

  it('tell nothing of a limit that was not reached', () => {
    const counter = createGroupCounter(10);
    for (let at = 0; at < 10; at += 1) counter.add(`c-${at}`, 'NO_CHANGE', 1, null);
    expect(counter.result(4)).toMatchObject({ others: { groups: 6, uses: 6 }, isAtLeast: false });
  });
});

describe('names of bytes', () => {
  it('are one for one text, until there are too many', () => {
    const names = createByteNames(4);
    const bytes = Buffer.from('aa,ab,aa,b,,c,d');
    const at = (start: number, end: number): number => names.of(bytes, start, end);
    expect([at(0, 2), at(3, 5), at(6, 8), at(9, 10), at(11, 11), at(12, 13), at(0, 2)]).toEqual([0, 1, 0, 2, 3, -1, 0]);
    expect(names.text(1)).toBe('ab');
  });
});

describe('the name of a route', () => {
  it.for([
    ['/v1/orders', '/v1/orders'],
    ['/v1/orders/4711/items/7', '/v1/orders/*/items/*'],
    ['/u/2f1c3a54-9b1e-4a7e-8f0d-0c5f1e2d3b4a', '/u/*'],
    ['/blob/9f86d081884c7d659a2feaa0c55ad015', '/blob/*'],
    ['/t/AbCdEfGhIjKlMnOpQrStUvWx1', '/t/*'],
    ['/2024-report', '/2024-report'],
    ['/', '/'],
  ] as const)('%s is %s', ([path, name]) => {
    expect(routeName(path)).toBe(name);
  });
});
