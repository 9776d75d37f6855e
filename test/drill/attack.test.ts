import { describe, expect, it } from 'vitest';
import type { DrillResult } from '../../src/model/drill.ts';
import type { Plan } from '../../src/drill/plan.ts';
import { planText } from '../../src/drill/plan-text.ts';
import { planOf, stage } from './staged-run.ts';

/** Kinds that the verifiers of the simulated world refuse: they check signatures and nothing else. */
const REFUSED_KINDS = 'kinds: [alg-none, no-signature, unknown-key, kid-sql, empty]';

function smallPlan(): Plan {
  return planOf('forged-tokens', (text) => text.replace(/kinds:\n(?: +- [\w-]+\n)+/, `${REFUSED_KINDS}\n`));
}

function outcomes({ matrix }: DrillResult, unit: string): readonly string[] {
  return (matrix?.cells ?? []).filter((cell) => cell.unit === unit).map(({ outcome }) => outcome);
}

const isUnsigned = (token: string): boolean => token.endsWith('.');

describe('a drill with attacks', () => {
  it('passes when every verifier refuses every kind from the first probe on', async () => {
    const { run, world } = stage();
    const { overall, matrix, findings, arms } = await run(smallPlan());
    expect(overall).toMatchObject({ verdict: 'pass', ttr: null });
    expect(matrix?.cells).toHaveLength(9 * 5);
    expect(matrix?.cells.every(({ outcome }) => outcome === 'refused')).toBe(true);
    expect(findings).toEqual([]);
    expect(arms).toEqual([]);
    expect(world.leftBehind()).toEqual([]);
  });

  it('fails on one acceptance, and names verifier, kind, spelling and requirement', async () => {
    const { run, world } = stage();
    let seen = 0;
    world.meddling = {
      // A cache that lets the second copy of a token through.
      onVerifier: (name, token) => (name === 'jose' && isUnsigned(token) && (seen += 1) === 8 ? { status: 200 } : null),
    };
    const { overall, findings } = await run(smallPlan());
    expect(overall.verdict).toBe('fail');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule: 'live/forged-accepted', severity: 'error', unit: 'jose' });
    expect(findings[0]?.message).toMatch(/^accepted [\w-]+, a token .*1 of \d+ times; see RFC \d+ section/);
  });

  it('takes neither an outage nor a verifier that refuses everybody for a refusal', async () => {
    const { run, world } = stage();
    let attacked = false;
    world.meddling = {
      onVerifier: (name, token) => {
        attacked ||= isUnsigned(token);
        if (!attacked) return null;
        if (name === 'hono') return { status: 503 };
        return name === 'fast-jwt'
          ? { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }
          : null;
      },
    };
    const result = await run(smallPlan());
    expect(result.overall.verdict).toBe('inconclusive');
    expect(outcomes(result, 'hono')).not.toContain('refused');
    expect(outcomes(result, 'fast-jwt')).not.toContain('refused');
    expect(new Set(outcomes(result, 'jose'))).toEqual(new Set(['refused']));
  });

  it('leaves out a verifier that accepts a broken signature, which is a finding of its own', async () => {
    const { run, world } = stage();
    world.meddling = { onVerifier: (name) => (name === 'hono' ? { status: 200 } : null) };
    const result = await run(smallPlan());
    expect(outcomes(result, 'hono').every((outcome) => outcome === 'excluded')).toBe(true);
    expect(result.findings.map(({ rule, unit }) => [rule, unit])).toContainEqual(['drill/unprotected', 'hono']);
    expect(result.overall.verdict).toBe('inconclusive');
  });

  it('says in its plan what it tries and that it measures no time', () => {
    const text = planText(planOf('forged-tokens'));
    expect(text).toContain(
      'attacks    21 kinds with canary, 2 times each; everything must be refused from the first probe on',
    );
    expect(text).not.toContain('horizon');
  });
});
