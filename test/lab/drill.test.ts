import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from '../cli/command.ts';
import type { Outcome } from '../cli/command.ts';

interface MeasuredUnit {
  readonly unit: string;
  readonly verdict: string;
  readonly interval: { readonly lower_ms: number; readonly upper_ms: number | 'unbounded' } | null;
  readonly predicted: { readonly bound_ms: number | 'unbounded' | 'unknown' };
  readonly still_accepting: string | null;
  readonly recovery: { readonly upper_ms: number | 'unbounded' } | null;
  readonly attribution: string;
  readonly resolution_ms: number | null;
  readonly flaps: number;
}

interface Result {
  readonly overall: { readonly verdict: string };
  readonly method: readonly string[];
  readonly arms: readonly { readonly arm: string; readonly units: readonly MeasuredUnit[] }[];
  readonly controls: {
    readonly control: { readonly rejected: number };
    readonly bystander: { readonly rejected: number };
  };
  readonly safety: { readonly clean: boolean; readonly effects: readonly { readonly verified: boolean }[] };
}

const POLICIES = {
  'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
  'policies/lab-inventory.yaml': readFileSync('policies/lab-inventory.yaml', 'utf8'),
};

async function run(
  drill: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ outcome: Outcome; result: Result; secrets: string }> {
  const folder = folderWith({
    ...POLICIES,
    [`drills/${drill}.yaml`]: readFileSync(`drills/${drill}.yaml`, 'utf8'),
    ...files,
  });
  try {
    const outcome = await firebreak(
      ['drill', 'run', `drills/${drill}.yaml`, '-o', 'json=result.json', '-o', 'html=report.html', '-o', 'markdown=-'],
      { cwd: folder.path },
    );
    const result = JSON.parse(readFileSync(join(folder.path, 'result.json'), 'utf8')) as Result;
    return {
      outcome,
      result,
      secrets:
        outcome.out +
        outcome.err +
        readFileSync(join(folder.path, 'report.html'), 'utf8') +
        readFileSync(join(folder.path, 'result.json'), 'utf8'),
    };
  } finally {
    folder.remove();
  }
}

/** The measured end of every unit of an arm, in ms; Infinity when it was still accepted. */
function ends(result: Result, arm: string): ReadonlyMap<string, MeasuredUnit> {
  return new Map(
    (result.arms.find((candidate) => candidate.arm === arm)?.units ?? []).map((unit) => [unit.unit, unit]),
  );
}

function checkAgainstPrediction(units: ReadonlyMap<string, MeasuredUnit>): void {
  for (const [name, { interval, predicted, resolution_ms, flaps, attribution }] of units) {
    if (typeof predicted.bound_ms !== 'number') continue;
    expect(interval, name).not.toBeNull();
    expect(interval?.upper_ms, name).toBeTypeOf('number');
    const upper = Number(interval?.upper_ms);
    expect(upper, name).toBeLessThanOrEqual(predicted.bound_ms);
    expect(upper - (interval?.lower_ms ?? 0), name).toBeLessThanOrEqual(resolution_ms ?? 0);
    expect(flaps, name).toBe(0);
    expect(attribution, name).toBe('revocation');
  }
}

describe('the drill of a leaked signing key', () => {
  let outcome: Outcome;
  let result: Result;
  let secrets: string;

  beforeAll(async () => {
    ({ outcome, result, secrets } = await run('leaked-signing-key'));
  }, 120_000);

  it('misses the objective because of the verifiers that never drop a key, and leaves with 1', () => {
    expect(result.overall.verdict).toBe('fail');
    expect(outcome.code).toBe(1);
  });

  it('measures every bounded verifier under its prediction, as finely as it probes', () => {
    checkAgainstPrediction(ends(result, 'quiet'));
    checkAgainstPrediction(ends(result, 'busy'));
  });

  it('sees get-jwks and aws-jwt-verify still accepting at the horizon, as predicted', () => {
    const quiet = ends(result, 'quiet');
    for (const name of ['get-jwks', 'aws-jwt-verify']) {
      expect(quiet.get(name)?.predicted.bound_ms).toBe('unbounded');
      expect(quiet.get(name)?.interval?.upper_ms).toBe('unbounded');
      expect(quiet.get(name)?.still_accepting).toMatch(
        /still accepted tokens under the removed key .*its key cache: .* would end by/,
      );
    }
  });

  it('sees hono fall at once', () => {
    expect(ends(result, 'quiet').get('hono')?.interval?.upper_ms).toBeLessThan(1000);
  });

  it('shows that tokens under a new key end whole-set caches at once and caches per key not at all', () => {
    const quiet = ends(result, 'quiet');
    const busy = ends(result, 'busy');
    for (const name of ['jose', 'oauth2-jwt-bearer', 'aws-jwt-verify']) {
      // Both must have passed their cooldown of a second when the first token under the new key arrives.
      expect(Number(busy.get(name)?.interval?.upper_ms), name).toBeLessThan(2000);
      expect(quiet.get(name)?.interval?.lower_ms, name).toBeGreaterThan(2000);
    }
    for (const name of ['jwks-rsa', 'express-jwt', 'passport-jwt', 'fast-jwt']) {
      expect(busy.get(name)?.interval?.lower_ms, name).toBeGreaterThan(1000);
    }
    expect(busy.get('get-jwks')?.interval?.upper_ms).toBe('unbounded');
  });

  it('refuses no legitimate token and puts everything back', () => {
    expect(result.controls).toMatchObject({ control: { rejected: 0 }, bystander: { rejected: 0 } });
    expect(result.safety.clean).toBe(true);
    expect(result.safety.effects.every(({ verified }) => verified)).toBe(true);
    for (const [name, { recovery }] of ends(result, 'busy')) expect(recovery?.upper_ms, name).toBeTypeOf('number');
  });

  it('shows no token, secret or private key anywhere', () => {
    expect(secrets).not.toMatch(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,}/);
    expect(secrets).not.toMatch(/"d"\s*:\s*"/);
    expect(secrets).not.toMatch(/Bearer [\w-]{20,}/);
  });
});

describe('the drill of a leaked access token', () => {
  it('sees every verifier refuse within its prediction, and meets the objective', async () => {
    const { outcome, result } = await run('leaked-access-token');
    checkAgainstPrediction(ends(result, 'quiet'));
    expect(result.overall.verdict).toBe('pass');
    expect(outcome.code).toBe(0);
  });
});

describe('the drill of a leaked refresh token', () => {
  it('sees the last access token of the family refused everywhere, and other sessions go on', async () => {
    const { outcome, result } = await run('leaked-refresh-token');
    checkAgainstPrediction(ends(result, 'quiet'));
    expect(result.controls).toMatchObject({ control: { rejected: 0 }, bystander: { rejected: 0 } });
    // The reused token and the thief's own are both dead; the other session renews.
    expect(result.method.filter((line) => line.includes('status 400, error invalid_grant, as expected'))).toHaveLength(
      2,
    );
    expect(result.method.filter((line) => line.includes('status 200, as expected'))).toHaveLength(1);
    expect(outcome.code).toBe(0);
  });
});
