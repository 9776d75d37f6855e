import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Outcome } from '../cli/command.ts';
import { firebreak, folderWith } from '../cli/command.ts';

export interface MeasuredUnit {
  readonly unit: string;
  readonly interval: { readonly lower_ms: number; readonly upper_ms: number | 'unbounded' } | null;
  readonly predicted: { readonly bound_ms: number | 'unbounded' | 'unknown' };
  readonly attribution: string;
  readonly flaps: number;
}

export interface MeasuredResult {
  readonly overall: { readonly verdict: string; readonly why: string };
  readonly method: readonly string[];
  readonly arms: readonly { readonly arm: string; readonly units: readonly MeasuredUnit[] }[];
  readonly findings: readonly { readonly rule: string; readonly message: string }[];
  readonly controls: {
    readonly control: { readonly accepted: number; readonly rejected: number };
    readonly bystander: { readonly accepted: number; readonly rejected: number };
  };
  readonly safety: {
    readonly clean: boolean;
    readonly effects: readonly { readonly says: string; readonly verified: boolean }[];
  };
}

export interface MeasuredRun {
  readonly result: MeasuredResult;
  readonly outcome: Outcome;
  /** All that the run wrote, for looking for secrets in it. */
  readonly everything: string;
}

/** Runs a drill in a folder with the real command. */
export async function runDrillIn(
  folder: string,
  drill: string,
  env: Readonly<Record<string, string>> = {},
): Promise<MeasuredRun> {
  const outcome = await firebreak(['drill', 'run', drill, '-o', 'json=result.json', '-o', 'pretty=-'], {
    cwd: folder,
    env,
  });
  const text = readResult(folder, outcome);
  return { result: JSON.parse(text) as MeasuredResult, outcome, everything: outcome.out + outcome.err + text };
}

function readResult(folder: string, { out, err }: Outcome): string {
  try {
    return readFileSync(join(folder, 'result.json'), 'utf8');
  } catch {
    throw new Error(`the drill gave no result\n${out}\n${err}`);
  }
}

/** Runs a drill of the repository, which starts the lab that its inventory describes. */
export async function runScenario(drill: string): Promise<MeasuredRun> {
  const names = ['policies/lab.yaml', 'policies/lab-inventory.yaml', `drills/${drill}.yaml`];
  const folder = folderWith(Object.fromEntries(names.map((name) => [name, readFileSync(name, 'utf8')])));
  try {
    return await runDrillIn(folder.path, `drills/${drill}.yaml`);
  } finally {
    folder.remove();
  }
}

/** Every unit stopped accepting within its prediction, and only because of the containment. */
export function expectWithinPrediction({ arms, controls, safety }: MeasuredResult): void {
  for (const { arm, units } of arms) {
    expect(units.length).toBeGreaterThan(0);
    for (const { unit, interval, predicted, attribution, flaps } of units) {
      const where = `${unit} in the ${arm} arm`;
      expect(predicted.bound_ms, where).toBeTypeOf('number');
      expect(interval?.upper_ms, where).toBeTypeOf('number');
      expect(Number(interval?.upper_ms), where).toBeLessThanOrEqual(Number(predicted.bound_ms));
      expect({ attribution, flaps }, where).toEqual({ attribution: 'revocation', flaps: 0 });
    }
  }
  expect(controls).toMatchObject({ control: { rejected: 0 }, bystander: { rejected: 0 } });
  expect(safety.clean).toBe(true);
  expect(safety.effects.every(({ verified }) => verified)).toBe(true);
}

/** A passed drill of a product, with its figures as a line of the test's output. */
export function expectPass(product: string, { result, outcome }: MeasuredRun): void {
  for (const { arm, units } of result.arms)
    for (const { unit, interval, predicted } of units)
      console.info(
        `${product} | ${unit} | ${arm} | ${interval?.lower_ms ?? '?'} to ${interval?.upper_ms ?? '?'} ms | predicted ${predicted.bound_ms} ms | ${result.overall.verdict}`,
      );
  expect(result.overall, outcome.out + outcome.err).toMatchObject({ verdict: 'pass' });
  expectWithinPrediction(result);
  expect(outcome.code).toBe(0);
}
