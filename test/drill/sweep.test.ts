import { describe, expect, it } from 'vitest';
import { findCanaryName, readCanaryName } from '../../src/model/canary.ts';
import { ADMIN_SWEEPS, sweepCanaries } from '../../src/drill/sweep.ts';
import type { Sweep } from '../../src/drill/sweep.ts';
import { planOf, stage } from './staged-run.ts';
import type { Stage } from './staged-run.ts';
import { virtualClock } from './virtual-clock.ts';
import { DESCRIPTION } from './world.ts';

const START = Date.UTC(2026, 10, 23);
const HOUR_MS = 3_600_000;

/** A run of the leaked signing key whose process died while its keys were published. */
async function killed(): Promise<Stage> {
  const set = stage();
  const died = new Promise<void>((resolve) => {
    set.world.meddling = {
      onRequest: () => {
        if ([...set.world.keys.keys()].filter((kid) => kid.startsWith('fbcanary')).length < 2) return 'pass';
        set.kill();
        resolve();
        return 'never';
      },
    };
  });
  void set.run(planOf('leaked-signing-key', (text) => text.replace("targets: ['*']", 'targets: [jose, hono]')));
  await died;
  set.world.meddling = {};
  return set;
}

const admin = 'lab://admin';

/** What another machine finds, which has no journal. */
function sweep(
  set: Stage,
  { later = 0, apply = false, dead = [] }: { later?: number; apply?: boolean; dead?: readonly string[] } = {},
): Promise<Sweep> {
  const clock = virtualClock(START + later);
  const context = { http: set.world.http(clock), lab: DESCRIPTION, timeoutMs: 1000, vault: null };
  const call = { uses: '', with: {}, at: { file: 'i.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 } };
  const actions = ADMIN_SWEEPS.filter(({ uses }) => uses !== 'secrets.add');
  return sweepCanaries(
    {
      places: [{ name: 'issuer lab', actions, call, admin, context }],
      deadRuns: new Set(dead),
      now: clock.wall(),
      apply,
    },
    clock,
  );
}

const published = (set: Stage): readonly string[] =>
  [...set.world.keys.keys()].filter((kid) => kid.startsWith('fbcanary'));

describe('sweepCanaries', () => {
  it('leaves what a run may still need', async () => {
    const set = await killed();
    const { canaries } = await sweep(set, { apply: true });
    expect(canaries.map(({ state }) => state)).toEqual(['running', 'running']);
    expect(published(set)).toHaveLength(2);
  });

  it('finds what is past its end, changes nothing unless told to, and then removes it without any journal', async () => {
    const set = await killed();
    const looked = await sweep(set, { later: HOUR_MS });
    expect(looked.canaries.map(({ state, why }) => `${state}: ${why}`)).toEqual(
      Array.from({ length: 2 }, () => 'forgotten: its run is over'),
    );
    expect(published(set)).toHaveLength(2);
    const swept = await sweep(set, { later: HOUR_MS, apply: true });
    expect(swept.canaries.map(({ state }) => state)).toEqual(['removed', 'removed']);
    expect(published(set)).toEqual([]);
    expect([...set.world.keys.keys()]).toEqual(['own']);
    expect((await sweep(set, { later: HOUR_MS, apply: true })).canaries).toEqual([]);
  });

  it('takes a run that is known to be dead at once', async () => {
    const set = await killed();
    const run = findCanaryName(published(set)[0] ?? '')?.runId ?? '';
    const { canaries } = await sweep(set, { apply: true, dead: [run] });
    expect(canaries.map(({ state, why }) => `${state}: ${why}`)[0]).toBe(
      'removed: its run ended without removing it; read back at the source: gone',
    );
    expect(published(set)).toEqual([]);
  });

  it('says what it could not remove, and goes on with the rest', async () => {
    const set = await killed();
    set.world.meddling = {
      onRequest: ({ method, url }) => (method === 'DELETE' && url.endsWith('-q1') ? 'lose-request' : 'pass'),
    };
    const { canaries } = await sweep(set, { later: HOUR_MS, apply: true });
    expect(canaries.map(({ state }) => state).toSorted()).toEqual(['left', 'removed']);
    expect(published(set)).toEqual([expect.stringMatching(/-q1$/)]);
  });

  it('never says that nothing is there when it could not look', async () => {
    const set = await killed();
    set.world.meddling = { onRequest: () => 'lose-answer' };
    const { canaries, places } = await sweep(set, { later: HOUR_MS });
    expect(canaries).toEqual([]);
    expect(places.map(({ looked }) => looked)).toEqual(['failed', 'failed', 'failed']);
  });
});

describe('names of canaries', () => {
  it.each([
    { text: 'fbcanary-20261123t091400z-1a2b3c4d-1795425840-q1', runId: '20261123t091400z-1a2b3c4d' },
    { text: 'fbcanary-20261123t091400z-1a2b3c4d-1795425840-q-session', runId: '20261123t091400z-1a2b3c4d' },
    { text: 'fbcanary-thief', runId: undefined },
    { text: 'key-1', runId: undefined },
    { text: 'xfbcanary-20261123t091400z-1a2b3c4d-1795425840-q1', runId: undefined },
    { text: 'fbcanary-20261123t091400z-1a2b3c4d-never-q1', runId: undefined },
  ])('$text', ({ text, runId }) => expect(readCanaryName(text)?.runId).toBe(runId));
});
