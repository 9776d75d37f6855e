import { describe, expect, it } from 'vitest';
import type { DrillResult, UnitResult } from '../../src/model/drill.ts';
import type { Arm } from '../../src/model/prediction.ts';
import { isFiniteBound } from '../../src/model/quantity.ts';
import { planOf, stage, stillOpen } from './staged-run.ts';

function unitsOf(result: DrillResult, arm: Arm): ReadonlyMap<string, UnitResult> {
  const found = result.arms.find((candidate) => candidate.arm === arm);
  return new Map((found?.units ?? []).map((unit) => [unit.unit, unit]));
}

const upperOf = (units: ReadonlyMap<string, UnitResult>, name: string): unknown => units.get(name)?.interval?.upper;
const lowerOf = (units: ReadonlyMap<string, UnitResult>, name: string): number => units.get(name)?.interval?.lower ?? 0;

describe('the drill of a leaked signing key, on simulated verifiers', async () => {
  const set = stage();
  const plan = planOf('leaked-signing-key');
  const result = await set.run(plan);
  const quiet = unitsOf(result, 'quiet');
  const busy = unitsOf(result, 'busy');

  it('measures every bounded verifier under its prediction, no wider than a gap and an answer', () => {
    for (const unit of [...quiet.values(), ...busy.values()]) {
      if (!isFiniteBound(unit.predicted)) continue;
      expect(upperOf(unit.arm === 'quiet' ? quiet : busy, unit.unit), unit.unit).toBeLessThanOrEqual(unit.predicted);
      const width = Number(unit.interval?.upper) - (unit.interval?.lower ?? 0);
      expect(width, unit.unit).toBeLessThanOrEqual(unit.resolutionMs ?? 0);
      expect(unit).toMatchObject({ model: 'consistent', attribution: 'revocation', flaps: 0, verdict: 'pass' });
    }
  });

  it('says in words why a verifier goes on accepting', () => {
    expect(quiet.get('aws-jwt-verify')?.interval?.upper).toBe('unbounded');
    expect(quiet.get('aws-jwt-verify')?.stillAccepting).toMatch(
      /^still accepted tokens under the removed key 1[23]\.\ds after the leak was known.*never expires.*would end by/,
    );
    expect(result.findings.filter(({ rule }) => rule === 'live/revoked-accepted').map(({ unit }) => unit)).toContain(
      'aws-jwt-verify',
    );
    expect(result.overall).toMatchObject({ verdict: 'fail' });
  });

  it('shows tokens under a new key ending whole-set caches and no others, and only in the busy arm', () => {
    for (const name of ['jose', 'oauth2-jwt-bearer', 'aws-jwt-verify'])
      expect(upperOf(busy, name), name).toBeLessThan(1500);
    for (const name of ['jwks-rsa', 'express-jwt', 'fast-jwt']) expect(lowerOf(busy, name), name).toBeGreaterThan(1500);
    for (const name of ['jose', 'oauth2-jwt-bearer']) expect(lowerOf(quiet, name), name).toBeGreaterThan(1500);
  });

  it('sends nothing under the new key before containment is confirmed, and in the quiet arm not before the horizon', () => {
    for (const { arm, marks } of result.arms) {
      const earliest = Math.min(
        ...result.probes.filter((probe) => probe.arm === arm && probe.role === 'recovery').map(({ sent }) => sent),
      );
      expect(earliest).toBeGreaterThanOrEqual(
        arm === 'busy' ? marks.tAck : marks.tAck + plan.drill.observe.horizon - 50,
      );
    }
  });

  it('leaves nothing behind and an intact journal', () => {
    expect(set.world.leftBehind()).toEqual([]);
    expect(stillOpen(set)).toEqual([]);
    expect(result.safety.clean).toBe(true);
    expect(set.disk.text('.firebreak/lease.json')).toBe('');
  });

  it('has every change on disk before it is made', () => {
    const changes = set.world.mutations.filter((mutation) => mutation.startsWith('POST /keys'));
    const intents = set
      .journal()
      .filter(({ event }) => event.type === 'intent' && event.effect.action === 'jwks.add_key');
    expect(intents).toHaveLength(changes.length);
  });

  it('stays within its budget and drops nothing', () => {
    expect(result.load).toMatchObject({ dropped: 0 });
    expect(result.load.requests).toBeLessThanOrEqual(plan.load.total);
    expect(result.load.peakPerSecond).toBeLessThanOrEqual(plan.drill.observe.requestsPerSecond);
  });
});

describe('the drill of a leaked refresh token', () => {
  it('sees the family end, and tells what the issuer answered', async () => {
    const set = stage();
    const result = await set.run(planOf('leaked-refresh-token'));
    expect(result.overall.verdict).toBe('pass');
    expect(result.method.filter((line) => line.includes('invalid_grant'))).toHaveLength(2);
    expect(set.world.leftBehind()).toEqual([]);
  });

  it('fails when the issuer goes on renewing', async () => {
    const set = stage();
    const plan = planOf('leaked-refresh-token', (text) =>
      text.replace('uses: oauth.reuse_refresh_token', 'uses: oauth.refresh'),
    );
    const result = await set.run(plan);
    expect(result.overall).toEqual(
      expect.objectContaining({ verdict: 'fail', why: 'Step reuse was not answered as the drill expects.' }),
    );
    expect(result.findings).toContainEqual(
      expect.objectContaining({ rule: 'live/unexpected-answer', severity: 'error' }),
    );
    expect(set.world.leftBehind()).toEqual([]);
  });
});

