import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENESIS, isFinished, openEffects, readJournal, startJournal } from '../../src/drill/journal.ts';
import type { Effect, JournalEvent } from '../../src/model/drill.ts';
import type { JournalSink } from '../../src/model/ports.ts';

function memorySink(): JournalSink & { readonly text: () => string } {
  const lines: string[] = [];
  return {
    append: (line) => void lines.push(line),
    appendSynced: async (line) => void lines.push(line),
    close: async () => undefined,
    text: () => lines.map((line) => `${line}\n`).join(''),
  };
}

const clock = { monotonic: () => 1000, wall: () => 0, sleepUntil: async () => undefined };
const effect = (id: string, undo: Effect['undo'] = 'required'): Effect => ({
  id,
  action: 'jwks.add_key',
  with: { kid: id },
  says: `publish ${id}`,
  undo,
});

async function written(events: readonly JournalEvent[]): Promise<string> {
  const sink = memorySink();
  const journal = startJournal({ sink, clock, origin: 0 });
  for (const event of events) await journal.record(event);
  return sink.text();
}

describe('the journal', () => {
  it('chains every line to the one before', async () => {
    const text = await written([
      { type: 'arm.start', arm: 'quiet' },
      { type: 'abort', why: 'test' },
    ]);
    const { lines, intact } = readJournal(text);
    expect(intact).toBe(true);
    expect(lines[0]?.prev).toBe(GENESIS);
    expect(lines.map(({ seq }) => seq)).toEqual([0, 1]);
  });

  it('notices a changed, a removed and a swapped line', async () => {
    const text = await written([
      { type: 'arm.start', arm: 'quiet' },
      { type: 'abort', why: 'one' },
      { type: 'abort', why: 'two' },
    ]);
    const rows = text.trimEnd().split('\n');
    expect(readJournal(text.replace('one', 'eno')).intact).toBe(false);
    expect(readJournal([rows[0], rows[2]].join('\n')).intact).toBe(false);
    expect(readJournal([rows[0], rows[2], rows[1]].join('\n')).intact).toBe(false);
  });

  it('drops a last line torn by the death of its process, and goes on after it', async () => {
    const text = await written([{ type: 'intent', effect: effect('e1') }]);
    const torn = `${text}{"seq":1,"prev":"`;
    const reading = readJournal(torn);
    expect(reading.lines).toHaveLength(1);
    const sink = memorySink();
    const journal = startJournal({
      sink,
      clock,
      origin: 0,
      after: { sha256: reading.sha256, lines: reading.lines.length },
    });
    await journal.record({ type: 'recover', torn: reading.torn });
    await journal.record({ type: 'undo.verify', effectId: 'e1', gone: true, why: '' });
    const whole = readJournal(`${torn}\n${sink.text()}`);
    expect(whole).toMatchObject({ intact: true, lines: [{ seq: 0 }, { seq: 1 }, { seq: 2 }] });
  });

  it('takes a torn line in the middle for what it is only when a recovery names it', async () => {
    const text = await written([
      { type: 'arm.start', arm: 'quiet' },
      { type: 'abort', why: 'one' },
    ]);
    const [head = '', tail = ''] = text.split('\n');
    const reading = readJournal(`${head}\n{"seq":1,"pr\n${tail}\n`);
    expect(reading.faults).toEqual([{ line: 2, what: 'is no record, and no recovery names it' }]);
    expect(readJournal(`${text}{"seq":2,"pr`)).toMatchObject({ intact: true, faults: [] });
  });

  it('says of a journal without hashes that it is older than the chain', async () => {
    const row = JSON.stringify({ seq: 0, t: 0, at: '', event: { type: 'arm.start', arm: 'quiet' } });
    expect(readJournal(`${row}\n`).faults).toEqual([
      { line: 1, what: 'carries no hash of the line before: this journal is older than the chain' },
    ]);
  });

  it('finds any one changed byte of a line that another follows', async () => {
    const text = await written([
      { type: 'arm.start', arm: 'quiet' },
      { type: 'intent', effect: effect('e1') },
      { type: 'abort', why: 'one' },
    ]);
    const [first = '', second = '', last = ''] = text.split('\n');
    fc.assert(
      fc.property(fc.nat(second.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const changed = second.slice(0, at) + String.fromCharCode(code) + second.slice(at + 1);
        fc.pre(changed !== second);
        const reading = readJournal(`${first}\n${changed}\n${last}\n`);
        expect(reading.intact).toBe(false);
      }),
    );
  });
});

describe('openEffects', () => {
  it.for([
    {
      name: 'counts an intent without an answer, because its request may have arrived',
      events: [{ type: 'intent', effect: effect('e1') }],
      open: ['e1'],
    },
    {
      name: 'counts a failed action',
      events: [
        { type: 'intent', effect: effect('e1') },
        { type: 'fail', effectId: 'e1', why: 'timeout' },
      ],
      open: ['e1'],
    },
    {
      name: 'counts an undo that was not verified',
      events: [
        { type: 'intent', effect: effect('e1') },
        { type: 'undo.ack', effectId: 'e1' },
      ],
      open: ['e1'],
    },
    {
      name: 'counts one that was still there',
      events: [
        { type: 'intent', effect: effect('e1') },
        { type: 'undo.verify', effectId: 'e1', gone: false, why: '' },
      ],
      open: ['e1'],
    },
    {
      name: 'forgets what was read back as gone',
      events: [
        { type: 'intent', effect: effect('e1') },
        { type: 'undo.verify', effectId: 'e1', gone: true, why: '' },
      ],
      open: [],
    },
    {
      name: 'ignores effects that leave nothing',
      events: [{ type: 'intent', effect: effect('e1', 'none') }],
      open: [],
    },
    {
      name: 'gives the newest first',
      events: [
        { type: 'intent', effect: effect('e1') },
        { type: 'intent', effect: effect('e2') },
      ],
      open: ['e2', 'e1'],
    },
  ] as { name: string; events: JournalEvent[]; open: string[] }[])('$name', async ({ events, open }) => {
    const { lines } = readJournal(await written(events));
    expect(openEffects(lines).map(({ id }) => id)).toEqual(open);
    expect(isFinished(lines)).toBe(false);
  });

  it('calls a run finished when it ended clean', async () => {
    const { lines } = readJournal(
      await written([
        { type: 'intent', effect: effect('e1') },
        { type: 'undo.verify', effectId: 'e1', gone: true, why: '' },
        { type: 'run.end', outcome: 'completed', clean: true },
      ]),
    );
    expect(isFinished(lines)).toBe(true);
  });
});
