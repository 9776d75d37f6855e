import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideUse, inputsOf, joinInputs } from '../../src/logs/decide-use.ts';
import { createFastLines } from '../../src/logs/fast-lines.ts';
import { createLogReader } from '../../src/logs/read-log.ts';
import { createReplay } from '../../src/logs/replay.ts';
import type { EffectivePolicy } from '../../src/model/policy.ts';
import type { RecordedUse } from '../../src/model/recorded-use.ts';
import { REPLAY_OUTCOMES } from '../../src/model/replay.ts';
import { JSON_LINES } from '../../src/logs/json-lines.ts';
import { NOW, anyPolicy, mildPolicy } from './arbitrary.ts';
import { leakedToken } from './leaked-token.ts';

/** Everything that a recording says under two policies, however lines are read and decided. */
function replayed(
  text: string,
  old: EffectivePolicy,
  head: EffectivePolicy,
  way: 'by its bytes' | 'once for a shape' | 'each',
) {
  const inputs = joinInputs([inputsOf(old), inputsOf(head)]);
  const replay = createReplay({
    before: (use: RecordedUse) => decideUse(old, use),
    after: (use: RecordedUse) => decideUse(head, use),
    inputs: way === 'each' ? null : inputs,
  });
  const fastLines = way === 'by its bytes' ? createFastLines(inputs, replay) : undefined;
  let slow = 0;
  const reader = createLogReader({
    file: 'a',
    format: JSON_LINES,
    fastLines,
    onUse: (use, file, line) => {
      slow += 1;
      replay.add(use, file, line);
    },
  });
  // In two pieces, so that one line is cut.
  const bytes = Buffer.from(text);
  reader.push(bytes.subarray(0, bytes.length / 2));
  reader.push(bytes.subarray(bytes.length / 2));
  return { slow, told: { reading: reader.end(), ...replay.findings() } };
}

const claims = ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'client_id'];

/** A line that says everything, and other values that its members may have. */
const USUAL: Readonly<Record<string, unknown>> = {
  ts: '2026-01-01T00:00:00.250Z',
  iss: 'https://a',
  aud: ['orders'],
  alg: 'ES256',
  typ: 'at+jwt',
  kid: 'k',
  header: ['alg', 'typ', 'kid'],
  claims,
  exp: NOW + 30,
  iat: NOW - 20,
  jti: 'j',
  sub: 's',
  client_id: 'web',
  cnf: 'none',
  decision: 'accept',
  route: '/v1/orders',
  ip: '10.0.0.1',
};

const ODD: Readonly<Record<string, readonly unknown[]>> = {
  ts: [
    '2026-01-01T00:00:59Z',
    '2026-01-01T00:00:04.1234567Z',
    '2026-01-01T00:01:60Z',
    '2026-01-01T01:00:00+01:00',
    NOW,
    'x',
    '2026-01-01T00:00:00.Z',
    null,
  ],
  iss: ['https://b', '', '-', 7, 'https://a\n', 'ü', null],
  aud: [['mail', 'orders'], 'orders', ['mail'], [], [1], null],
  alg: ['ES384', 'PS256', null, ''],
  typ: ['jwt', null],
  kid: ['-', 'l', 5, null],
  header: [['alg'], ['alg', 'typ', 'kid', 'crit'], ['alg', 'typ', 'kid', 'jwk'], null, { alg: 'ES256' }, 'alg'],
  claims: [['iss'], ['iss', 'aud', 'exp', 'iat', 'client_id'], { iss: 'https://a', exp: NOW }, [], null],
  exp: [NOW, NOW - 4, NOW + 70, NOW + 300, NOW + 900, String(NOW), NOW + 0.5, 1e300, 9e12, -1, null],
  iat: [NOW - 40, NOW - 400, NOW - 700, NOW + 4, NOW + 40, null, 0],
  nbf: [NOW + 3, NOW + 40, NOW - 40],
  jti: ['', null, 5],
  sub: ['-', '', null],
  sid: ['s', ''],
  client_id: ['app', '', 'a"b', null, '-'],
  client_id_hash: ['h1'],
  cnf: ['dpop', 'mtls', 'other', null],
  proof: ['dpop', 'none', 'mtls'],
  decision: ['reject', 'ALLOW', true, null],
  route: [
    '/v1/orders/12?a=1',
    '/v1/orders?b',
    '/v1/4f9c2d7be1a84c0a/x#y',
    '/12/34/',
    'https://h/v1/1',
    '*',
    '',
    '/v1/a1/0123456789abcdef0123',
    null,
  ],
  count: [3, 0, -2, '4', 2.5, null],
  ip: ['10.200.0.1', '2001:db8::1', null],
  token_hash: ['abc'],
  status: [200],
  target: ['orders', null],
  extra: ['x', { nested: [1] }, 'eyJ', [1, 2], 1.5e3, true],
};

