import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';

interface Unit {
  readonly unit: string;
  readonly interval: { readonly lower_ms: number; readonly upper_ms: number | 'unbounded' } | null;
  readonly predicted: { readonly bound_ms: number | 'unbounded' | 'unknown' };
  readonly attribution: string;
  readonly flaps: number;
}

interface Result {
  readonly overall: { readonly verdict: string; readonly why: string };
  readonly method: readonly string[];
  readonly arms: readonly { readonly arm: string; readonly units: readonly Unit[] }[];
  readonly findings: readonly { readonly rule: string; readonly message: string }[];
  readonly controls: {
    readonly control: { readonly rejected: number };
    readonly bystander: { readonly rejected: number };
  };
  readonly safety: {
    readonly clean: boolean;
    readonly effects: readonly { readonly says: string; readonly verified: boolean }[];
  };
}

const POLICIES = ['policies/lab.yaml', 'policies/lab-inventory.yaml'];

/** Runs a drill of the repository with the real command, which starts the lab that its inventory describes. */
async function run(drill: string): Promise<{ result: Result; code: number | null; everything: string }> {
  const names = [...POLICIES, `drills/${drill}.yaml`];
  const folder = folderWith(Object.fromEntries(names.map((name) => [name, readFileSync(name, 'utf8')])));
  try {
    const { code, out, err } = await firebreak(
      ['drill', 'run', `drills/${drill}.yaml`, '-o', 'json=result.json', '-o', 'pretty=-'],
      { cwd: folder.path },
    );
    const text = readFileSync(join(folder.path, 'result.json'), 'utf8');
    return { result: JSON.parse(text) as Result, code, everything: out + err + text };
  } finally {
    folder.remove();
  }
}

/** Every unit stopped accepting within its prediction, and only because of the containment. */
function expectWithinPrediction({ arms, controls, safety }: Result): void {
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

describe('the drill of a stolen session', () => {
  it('ends renewal at the issuer and the access token by the list, and leaves other sessions alone', async () => {
    const { result, code } = await run('stolen-session');
    expectWithinPrediction(result);
    expect(result.method.filter((line) => line.includes('status 400, error invalid_grant, as expected'))).toHaveLength(
      1,
    );
    expect(result.method.filter((line) => line.includes('status 200, as expected'))).toHaveLength(1);
    expect(code).toBe(0);
  });
});

describe('the drill of a compromised client', () => {
  it('sees the issuer refuse the client and every verifier its tokens, and removes the client again', async () => {
    const { result, code, everything } = await run('compromised-client');
    expectWithinPrediction(result);
    expect(result.method.filter((line) => line.includes('status 401, error invalid_client, as expected'))).toHaveLength(
      1,
    );
    expect(result.safety.effects.filter(({ says }) => says.startsWith('register canary client'))).toHaveLength(1);
    expect(everything).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}/);
    expect(code).toBe(0);
  });
});

describe('the drill of a denied signing key', () => {
  it('bounds verifiers that never drop a removed key, with and without traffic under the next one', async () => {
    const { result, code } = await run('denied-signing-key');
    expectWithinPrediction(result);
    expect(result.arms.map(({ arm }) => arm)).toEqual(['quiet', 'busy']);
    expect(code).toBe(0);
  });
});

describe('the drill of a leaked HMAC secret', () => {
  it('ends forged tokens when every consumer runs without the secret, and keeps those under the other one', async () => {
    const { result, code, everything } = await run('leaked-hmac-secret');
    expectWithinPrediction(result);
    expect(everything).not.toMatch(/"k"\s*:|"secret"\s*:/);
    expect(code).toBe(0);
  });
});

describe('the drill of reused refresh tokens', () => {
  it('sees every generation refused without grace, its family dead, and another session go on', async () => {
    const { result, code } = await run('reused-refresh-tokens');
    expectWithinPrediction(result);
    const answered = (what: string): number => result.method.filter((line) => line.includes(what)).length;
    expect(answered('status 400, error invalid_grant, as expected')).toBe(6);
    expect(answered('status 200, as expected')).toBe(6);
    expect(code).toBe(0);
  });
});