describe('what looks like a revocation and is none', () => {
  const short = (text: string): string =>
    text.replace('horizon: 8s', 'horizon: 4s').replace('late_checks: [2s]', 'late_checks: []');
  const plan = planOf('leaked-access-token', short);
  const denied = (set: ReturnType<typeof stage>): boolean => set.world.denied.size > 0;

  it('an outage leaves the verdict open', async () => {
    const set = stage();
    set.world.meddling = { onVerifier: (name) => (name === 'jose' && denied(set) ? { status: 503 } : null) };
    const result = await set.run(plan);
    expect(unitsOf(result, 'quiet').get('jose')).toMatchObject({ verdict: 'inconclusive', stillAccepting: null });
    expect(result.overall.verdict).toBe('inconclusive');
  });

  it('a verifier that refuses everybody is no pass, and stops the drill when it refuses bystanders', async () => {
    const set = stage();
    set.world.meddling = { onVerifier: (name) => (name === 'jose' && denied(set) ? { status: 401 } : null) };
    const result = await set.run(plan);
    expect(result.overall).toMatchObject({ verdict: 'stopped', why: 'jose refused a bystander 3 times in a row' });
    expect(set.world.leftBehind()).toEqual([]);
  });

  it('a verifier that refuses everybody for a moment is a flap', async () => {
    const set = stage();
    let since = 0;
    set.world.meddling = {
      onVerifier: (name) => {
        if (name !== 'jose' || !denied(set)) return null;
        since += 1;
        return since < 4 ? { status: 401 } : null;
      },
    };
    const result = await set.run(plan);
    expect(unitsOf(result, 'quiet').get('jose')?.flaps).toBeGreaterThan(0);
    expect(result.findings).toContainEqual(expect.objectContaining({ rule: 'live/flip-after-reject', unit: 'jose' }));
  });

  it.for([
    { name: 'accepts everything', answer: { status: 200 }, verdict: 'unprotected', severity: 'error' },
    { name: 'refuses everything', answer: { status: 401 }, verdict: 'unsteady', severity: 'warning' },
    {
      name: 'answers with pages',
      answer: { status: 200, headers: { 'content-type': 'text/html' } },
      verdict: 'unreachable',
      severity: 'warning',
    },
  ])('a verifier that $name is left out as $verdict', async ({ answer, verdict, severity }) => {
    const set = stage();
    set.world.meddling = { onVerifier: (name) => (name === 'hono' ? answer : null) };
    const result = await set.run(plan);
    expect(unitsOf(result, 'quiet').get('hono')).toMatchObject({ interval: null, verdict: 'inconclusive' });
    expect(result.findings).toContainEqual(
      expect.objectContaining({ rule: `drill/${verdict}`, severity, unit: 'hono' }),
    );
    expect(result.overall.verdict).toBe('inconclusive');
  });

  it('a token at its natural end says nothing', async () => {
    const set = stage();
    const brief = planOf('leaked-signing-key', (text) =>
      text.replace('lifetime: 10m, typ: JWT } } }\n    control', 'lifetime: 15s, typ: JWT } } }\n    control'),
    );
    const result = await set.run(brief, { arms: ['quiet'] });
    expect(unitsOf(result, 'quiet').get('jose')).toMatchObject({ model: 'consistent', calibration: 'usable' });
    const late = result.probes.filter(({ phase, unit }) => phase === 'late' && unit === 'jose');
    expect(late.map(({ verdict, reason }) => `${verdict} ${reason}`)).toEqual(['unknown expired']);
    expect(result.findings).toContainEqual(expect.objectContaining({ rule: 'drill/expired', unit: 'jose' }));
  });
});

describe('stop conditions', () => {
  it('ends a drill that takes longer than it may, and puts everything back', async () => {
    const set = stage();
    const plan = planOf('leaked-signing-key', (text) =>
      text.replace('horizon: 12s', 'horizon: 10s').replace('max_duration: 3m', 'max_duration: 11s'),
    );
    const result = await set.run(plan);
    expect(result.overall).toMatchObject({ verdict: 'stopped', why: 'the drill took longer than max_duration' });
    expect(set.journal().map(({ event }) => event)).toContainEqual({
      type: 'abort',
      why: 'the drill took longer than max_duration',
    });
    expect(set.world.leftBehind()).toEqual([]);
  });

  it('does not start without the confirmation, with the lever pulled, or at the wrong issuer', async () => {
    const set = stage();
    const levered = planOf('leaked-access-token', (text) =>
      text.replace('guards: {', 'guards: { safety_lever: stop.txt,'),
    );
    set.disk.append('stop.txt', 'maintenance');
    await expect(set.run(levered)).rejects.toMatchObject({ code: 'drill/safety-lever' });
    const plan = planOf('leaked-access-token');
    await expect(set.run({ ...plan, needsConfirmation: true })).rejects.toMatchObject({
      code: 'drill/confirmation-needed',
    });
    await expect(set.run({ ...plan, issuer: { ...plan.issuer, issuer: 'https://other.test' } })).rejects.toMatchObject({
      code: 'drill/wrong-environment',
    });
    expect(set.world.requests).toBe(0);
  });

  it('does not run beside another drill', async () => {
    const set = stage();
    const plan = planOf('leaked-access-token');
    const first = set.run(plan);
    await expect(set.run(plan)).rejects.toMatchObject({ code: 'drill/lease-held' });
    set.stop.abort();
    await expect(first).resolves.toMatchObject({ overall: { verdict: 'stopped' } });
  });
});
