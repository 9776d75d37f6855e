import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabDescription } from '../../src/model/lab.ts';
import { FAILURES, SCENARIOS, WANTED, labOf, runCell } from './safety-cell.ts';
import type { Cell, Failure, Scenario } from './safety-cell.ts';

/**
 * Every scenario meets every failure as soon as its first change stands. `npm run safety-table` runs
 * all 36, `SAFETY_TABLE=lever` those of one failure; without it each scenario meets two failures and each failure two scenarios.
 */
const CHOSEN = process.env['SAFETY_TABLE'] ?? '';

/** Drills side by side: each has doors, a folder and a lease of its own. */
const SIDE_BY_SIDE = 3;

const CELLS: readonly { readonly scenario: Scenario; readonly failure: Failure }[] = SCENARIOS.flatMap(
  (scenario, row) =>
    FAILURES.flatMap((failure, column) =>
      isChosen(`${scenario.drill} ${failure}`, column - row) ? [{ scenario, failure }] : [],
    ),
);

function isChosen(name: string, diagonal: number): boolean {
  if (CHOSEN === '') return (diagonal + 6) % 3 === 0;
  return CHOSEN === 'all' || name.includes(CHOSEN);
}

const labs = new Map<string, Awaited<ReturnType<typeof labOf>>>();

beforeAll(async () => {
  labs.set('lab', await labOf('policies/lab-inventory.yaml'));
  labs.set('lab-clients', await labOf('drills/compromised-client.yaml'));
}, 60_000);

afterAll(async () => {
  for (const lab of labs.values()) await lab.stop();
});

function descriptionOf(name: string): LabDescription {
  const lab = labs.get(name);
  if (lab === undefined) throw new Error(`there is no lab ${name}`);
  return lab.description;
}

async function runAll(): Promise<readonly Cell[]> {
  const waiting = [...CELLS];
  const done: Cell[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      done.push(await runCell(next.scenario, next.failure, descriptionOf(next.scenario.lab)));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return done;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padEnd(index === 0 ? 21 : 17)).join(' ');
}

function table(cells: readonly Cell[]): string {
  const text = (drill: string, failure: Failure): string => {
    const cell = cells.find((each) => each.drill === drill && each.failure === failure);
    if (cell === undefined) return '-';
    return `${cell.code ?? 'killed'}, ${cell.left.length === 0 ? cell.putBack : `LEFT ${cell.left.length}`}`;
  };
  return [
    row(['exit, put back by', ...FAILURES]),
    ...SCENARIOS.map(({ drill }) => row([drill, ...FAILURES.map((failure) => text(drill, failure))])),
  ].join('\n');
}

describe.skipIf(process.platform !== 'linux')('a drill that meets a failure while its changes stand', () => {
  it(`leaves nothing trusted and the right exit code, in ${CELLS.length} cells`, { timeout: 600_000 }, async () => {
    const cells = await runAll();
    console.log(`${table(cells)}\n${cells.reduce((sum, { stood }) => sum + stood, 0)} changes stood when they met it`);
    for (const { drill, failure, code, stood, recoverCode, left, said } of cells) {
      const where = `${drill} x ${failure}: ${said}`;
      expect(left, where).toEqual([]);
      expect(code, where).toBe(WANTED[failure]);
      expect(recoverCode, where).toBe(0);
      expect(stood, where).toBeGreaterThan(0);
    }
    expect(cells).toHaveLength(CELLS.length);
  });

  it('puts everything back after a second Ctrl-C, too, and says what it still has to do', async () => {
    const [scenario] = SCENARIOS;
    if (scenario === undefined) throw new Error('there is no scenario');
    const { code, left, said, recoverCode } = await runCell(scenario, 'two signals', descriptionOf(scenario.lab));
    expect(left, said).toEqual([]);
    expect(said).toMatch(/each undo now gets 5 s; still to be undone, by hand if this process dies:\n {2}.*fbcanary-/);
    expect(said).toMatch(/\n {4}curl -X DELETE .*\/keys\/fbcanary-/);
    expect([code, recoverCode], said).toEqual([130, 0]);
  });
});