/** Few odd members in one line: with many, every policy refuses all lines, and no difference would show. */
const members = fc
  .uniqueArray(fc.constantFrom(...Object.keys(ODD)), { maxLength: 3 })
  .chain((names) =>
    fc
      .tuple(...names.map((name) => fc.constantFrom(...(ODD[name] ?? []))))
      .map((values) => ({ ...USUAL, ...Object.fromEntries(names.map((name, at) => [name, values[at]])) })),
  );

const written = fc.tuple(members, fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5)).map(([line, way]) => {
  const text = JSON.stringify(line);
  if (way === 1) return `${text.replaceAll('":', '" : ').replaceAll(',"', ', "')} \r`;
  if (way === 2) return text.replace('{', '{"alg":"ES384",');
  if (way === 3) return text.slice(0, -1);
  if (way === 4) return text.replace(/"exp":(\d)/, '"exp":0$1');
  return way === 5 ? `${text}}` : text;
});

describe('the short way for plain lines', () => {
  it('tells the same as the long one, whatever the lines', { timeout: 120_000 }, () => {
    let lines = 0;
    let slow = 0;
    const seen = new Set<string>();
    fc.assert(
      fc.property(mildPolicy, mildPolicy, fc.array(written, { minLength: 60, maxLength: 150 }), (old, head, texts) => {
        const text = [...texts, ...texts].join('\n');
        const fast = replayed(text, old, head, 'by its bytes');
        const { told } = replayed(text, old, head, 'each');
        expect(fast.told).toEqual(told);
        expect(replayed(text, old, head, 'once for a shape').told).toEqual(told);
        lines += texts.length * 2;
        slow += fast.slow;
        for (const outcome of REPLAY_OUTCOMES) if (fast.told.outcomes[outcome] > 0) seen.add(outcome);
      }),
      { numRuns: 60, seed: 5 },
    );
    // It would be easy to tell the same by never taking it.
    expect(slow).toBeLessThan(lines * 0.6);
    expect([...seen].sort()).toEqual([...REPLAY_OUTCOMES].sort());
  });

  it('is taken by every plain line', () => {
    const [policy] = fc.sample(anyPolicy, { numRuns: 1, seed: 1 });
    if (policy === undefined) throw new Error('no policy');
    const line = {
      ts: '2026-01-01T00:00:00Z',
      iss: 'https://a',
      aud: ['orders'],
      alg: 'ES256',
      exp: NOW,
      client_id: 'web',
      claims,
    };
    const { slow, told } = replayed(`${JSON.stringify(line)}\n`.repeat(100), policy, policy, 'by its bytes');
    // The line that lies across the two pieces is read as a text.
    expect(slow).toBeLessThanOrEqual(1);
    expect(told).toMatchObject({ uses: 100, reading: { uses: 100, lines: 100 } });
  });

  it('sees tokens in members that nobody asked for', () => {
    const [policy] = fc.sample(anyPolicy, { numRuns: 1, seed: 1 });
    if (policy === undefined) throw new Error('no policy');
    const line = { ts: '2026-01-01T00:00:00Z', iss: 'https://a', note: 'x' };
    const leak = { ...line, note: `Bearer ${leakedToken().compact}` };
    const text = [line, leak, line, leak, line].map((each) => `${JSON.stringify(each)}\n`).join('');
    expect(replayed(text, policy, policy, 'by its bytes').told.reading.tokens).toEqual({ lines: 2, first: [2, 4] });
  });
});
