import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideUse, inputsOf, joinInputs } from '../../src/logs/decide-use.ts';
import { createFastLines } from '../../src/logs/fast-lines.ts';
import { createLogReader } from '../../src/logs/read-log.ts';
import { createReplay } from '../../src/logs/replay.ts';
import type { EffectivePolicy } from '../../src/model/policy.ts';
import type { RecordedUse } from '../../src/model/recorded-use.ts';
import { JSON_LINES } from '../../src/logs/json-lines.ts';
import { NOW, anyPolicy } from './arbitrary.ts';
import { leakedToken } from './leaked-token.ts';

/** Everything that a recording says under two policies, with the short way for plain lines or without it. */
function replayed(text: string, old: EffectivePolicy, head: EffectivePolicy, isFast: boolean) {
  const replay = createReplay({
    before: (use: RecordedUse) => decideUse(old, use),
    after: (use: RecordedUse) => decideUse(head, use),
    inputs: joinInputs([inputsOf(old), inputsOf(head)]),
  });
  const fastLines = isFast ? createFastLines(joinInputs([inputsOf(old), inputsOf(head)]), replay) : undefined;
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

const often = (usual: unknown, ...odd: readonly unknown[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...odd) });

const claims = ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'client_id'];

const members = fc.record(
  {
    ts: often(
      '2026-01-01T00:00:00.250Z',
      '2026-01-01T00:00:59Z',
      '2026-01-01T00:00:04.1234567Z',
      '2026-01-01T00:01:60Z',
      '2026-01-01T01:00:00+01:00',
      NOW,
      'x',
      '2026-01-01T00:00:00.Z',
    ),
    iss: often('https://a', 'https://b', '', '-', 7, 'https://a\n', 'ü'),
    aud: often(['orders'], ['mail', 'orders'], 'orders', [], [1], null),
    alg: often('ES256', 'ES384', 'PS256', null, ''),
    typ: often('at+jwt', 'jwt', null),
    kid: often('k', '-', 'l', 5),
    header: often(['alg', 'typ', 'kid'], ['alg'], null, { alg: 'ES256' }, 'alg'),
    claims: often(claims, ['iss'], { iss: 'https://a', exp: NOW }, []),
    exp: often(NOW + 30, NOW - 4, NOW + 500, String(NOW), NOW + 0.5, 1e300, -1, null),
    iat: often(NOW - 20, NOW - 400, NOW + 4, null, 0),
    nbf: often(null, NOW + 40, NOW - 40),
    jti: often('j', '', null, 5),
    sub: often('s', '-', null),
    sid: often(null, 's'),
    client_id: often('web', 'app', '', 'a"b', null),
    client_id_hash: often(null, 'h1'),
    cnf: often('none', 'dpop', 'mtls', 'other', null),
    proof: often(null, 'dpop', 'none'),
    decision: often('accept', 'reject', 'ALLOW', true, null),
    route: often(
      '/v1/orders',
      '/v1/orders/12?a=1',
      '/v1/4f9c2d7be1a84c0a/x#y',
      '/12/34/',
      'https://h/v1/1',
      '*',
      '',
      '/v1/a1/0123456789abcdef0123',
    ),
    count: often(1, 3, 0, -2, '4', 2.5, null),
    ip: often('10.0.0.1', '10.200.0.1', null),
    token_hash: often(null, 'abc'),
    status: often(200, 401),
    extra: often('x', { nested: [1] }, 'eyJ', [1, 2], 1.5e3, true),
  },
  { requiredKeys: ['ts', 'iss', 'aud', 'alg', 'exp', 'iat', 'claims', 'header', 'cnf', 'typ', 'kid'] },
);

const written = fc.tuple(members, fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 5)).map(([line, way]) => {
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
    fc.assert(
      fc.property(anyPolicy, anyPolicy, fc.array(written, { minLength: 30, maxLength: 90 }), (old, head, texts) => {
        const text = [...texts, ...texts].join('\n');
        const fast = replayed(text, old, head, true);
        expect(fast.told).toEqual(replayed(text, old, head, false).told);
        lines += texts.length * 2;
        slow += fast.slow;
      }),
      { numRuns: 80, seed: 5 },
    );
    // It would be easy to tell the same by never taking it.
    expect(slow).toBeLessThan(lines * 0.9);
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
    const { slow, told } = replayed(`${JSON.stringify(line)}\n`.repeat(100), policy, policy, true);
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
    expect(replayed(text, policy, policy, true).told.reading.tokens).toEqual({ lines: 2, first: [2, 4] });
  });
});
