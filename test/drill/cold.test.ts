import { describe, expect, it } from 'vitest';
import type { DrillFinding, DrillResult } from '../../src/model/drill.ts';
import type { Plan } from '../../src/drill/plan.ts';
import { planOf, stage } from './staged-run.ts';

/** The drill of a leaked key at one verifier, with a second canary as given. */
function withSecond(verifier: string, second: string): Plan {
  return planOf('leaked-signing-key', (text) =>
    text
      .replace("targets: ['*']", `targets: [${verifier}]`)
      .replace('arms: [quiet, busy]', 'arms: [quiet]')
      .replace('    control:', `    second: ${second}\n    control:`),
  );
}

const SIGNED = 'obtain: { uses: token.sign, with: { key: leaked_key, lifetime: 10m, typ: JWT } }';

function cold({ findings }: DrillResult): readonly DrillFinding[] {
  return findings.filter(({ rule }) => rule === 'drill/cold-canary');
}

describe('a canary that is first shown after containment', () => {
  it('shows that a cache of single tokens ends with the key for whoever comes late', async () => {
    const staged = stage();
    let first: string | null = null;
    // The token that was let in first is let in for ever.
    staged.world.meddling = {
      onVerifier: (_, token, kid) => {
        if (kid.startsWith('fbcanary')) first ??= token;
        return token === first && !staged.world.keys.has(kid) ? { status: 200 } : null;
      },
    };
    const result = await staged.run(withSecond('hono', `{ role: canary, first_use: 2s, ${SIGNED} }`));
    expect(result.arms[0]?.units[0]?.interval?.upper).toBe('unbounded');
    expect(cold(result)).toEqual([
      expect.objectContaining({
        severity: 'info',
        unit: 'hono',
        message: expect.stringMatching(
          /^second, first shown 2\.\ds after the leak was known, was refused from its first use on; the one in use: accepted for at least 1[23]\./,
        ),
      }),
    ]);
    expect(staged.world.leftBehind()).toEqual([]);
  });

  it('is shown to nobody before, and leaves the result of the canary in use as it is', async () => {
    const staged = stage();
    const second = await staged.run(withSecond('jose', `{ role: canary, first_use: 2s, ${SIGNED} }`));
    const alone = await stage().run(withSecond('jose', `{ role: negative, arms: [busy], ${SIGNED} }`));
    const mine = second.probes.filter(({ credential }) => credential === 'second');
    const t0 = second.arms[0]?.marks.t0 ?? 0;
    expect(Math.min(...mine.map(({ sent }) => sent))).toBeGreaterThanOrEqual(t0 + 1900);
    expect(new Set(mine.map(({ phase }) => phase))).toEqual(new Set(['cold']));
    expect(second.arms[0]?.units[0]?.interval?.lower).toBeCloseTo(alone.arms[0]?.units[0]?.interval?.lower ?? 0, -3);
    expect(cold(second)).toEqual([expect.objectContaining({ severity: 'info' })]);
  });

  it('that lives past the objective is an error', async () => {
    const staged = stage();
    const seen: string[] = [];
    staged.world.meddling = {
      onVerifier: (_, token, kid) => {
        if (!staged.world.keys.has(kid) && kid.startsWith('fbcanary') && !seen.includes(token)) return { status: 200 };
        seen.push(token);
        return null;
      },
    };
    const result = await staged.run(withSecond('hono', `{ role: canary, first_use: 2s, ${SIGNED} }`));
    expect(cold(result)).toEqual([
      expect.objectContaining({ severity: 'error', message: expect.stringContaining('the objective is') }),
    ]);
  });

  it('says so when it came too early to be unknown: a step before containment takes a while', async () => {
    const result = await stage().run(withSecond('jose', `{ role: canary, first_use: 0s, ${SIGNED} }`));
    expect(cold(result)).toEqual([
      expect.objectContaining({ severity: 'warning', message: expect.stringContaining('give it a later first_use') }),
    ]);
  });
});

describe('a first use is refused', () => {
  it.each([
    [
      'of what is no canary',
      `{ role: control, first_use: 2s, obtain: { uses: oauth.client_credentials, with: { client: drill-a } } }`,
      'is no canary',
    ],
    ['after the horizon', `{ role: canary, first_use: 12s, ${SIGNED} }`, 'after the horizon'],
    [
      'of a canary that is made in another way',
      '{ role: canary, first_use: 2s, obtain: { uses: oauth.client_credentials, with: { client: drill-a } } }',
      'made in another way',
    ],
  ])('%s', (_, second, message) => {
    expect(() => withSecond('jose', second)).toThrow(message);
  });

  it('of the only canary', () => {
    expect(() =>
      planOf('leaked-signing-key', (text) =>
        text.replace('canary: { role: canary,', 'canary: { role: canary, first_use: 2s,'),
      ),
    ).toThrow('every canary has first_use');
  });
});
