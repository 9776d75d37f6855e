import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../src/incident/contain.ts';
import { contain } from '../../src/incident/contain.ts';
import type { JournalRecord } from '../../src/incident/journal.ts';
import { madeSteps } from '../../src/incident/made-steps.ts';
import type { ContainmentPlan, ContainmentStep, StepOutcome } from '../../src/model/containment.ts';
import { UserError } from '../../src/model/failure.ts';
import { millis } from '../../src/model/quantity.ts';
import { createHttp } from '../../src/system/http.ts';
import { createMachine } from '../../src/system/machine.ts';
import { inventoryWith } from './estate.ts';

const AT = { file: 'plan.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 };

let folder: string;
let records: JournalRecord[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-contain-'));
  records = [];
  writeFileSync(join(folder, 'denied.txt'), '');
});

afterEach(() => rmSync(folder, { recursive: true }));

function stepOf(id: string, uses: string, given: object, more: Partial<ContainmentStep> = {}): ContainmentStep {
  const names = { type: 'jti', value: 'j-1' };
  return {
    id,
    does: 'deny_jti',
    issuer: 'id',
    names,
    until: Date.parse('2099-01-01T00:00:00Z'),
    call: { uses, with: { ...given }, at: AT, isResponse: true, handed: names },
    timeout: millis(5000),
    isRepeatable: null,
    after: [],
    at: AT,
    ...more,
  };
}

const deny = (id: string, more: Partial<ContainmentStep> = {}): ContainmentStep =>
  stepOf(id, 'denylist.file.add', { file: join(folder, 'denied.txt') }, more);

const count = (id: string, more: Partial<ContainmentStep> = {}): ContainmentStep =>
  stepOf(
    id,
    'exec',
    { argv: ['sh', '-c', `echo x >> ${join(folder, 'count.txt')}`], undo: 'none', reason: 'a test' },
    more,
  );

const fails = (id: string): ContainmentStep =>
  stepOf(id, 'exec', { argv: ['false'], undo: 'none', reason: 'a test' }, { isRepeatable: true });

interface Run {
  readonly again?: readonly string[];
  /** How many records can be written before the process dies. */
  readonly dies?: number;
  readonly stop?: AbortSignal;
}

async function run(
  steps: readonly ContainmentStep[],
  { again = [], dies = Infinity, stop }: Run = {},
): Promise<readonly string[]> {
  const plan: ContainmentPlan = {
    incident: 'inc-7',
    file: 'plan.yaml',
    inventory: 'shop',
    environment: 'live',
    made: 0,
    steps,
    expected: [],
  };
  let left = dies;
  const record = async ({ event, data }: IncidentEvent): Promise<void> => {
    if (left <= 0) throw new UserError('file/unwritable', 'the process is dead');
    left -= 1;
    records.push({
      author: '@ana',
      seq: records.length + 1,
      previous: null,
      time: '2026-11-30T09:00:00.000Z',
      event,
      data,
    });
  };
  const outcomes: StepOutcome[] = [];
  const context = {
    http: createHttp([]),
    lab: null,
    timeoutMs: 0,
    vault: null,
    machine: createMachine([], { env: process.env, terminal: null }),
  };
  await contain(
    { plan, issuers: inventoryWith({}).issuers, made: madeSteps(records), again },
    { context, record, onOutcome: (outcome) => outcomes.push(outcome), stop: stop ?? new AbortController().signal },
  ).catch((error: unknown) => {
    if (!(error instanceof UserError && error.code === 'file/unwritable')) throw error;
  });
  return outcomes.map(({ step, state }) => `${step.id} ${state}`);
}

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('containment', () => {
  it('makes every step once, however often it is run', async () => {
    expect(await run([deny('a'), count('b')])).toEqual(['a done', 'b done']);
    expect(await run([deny('a'), count('b')])).toEqual(['a was-done', 'b was-done']);
    expect(text('denied.txt')).toBe('j-1\n');
    expect(text('count.txt')).toBe('x\n');
  });

  it('has the intent on disk before it acts', async () => {
    await run([count('b')], { dies: 0 });
    expect(() => text('count.txt')).toThrow();
  });

  it.each([1, 2, 3, 4])('goes on after death at record %i without making anything twice', async (dies) => {
    const steps = [deny('a'), count('b')];
    await run(steps, { dies });
    const resumed = await run(steps);
    // The program ran, but its answer did not reach the journal.
    if (dies === 3) {
      expect(resumed).toEqual(['a was-done', 'b uncertain']);
      expect(text('count.txt')).toBe('x\n');
      expect(await run(steps, { again: ['b'] })).toEqual(['a was-done', 'b done']);
      return;
    }
    expect(resumed.map((each) => each.replace('was-done', 'done'))).toEqual(['a done', 'b done']);
    expect(text('denied.txt')).toBe('j-1\n');
    expect(text('count.txt')).toBe('x\n');
  });

  it('believes an author who says that a program may be run twice', async () => {
    await run([count('b', { isRepeatable: true })], { dies: 1 });
    expect(await run([count('b', { isRepeatable: true })])).toEqual(['b done']);
    expect(text('count.txt')).toBe('x\nx\n');
  });

  it('goes on with the others when one fails, and leaves out what needs it', async () => {
    expect(await run([fails('a'), deny('b', { after: ['a'] }), count('c')])).toEqual([
      'a failed',
      'b waiting',
      'c done',
    ]);
    expect(text('denied.txt')).toBe('');
  });

  it('takes what is there already for made, and remembers it', async () => {
    writeFileSync(join(folder, 'denied.txt'), 'j-1\n');
    expect(await run([deny('a')])).toEqual(['a was-done']);
    writeFileSync(join(folder, 'denied.txt'), '');
    expect(await run([deny('a')])).toEqual(['a was-done']);
    expect(text('denied.txt')).toBe('');
  });

  it('begins nothing after it was stopped', async () => {
    expect(await run([deny('a')], { stop: AbortSignal.abort() })).toEqual(['a stopped']);
  });

  it('gives every try of a step the same key', async () => {
    const key = stepOf(
      'k',
      'exec',
      {
        argv: ['sh', '-c', `echo "$FIREBREAK_IDEMPOTENCY_KEY" >> ${join(folder, 'keys.txt')}`],
        undo: 'none',
        reason: 'a test',
      },
      { isRepeatable: true },
    );
    await run([key], { dies: 1 });
    await run([key]);
    expect(text('keys.txt')).toBe('inc-7/k\ninc-7/k\n');
  });
});
