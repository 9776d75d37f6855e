import { describe, expect, it } from 'vitest';
import { readDrillResult } from '../../src/policy/read-drill-result.ts';
import { drillJson } from '../../src/report/drill-json.ts';
import { isFetch } from '../../src/drill/phase.ts';
import type { DrillResult, UnitResult } from '../../src/model/drill.ts';
import type { Plan } from '../../src/drill/plan.ts';
import { CACHES } from './world.ts';
import { planOf, stage } from './staged-run.ts';

const LOG = '/var/log/jwks.json';

/** The drill of a leaked key at one verifier, with its phase chosen as given. */
function targeted(verifier: string, phase: string): Plan {
  return planOf('leaked-signing-key', (text) =>
    text
      .replace("targets: ['*']", `targets: [${verifier}]`)
      .replace('arms: [quiet, busy]', 'arms: [quiet]')
      .replace('    stable:', `    phase: ${phase}\n    stable:`),
  );
}

function unitOf({ arms }: DrillResult): UnitResult {
  const unit = arms[0]?.units[0];
  if (unit === undefined) throw new Error('no unit was judged');
  return unit;
}

describe('containment right after a fetch of the key set', () => {
  it.each(['jose', 'jwks-rsa', 'passport-jwt'])('measures at %s the whole life of its cache', async (verifier) => {
    const staged = stage();
    const result = await staged.run(targeted(verifier, `{ after_fetch_by: ${verifier}, within: 10s }`));
    const { interval, predicted, model } = unitOf(result);
    const life = CACHES[verifier]?.ttl ?? 0;
    expect(interval?.lower).toBeGreaterThan(0.95 * life);
    expect(interval?.upper).toBeLessThanOrEqual(Number(predicted));
    expect(model).toBe('consistent');
    expect(result.arms[0]?.phase?.fetchedBeforeMs).toBeLessThan(50);
  });

  it('says in words and numbers which fetch it was', async () => {
    const staged = stage();
    const result = await staged.run(targeted('jose', '{ after_fetch_by: jose, within: 10s }'));
    expect(result.method.filter((line) => line.startsWith('phase'))).toEqual([
      `phase targeted in the quiet arm: jose fetched the key set ${result.arms[0]?.phase?.fetchedBeforeMs} ms before containment began`,
    ]);
    expect(result.limits).toContain(
      'containment was timed to a fetch by jose, so this shows its worst case; of every other cache one run sees one phase, and a result under the prediction is weak evidence',
    );
    const text = drillJson(result, { predictions: [], probes: true });
    expect(JSON.parse(text)).toMatchObject({
      next_action:
        'nothing to fix: this was timed to a fetch by jose; time the next drill to a fetch by another verifier',
    });
    expect(readDrillResult('result.json', text).stored?.result.arms[0]?.phase).toEqual(result.arms[0]?.phase);
  });

  it('makes nobody fetch who would not by itself: the wait shows known keys only', async () => {
    const staged = stage();
    await staged.run(targeted('jose', '{ after_fetch_by: jose, within: 10s }'));
    const times = staged.world.fetches.filter(({ by }) => by === 'jose').map(({ at }) => at);
    const t0 = staged.journal().find(({ event }) => event.type === 'mark')?.at ?? '';
    const [last = 0, previous = 0] = times.filter((at) => at <= Date.parse(t0)).toReversed();
    expect(last - previous).toBeGreaterThanOrEqual(CACHES['jose']?.ttl ?? Infinity);
  });

  it('goes on without a fetch, and says that the phase is unknown', async () => {
    const staged = stage();
    const result = await staged.run(targeted('jose', '{ after_fetch_by: jose, within: 2s }'));
    expect(result.arms[0]?.phase).toEqual({ verifier: 'jose', fetchedBeforeMs: null });
    expect(result.method).toContain('phase unknown in the quiet arm: no fetch by jose was seen within 2s');
    expect(result.limits).toContainEqual(expect.stringMatching(/^phase unknown: one run sees one phase/));
    expect(unitOf(result).interval).not.toBeNull();
    expect(staged.world.leftBehind()).toEqual([]);
  });

  it('is stopped like everything else while it waits, and everything is put back', async () => {
    const staged = stage();
    let looks = 0;
    staged.world.meddling = {
      onRequest: ({ url }) => {
        looks += Number(url.endsWith('/fetches'));
        if (looks === 10) staged.stop.abort(new Error('stopped by a person'));
        return 'pass';
      },
    };
    const result = await staged.run(targeted('jose', '{ after_fetch_by: jose, within: 10s }'));
    expect(result.overall.verdict).toBe('stopped');
    expect(result.safety.clean).toBe(true);
    expect(staged.world.leftBehind()).toEqual([]);
    expect(staged.journal().filter(({ event }) => event.type === 'mark')).toEqual([]);
  });

  it('begins nothing when the log cannot be read', async () => {
    const staged = stage();
    const plan = targeted(
      'jose',
      `{ after_fetch_by: jose, log: { file: /missing, where: { by: jose } }, within: 10s }`,
    );
    await expect(staged.run(plan)).rejects.toThrow('cannot read /missing');
    expect(staged.world.mutations).toEqual([]);
  });

  it('reads fetches from an access log that grows, and not what was there before', async () => {
    const staged = stage();
    const line = (by: string): string => `${JSON.stringify({ http_user_agent: `${by}/6.2`, status: 200 })}\n`;
    staged.disk.append(LOG, line('jose'));
    staged.world.onFetch = (by) => staged.disk.append(LOG, `no json\n${line(by)}`);
    const where = "{ http_user_agent: 'jose/*', status: '200' }";
    const result = await staged.run(
      targeted('jose', `{ after_fetch_by: jose, within: 10s, log: { file: ${LOG}, where: ${where} } }`),
    );
    expect(unitOf(result).interval?.lower).toBeGreaterThan(0.95 * (CACHES['jose']?.ttl ?? 0));
    expect(result.arms[0]?.phase?.fetchedBeforeMs).toBeLessThan(50);
  });

  it('doubts what a log says of a verifier that keeps keys one by one', async () => {
    const staged = stage();
    staged.disk.append(LOG, '');
    staged.world.onFetch = (by) => staged.disk.append(LOG, `${JSON.stringify({ by })}\n`);
    const result = await staged.run(
      targeted('jwks-rsa', `{ after_fetch_by: jwks-rsa, within: 10s, log: { file: ${LOG}, where: { by: jwks-rsa } } }`),
    );
    expect(result.method.find((text) => text.startsWith('phase'))).toContain(
      'it keeps keys one by one and may have fetched another key, so this may not be its worst case',
    );
  });
});

