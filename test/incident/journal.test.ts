import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalChain } from '../../src/incident/journal.ts';
import { journalFileOf, mergeChains, nextLine, readChain } from '../../src/incident/journal.ts';

const EMPTY = { records: [], head: null };

/** A journal with so many records of one author. */
function journalOf(author: string, count: number, start = 0): string {
  let text = '';
  let chain: Pick<JournalChain, 'records' | 'head'> = EMPTY;
  for (let index = 0; index < count; index += 1) {
    const time = new Date(Date.UTC(2026, 10, 30, 8) + (start + index) * 1000).toISOString();
    text += `${nextLine(chain, { author, time, event: 'noted', data: { index } })}\n`;
    chain = readChain('a', text);
  }
  return text;
}

describe('the journal of an incident', () => {
  it('reads back what was appended', () => {
    const { records, problems, head } = readChain('a', journalOf('@ana', 3));
    expect(problems).toEqual([]);
    expect(records.map(({ author, seq, data }) => [author, seq, data['index']])).toEqual([
      ['@ana', 1, 0],
      ['@ana', 2, 1],
      ['@ana', 3, 2],
    ]);
    expect(records[0]?.previous).toBeNull();
    expect(head).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells every change of a record that another one follows', () => {
    const lines = journalOf('@ana', 4).trimEnd().split('\n');
    fc.assert(
      fc.property(fc.nat({ max: 2 }), fc.nat(), fc.constantFrom('x', '7', '}'), (number, place, by) => {
        const line = lines[number] ?? '';
        const at = place % line.length;
        const changed = `${line.slice(0, at)}${by}${line.slice(at + 1)}`;
        fc.pre(changed !== line);
        const text = `${lines.with(number, changed).join('\n')}\n`;
        expect(readChain('a', text).problems).not.toEqual([]);
      }),
    );
  });

  it.for([
    {
      name: 'taken out',
      of: (lines: string[]) => lines.toSpliced(1, 1),
      says: '2: record 3 stands where record 2 must be',
    },
    {
      name: 'put in twice',
      of: (lines: string[]) => lines.toSpliced(1, 0, lines[1] ?? ''),
      says: '3: record 2 stands where record 3 must be',
    },
    {
      name: 'in another order',
      of: (lines: string[]) => [lines[1] ?? '', lines[0] ?? ''],
      says: '1: record 2 stands where record 1 must be',
    },
    {
      name: 'of somebody else',
      of: (lines: string[]) => [...lines, journalOf('@bo', 1).trim()],
      says: '4: a record of "@bo" stands in the journal of "@ana"',
    },
    { name: 'of no record', of: (lines: string[]) => [...lines, '{}'], says: '4: this line is no record of a journal' },
    {
      name: 'from a merge by hand',
      of: (lines: string[]) => ['<<<<<<< HEAD', ...lines],
      says: '1: this line is no record of a journal',
    },
  ])('names a line that is $name', ({ of, says }) => {
    const { problems } = readChain('j.ndjson', `${of(journalOf('@ana', 3).trimEnd().split('\n')).join('\n')}\n`);
    expect(problems.map(({ message, at }) => `${at?.line}: ${message}`)).toEqual([says]);
  });

  it('tells a record that was not written to its end', () => {
    expect(readChain('a', journalOf('@ana', 2).slice(0, -10)).problems).toHaveLength(1);
  });

  it('merges the chains of authors by time, whatever their order', () => {
    const ana = readChain('a', journalOf('@ana', 3, 0));
    const bo = readChain('b', journalOf('@bo', 3, 1));
    const merged = mergeChains([ana, bo]);
    expect(merged.map(({ author, seq }) => `${author} ${seq}`)).toEqual([
      '@ana 1',
      '@ana 2',
      '@bo 1',
      '@ana 3',
      '@bo 2',
      '@bo 3',
    ]);
    expect(mergeChains([bo, ana])).toEqual(merged);
  });

  it.for([
    ['@ana', 'journal/ana.ndjson'],
    ['Ana.B@example.com', 'journal/ana.b_at_example.com.ndjson'],
    ['@../../etc/passwd', 'journal/--..-etc-passwd.ndjson'],
    ['@a/b', 'journal/a-b.ndjson'],
  ] as const)('keeps the journal of %s in %s', ([author, file]) => {
    expect(journalFileOf(author)).toBe(file);
  });
});
