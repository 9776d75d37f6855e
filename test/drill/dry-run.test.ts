import { describe, expect, it } from 'vitest';
import type { DryCheck, DryRun } from '../../src/model/dry-run.ts';
import { dryRunJson, dryRunText } from '../../src/report/drill-dry-run.ts';
import { DESCRIPTION } from './world.ts';
import { planOf, stage } from './staged-run.ts';

function about({ checks }: DryRun, what: DryCheck['what'], name: string | null = null): DryCheck | undefined {
  return checks.find((check) => check.what === what && (name === null || check.about === name));
}

describe('a dry run', () => {
  it('tries what can be tried, changes nothing anywhere, and says what a run would leave with', async () => {
    const staged = stage();
    const found = await staged.dryRun(planOf('leaked-signing-key'));
    expect(staged.world.mutations).toEqual([]);
    expect(staged.disk.paths('')).toEqual([]);
    await expect(dryRunText(found)).toMatchFileSnapshot('dry-golden/leaked-signing-key.txt');
    await expect(dryRunJson(found)).toMatchFileSnapshot('dry-golden/leaked-signing-key.json');
    expect(found.exit).toBe(0);
  });

  it('shows no token', async () => {
    const found = await stage().dryRun(planOf('leaked-signing-key'));
    expect(dryRunText(found) + dryRunJson(found)).not.toMatch(/eyJ[\w-]+\./);
  });

  it('makes no verifier fetch a key set for an unknown key', async () => {
    const staged = stage();
    await staged.dryRun(planOf('leaked-signing-key', (text) => text.replace("targets: ['*']", 'targets: [jwks-rsa]')));
    // One for the key that tokens are signed with, and none beside it.
    expect(staged.world.fetches).toHaveLength(1);
  });

  it('names a verifier that lets everybody in, which a run would leave out', async () => {
    const staged = stage();
    staged.world.meddling = { onVerifier: (name) => (name === 'hono' ? { status: 200 } : null) };
    const found = await staged.dryRun(planOf('leaked-signing-key'));
    expect(about(found, 'verifier', 'hono')).toMatchObject({
      state: 'unfit',
      says: expect.stringContaining('unprotected'),
    });
    expect(found.exit).toBe(1);
  });

  it.each([
    { name: 'another run goes on', code: 'drill/lease-held', what: 'lease', exit: 5 },
    { name: 'the lever is pulled', code: 'drill/safety-lever', what: 'safety lever', exit: 5 },
    { name: 'the lab is another one', code: 'drill/wrong-environment', what: 'lab', exit: 5 },
  ] as const)('says that a run would be refused when $name', async ({ code, what, exit }) => {
    const staged = stage();
    if (what === 'lease')
      staged.disk.append('.firebreak/lease.json', JSON.stringify({ pid: 1, startedAt: 'boot', runId: 'r' }));
    if (what === 'safety lever') staged.disk.append('stop.txt', 'maintenance');
    const plan = planOf('leaked-signing-key', (text) =>
      text.replace('guards: { ', 'guards: { safety_lever: stop.txt, '),
    );
    const lab = { ...DESCRIPTION, issuer: { ...DESCRIPTION.issuer, issuer: 'https://other.test' } };
    const found = await staged.dryRun(plan, what === 'lab' ? { lab } : {});
    expect(about(found, what)).toMatchObject({ state: 'refused', code });
    expect(found.exit).toBe(exit);
    expect(staged.world.mutations).toEqual([]);
  });

  it('goes on after the first refusal, so that one dry run tells everything', async () => {
    const staged = stage();
    staged.disk.append('stop.txt', 'maintenance');
    staged.world.meddling = { onRequest: ({ url }) => (url.endsWith('/keys') ? 'lose-request' : 'pass') };
    const plan = planOf('leaked-signing-key', (text) =>
      text.replace('guards: { ', 'guards: { safety_lever: stop.txt, '),
    );
    const found = await staged.dryRun(plan);
    expect(found.checks.filter(({ state }) => state === 'refused').map(({ what }) => what)).toEqual([
      'safety lever',
      'admin interface',
    ]);
  });
});
