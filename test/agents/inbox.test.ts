import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../src/agents/inbox.ts';
import type { Batch } from '../../src/agents/messages.ts';

const batch = (seq: number): Batch => ({ run: 'r', agent: 'a', seq, records: [{ type: 'end', why: String(seq) }] });

describe('the inbox of one agent', () => {
  it('gives every batch once and in order, however often and in whatever order they come', () => {
    const arrivals = fc
      .integer({ min: 1, max: 30 })
      .chain((count) =>
        fc.tuple(
          fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count }),
          fc.array(fc.nat(count - 1), { maxLength: 60 }),
          fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
        ),
      );
    fc.assert(
      fc.property(arrivals, ([once, again, places]) => {
        const order = [...once];
        for (const [index, seq] of again.entries()) order.splice((places[index] ?? 0) % (order.length + 1), 0, seq);
        const inbox = new Inbox();
        const counted = order.flatMap((seq) => inbox.take(batch(seq)).map((taken) => taken.seq));
        expect(counted).toEqual([...once.keys()]);
      }),
    );
  });

  it('keeps what follows a gap until the gap is closed', () => {
    const inbox = new Inbox();
    expect(inbox.take(batch(1))).toEqual([]);
    expect(inbox.take(batch(0)).map(({ seq }) => seq)).toEqual([0, 1]);
    expect(inbox.take(batch(1))).toEqual([]);
  });
});
