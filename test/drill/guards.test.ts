import { describe, expect, it } from 'vitest';
import { cautiousClock } from '../../src/drill/clock-jumps.ts';
import type { Plan } from '../../src/drill/plan.ts';
import { drillFingerprint } from '../../src/drill/permission.ts';
import type { Approval } from '../../src/model/approval.ts';
import type { DrillResult } from '../../src/model/drill.ts';
import { ProgramFault } from '../../src/model/failure.ts';
import type { DrillGuards } from '../../src/model/inventory.ts';
import { planOf, stage, stillOpen } from './staged-run.ts';

const AT = { file: 'i.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Monday 23 November 2026, 00:00 UTC. */
const NOW = Date.UTC(2026, 10, 23);
const DAY_MS = 86_400_000;

const PLAN = planOf('leaked-access-token', (text) =>
  text
    .replace("targets: ['*']", 'targets: [jose, hono]')
    .replace(/horizon: \S+/, 'horizon: 5s')
    .replace(/late_checks: \[.*?\]/, 'late_checks: []'),
);

function guarded(drills: Partial<DrillGuards>): Plan {
  const none: DrillGuards = { windows: [], freezes: [], safetyLever: null, approvals: 0 };
  return { ...PLAN, environment: { ...PLAN.environment, drills: { ...none, ...drills } } };
}

const day = (text: string): DrillGuards['freezes'][number]['from'] => {
  const starts = Date.parse(`${text}T00:00:00Z`);
  return { text, starts, ends: starts + DAY_MS, at: AT };
};

function approval(
  who: readonly string[],
  { until = '2026-12-31', fingerprint = drillFingerprint(PLAN) } = {},
): Approval {
  return {
    name: 'a',
    file: 'a.yaml',
    changes: [{ fingerprint, at: AT }],
    approvedBy: who.map((each) => ({ who: each, at: AT })),
    reason: 'the quarterly drill',
    expires: day(until),
    permanent: false,
    at: AT,
  };
}

describe('windows of an environment', () => {
  const window = (days: readonly string[], from: number, to: number, timeZone = 'UTC'): Plan =>
    guarded({ windows: [{ days, from: from * 60, to: to * 60, timeZone, at: AT }] });

  it.each([
    { name: 'another day', plan: window(['tue'], 0, 24) },
    { name: 'a later hour', plan: window(['mon'], 9, 17) },
    {
      name: 'a window that ends before the drill has to',
      plan: guarded({ windows: [{ days: ['mon'], from: 0, to: 1, timeZone: 'UTC', at: AT }] }),
    },
    { name: 'Monday in UTC that is Sunday there', plan: window(['mon'], 0, 24, 'America/New_York') },
  ])('keep a drill out: $name', async ({ plan }) => {
    const set = stage();
    await expect(set.run(plan)).rejects.toMatchObject({ code: 'drill/not-now', exitCode: 5 });
    expect(set.world.requests).toBe(0);
  });

  it.each([
    { name: 'in UTC', plan: window(['mon'], 0, 24) },
    { name: 'in the zone of the window', plan: window(['sun'], 18, 24, 'America/New_York') },
  ])('let a drill run inside: $name', async ({ plan }) => {
    await expect(stage().run(plan)).resolves.toMatchObject({ safety: { clean: true } });
  });
});

describe('freezes of an environment', () => {
  const frozen = (from: string, until: string): Plan =>
    guarded({ freezes: [{ from: day(from), until: day(until), reason: 'end of the year' }] });

  it.each([
    { from: '2026-11-20', until: '2026-11-23' },
    { from: '2026-11-23', until: '2026-11-30' },
  ])('keep a drill out from $from to $until', async ({ from, until }) => {
    const set = stage();
    await expect(set.run(frozen(from, until))).rejects.toMatchObject({
      code: 'drill/not-now',
      message: expect.stringContaining('end of the year') as string,
    });
    expect(set.world.requests).toBe(0);
  });

  it.each([
    { from: '2026-11-24', until: '2026-11-30' },
    { from: '2026-11-01', until: '2026-11-22' },
  ])('are over or far: $from to $until', async ({ from, until }) => {
    await expect(stage().run(frozen(from, until))).resolves.toMatchObject({ safety: { clean: true } });
  });
});

describe('approvals of a drill', () => {
  const plan = guarded({ approvals: 2 });

  it.each([
    { name: 'nobody', approvals: [] },
    { name: 'one person', approvals: [approval(['@alice'])] },
    { name: 'one person twice', approvals: [approval(['@alice']), approval(['@Alice'])] },
    {
      name: 'an approval of another drill',
      approvals: [approval(['@alice', '@bob'], { fingerprint: '0'.repeat(12) })],
    },
    { name: 'an approval that has ended', approvals: [approval(['@alice', '@bob'], { until: '2026-11-22' })] },
  ])('keep it from running: $name', async ({ approvals }) => {
    const set = stage();
    await expect(set.run(plan, { input: { approvals } })).rejects.toMatchObject({
      code: 'drill/approval-needed',
      exitCode: 5,
      hint: expect.stringContaining(drillFingerprint(plan)) as string,
    });
    expect(set.world.requests).toBe(0);
  });

  it('let it run when enough people stand behind this very drill', async () => {
    const approvals = [approval(['@alice']), approval(['@bob'])];
    await expect(stage().run(plan, { input: { approvals } })).resolves.toMatchObject({ safety: { clean: true } });
  });
});

describe('the safety lever of an environment', () => {
  it('stops a drill before anything is sent, and says why it was pulled', async () => {
    const set = stage();
    set.disk.append('STOP', 'card payments are down\n');
    await expect(set.run(guarded({ safetyLever: 'STOP' }))).rejects.toMatchObject({
      code: 'drill/safety-lever',
      message: 'the safety lever STOP is pulled (card payments are down): no drill may run',
    });
    expect(set.world.requests).toBe(0);
  });

  it('counts as pulled when it cannot be looked at', async () => {
    const set = stage();
    const files = { ...set.disk.files };
    const unreadable = Object.assign(new Error('permission denied'), { code: 'file/unreadable' });
    Object.assign(set.disk.files, {
      readBytes: (path: string) => (path === 'STOP' ? Promise.reject(unreadable) : files.readBytes(path)),
    });
    await expect(set.run(guarded({ safetyLever: 'STOP' }))).rejects.toMatchObject({ code: 'drill/safety-lever' });
  });

  it('stops a drill that observes already, and everything is put back', async () => {
    const set = stage();
    set.world.meddling = {
      onRequest: () => {
        if (set.world.denied.size > 0 && set.disk.text('STOP') === '') set.disk.append('STOP', 'now');
        return 'pass';
      },
    };
    const result = await set.run(guarded({ safetyLever: 'STOP' }));
    expect(result.overall).toMatchObject({ verdict: 'stopped', why: 'the safety lever STOP is pulled (now)' });
    expect(set.world.leftBehind()).toEqual([]);
  });

  it('stops it before the next step', async () => {
    const set = stage();
    set.world.meddling = {
      onRequest: ({ method, url }) => {
        // Minted already; the step that denies would come next.
        if (method === 'GET' && url.includes('/orders') && set.disk.text('STOP') === '') set.disk.append('STOP', '');
        return 'pass';
      },
    };
    await expect(set.run(guarded({ safetyLever: 'STOP' }))).rejects.toMatchObject({ code: 'drill/safety-lever' });
    expect(set.world.mutations).toEqual([]);
  });
});

describe('the identity of the issuer', () => {
  const staging = (issuer: string): Plan => ({
    ...PLAN,
    environment: { ...PLAN.environment, name: 'staging', class: 'staging' },
    issuer: { ...PLAN.issuer, issuer },
  });
  const answering = (body: string, status = 200): ReturnType<typeof stage> => {
    const set = stage();
    const receive = set.world.receive.bind(set.world);
    set.world.receive = (request, now) =>
      request.url.includes('/.well-known/') ? { status, body } : receive(request, now);
    return set;
  };
  const issuer = 'https://id.staging.example/tenant';

  it.each([
    { name: 'another issuer', body: '{"issuer":"https://id.prod.example"}', status: 200 },
    { name: 'nothing', body: '', status: 404 },
    { name: 'a page', body: '<html>', status: 200 },
  ])('stops a drill before the first change when the answer is $name', async ({ body, status }) => {
    const set = answering(body, status);
    await expect(set.run(staging(issuer))).rejects.toMatchObject({ code: 'drill/wrong-environment', exitCode: 5 });
    expect(set.world.mutations).toEqual([]);
  });

  it('lets it run when the issuer says what the inventory says', async () => {
    const set = answering(JSON.stringify({ issuer }));
    await expect(set.run(staging(issuer))).resolves.toMatchObject({ safety: { clean: true } });
  });
});

describe('a fault of the program while a drill runs', () => {
  it('ends it, is not told as a stop by a person, and everything is put back first', async () => {
    const set = stage();
    const fault = new ProgramFault(new Error('boom'));
    set.world.meddling = {
      onRequest: () => {
        if (set.world.denied.size > 0) set.stop.abort(fault);
        return 'pass';
      },
    };
    await expect(set.run(PLAN)).rejects.toBe(fault);
    expect(set.world.leftBehind()).toEqual([]);
    expect(stillOpen(set)).toEqual([]);
    expect(set.journal().map(({ event }) => event)).toContainEqual({
      type: 'abort',
      why: 'a fault inside the program',
    });
  });
});

describe('a second signal', () => {
  it('skips no undo, gives each some seconds, and says what is left and how to undo it', async () => {
    const set = stage();
    const hurry = new AbortController();
    const told: unknown[] = [];
    set.world.meddling = {
      onRequest: ({ method, url }) => {
        if (set.world.denied.size > 0) set.stop.abort();
        if (method !== 'DELETE') return 'pass';
        hurry.abort();
        return url.includes('/denylist/') ? 'lose-request' : 'pass';
      },
    };
    const error: unknown = await set
      .run(PLAN, { input: { hurry: hurry.signal, onHurry: (left) => told.push(...left) } })
      .catch((fault: unknown) => fault);
    expect(told).toEqual([
      {
        says: expect.stringMatching(/^deny jti /) as string,
        byHand: expect.stringMatching(/^curl -X DELETE .*\/denylist\/jti\//) as string,
      },
    ]);
    expect(error).toMatchObject({ code: 'drill/clean-up-incomplete', exitCode: 6 });
    // One try after the signal instead of three.
    const tries = set.journal().filter(({ event }) => event.type === 'undo.intent');
    expect(tries).toHaveLength(1);
    set.world.meddling = {};
    expect((await set.recover()).map(({ clean }) => clean)).toEqual([true]);
    expect(set.world.leftBehind()).toEqual([]);
  });
});

describe('a wall clock that is set while a drill runs', () => {
  it.each([{ by: 3_600_000 }, { by: -3_600_000 }])('is reported and moves no measurement: $by ms', async ({ by }) => {
    const steady = await stage().run(PLAN);
    const set = stage();
    const result = await set.run(PLAN, {
      wall: (wall) => (set.world.denied.size > 0 || wall > NOW + 4000 ? wall + by : wall),
    });
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        rule: 'drill/clock-jump',
        message: expect.stringMatching(by > 0 ? /set 3600\.\d s forward/ : /set 3600\.\d s back/) as string,
      }),
    );
    const measured = ({ arms }: DrillResult): unknown => arms.map(({ units }) => units.map(({ interval }) => interval));
    expect(measured(result)).toEqual(measured(steady));
    expect(set.world.leftBehind()).toEqual([]);
  });

  it('is no finding while both clocks agree', async () => {
    const result = await stage().run(PLAN);
    expect(result.findings.map(({ rule }) => rule)).not.toContain('drill/clock-jump');
  });

  it('never makes a token look younger than it is', () => {
    const clock = { monotonic: () => 5000, wall: () => NOW - 60_000, sleepUntil: async () => undefined };
    expect(cautiousClock(clock, { wall: NOW, origin: 1000 }).wall()).toBe(NOW + 4000);
    expect(cautiousClock({ ...clock, wall: () => NOW + 60_000 }, { wall: NOW, origin: 1000 }).wall()).toBe(
      NOW + 60_000,
    );
  });
});