describe('a drill with a phase is refused', () => {
  it.each([
    ['that is not probed', 'hono', '{ after_fetch_by: jose }', 'does not probe "jose"'],
    ['that a drill with a short limit cannot wait for', 'jose', '{ after_fetch_by: jose, within: 5m }', 'max_duration'],
  ])('for a verifier %s', (_, verifier, phase, message) => {
    expect(() => targeted(verifier, phase)).toThrow(message);
  });

  it('in a scenario that no key set ends', () => {
    expect(() =>
      planOf('leaked-access-token', (text) =>
        text.replace('  observe:', '  observe:\n    phase: { after_fetch_by: jose }'),
      ),
    ).toThrow('ends nothing in the scenario');
  });

  it('with agents, which are told the times in advance', () => {
    expect(() =>
      planOf(
        'leaked-signing-key',
        (text) => text.replace('    stable:', '    phase: { after_fetch_by: jose, within: 10s }\n    stable:'),
        ['one'],
      ),
    ).toThrow('agents are told the times in advance');
  });
});

describe('a line of an access log', () => {
  it.each([
    ['the member as written', '{"ua":"orders/1"}', { ua: 'orders/1' }, true],
    ['a star for any text, slashes too', '{"ua":"orders/1 (a/b)"}', { ua: 'orders*' }, true],
    [
      'a member of a member',
      '{"request":{"headers":{"User-Agent":["orders"]}}}',
      { 'request.headers.User-Agent': 'orders' },
      true,
    ],
    ['a number', '{"status":200}', { status: '200' }, true],
    ['another value', '{"ua":"carts"}', { ua: 'orders' }, false],
    ['one of two members', '{"ua":"orders","uri":"/health"}', { ua: 'orders', uri: '/jwks*' }, false],
    ['a name that every object has', '{}', { constructor: '*' }, false],
    ['no JSON', 'GET /jwks', { ua: '*' }, false],
  ])('with %s', (_, line, where, fits) => {
    expect(isFetch(line, where)).toBe(fits);
  });
});
