import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstReader, secondReader } from '../../src/cli/scope-part.ts';
import type { ScopeOptions } from '../../src/incident/scope.ts';
import { createScope } from '../../src/incident/scope.ts';
import { JSON_LINES } from '../../src/logs/json-lines.ts';
import { createLogReader } from '../../src/logs/read-log.ts';
import type { Leaked } from '../../src/model/incident.ts';
import { millis } from '../../src/model/quantity.ts';
import type { LogReading } from '../../src/model/replay.ts';
import { leakedToken } from '../logs/leaked-token.ts';
import { ISSUER, LEAK, incidentOf } from './logs.ts';

const SECOND = LEAK / 1000;
const { compact, hash } = leakedToken({ jti: 'j-1', sid: 's-1' });

/** A line that says everything, and other values that its members may have. */
const USUAL: Readonly<Record<string, unknown>> = {
  ts: '2026-11-30T08:00:10.250Z',
  target: 'orders',
  route: '/v1/orders',
  status: 200,
  decision: 'accept',
  alg: 'ES256',
  kid: 'main-1',
  iss: ISSUER,
  iat: SECOND - 60,
  exp: SECOND + 540,
  jti: 'j-1',
  sid: 's-1',
  sub: 'u-1',
  client_id: 'web',
  ip: '203.0.113.7',
  user_agent: 'shop/4.1',
};

const ODD: Readonly<Record<string, readonly unknown[]>> = {
  ts: ['2026-11-30T07:59:59.999Z', '2026-11-30T08:00:00Z', '2026-11-30T09:00:00+01:00', SECOND, 'x', null, ''],
  target: ['mail', '-', null, 7],
  route: ['/v1/orders?a=1', '/v1/x#y', 'https://h/v1', '*', '?', '', null, '/ü', `/${'a'.repeat(400)}`],
  decision: ['reject', 'DENY', true, false, 'odd', 1, null],
  alg: ['HS256', 'HS', '', null],
  kid: ['main-2', '', '-', null, 5, 'main-1 '],
  iss: ['https://other.example', '', '-', null, 7],
  iat: [SECOND, SECOND + 1, String(SECOND), SECOND + 0.5, null, -1, []],
  exp: [SECOND + 90_000, SECOND - 60, 'x', null],
  jti: ['j-2', 'j-3', '', null, 5, 'j"1', 'ü', '-----BEGIN KEY'],
  sid: ['s-2', '', null, '-'],
  sub: ['u-2', 'u-3', '', null, `u${'x'.repeat(301)}`],
  client_id: ['shop', '', '-', null],
  client_id_hash: ['web', 'h1'],
  ip: [
    '198.51.100.9',
    '198.51.100.9:4711',
    '[2001:db8::7]:80',
    '2001:db8::7',
    '10.0.0.1, 10.0.0.2',
    ', x',
    ' ',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3',
    null,
  ],
  user_agent: ['curl/8.5', '', null, `Bearer ${compact}`, 'eyJ'],
  token_hash: [hash, hash.slice(0, 12).toUpperCase(), 'f'.repeat(64), 'opaque', hash.slice(0, 5), ''],
  verifier: ['gateway'],
  aud: ['orders', ['orders'], [], [1], ''],
  claims: [['iss', 'jti'], { jti: 'j-1', sid: 's-2' }, [], null, 'x'],
  header: [['alg'], { kid: 'main-1' }],
  count: [3, 0, -2, '4', 2.5, null],
  extra: ['x', { nested: [1] }, [1, 2], 1.5e3, true, 'main-1'],
};

const members = fc
  .uniqueArray(fc.constantFrom(...Object.keys(ODD)), { maxLength: 4 })
  .chain((names) =>
    fc
      .tuple(...names.map((name) => fc.constantFrom(...(ODD[name] ?? []), undefined)))
      .map((values) => ({ ...USUAL, ...Object.fromEntries(names.map((name, at) => [name, values[at]])) })),
  );

/** A line of another format, with the same ids. */
const NGINX = JSON.stringify({
  time_iso8601: '2026-11-30T08:00:05+00:00',
  status: '200',
  remote_addr: '203.0.113.7',
  jwt_header_kid: 'main-1',
  jwt_claim_jti: 'j-1',
  jwt_claim_sid: 's-1',
});

/** Most lines as programs write them; others with spaces, with a name twice, torn, with escapes. */
const written = fc.tuple(members, fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6)).map(([line, way]) => {
  const text = JSON.stringify(line);
  if (way === 1) return `${text.replaceAll('":', '" : ').replaceAll(',"', ', "')} \r`;
  if (way === 2) return text.replace('{', '{"kid":"main-2",');
  if (way === 3) return text.slice(0, -9);
  if (way === 4) return text.replaceAll('-1"', '\\u002d1"');
  if (way === 6) return NGINX;
  return way === 5 ? 'Nov 30 08:00:00 host app: ' + text : text;
});

const NO_CLAIMS = { iss: ISSUER, sub: null, aud: [], jti: null, sid: null, clientId: null, iat: null, exp: null };
const token = (claims: object): Leaked => ({
  kind: 'token',
  sha256: hash,
  alg: null,
  kid: null,
  claims: { ...NO_CLAIMS, ...claims },
});

const LEAKS: readonly Leaked[] = [
  { kind: 'kid', value: 'main-1' },
  { kind: 'hmac_secret', kid: null },
  { kind: 'hmac_secret', kid: 'main-2' },
  { kind: 'client_id', value: 'web' },
  { kind: 'sid', value: 's-1' },
  { kind: 'refresh_token', sha256: hash },
  token({ jti: 'j-1' }),
  token({ sub: 'u-2', iat: SECOND - 60, exp: SECOND + 540 }),
];

interface Way {
  readonly byBytes: boolean;
  /** Lines that each thread has; one thread has all. */
  readonly cut: number | null;
}

/** Everything that a scope says about two logs, however their lines are read. */
function told(leaked: Leaked, texts: readonly (readonly string[])[], { byBytes, cut }: Way) {
  const incident = incidentOf(leaked);
  const options: ScopeOptions = {
    incident,
    manySubjects: 2,
    impossibleWithin: millis(60_000),
    maxLifetime: millis(3_600_000),
    issued: null,
    maxUses: 7,
  };
  const whole = createScope(options);
  const readings: LogReading[] = [];
  let slow = 0;
  for (const pass of ['first', 'second'] as const) {
    for (const [index, lines] of texts.entries()) {
      const file = `${index}.log`;
      if (pass === 'second' && !whole.asksAgain(file)) continue;
      const parts = cut === null ? [lines] : [lines.slice(0, cut), lines.slice(cut)];
      let linesBefore = 0;
      const ids = pass === 'second' ? whole.idsState() : null;
      for (const [at, part] of parts.entries()) {
        const scope = at === 0 ? whole : createScope(options, ids === null ? null : structuredClone(ids));
        const log = { file, format: JSON_LINES, isGuessed: true };
        const reader = byBytes
          ? pass === 'first'
            ? firstReader(scope, log)
            : secondReader(scope, incident, log)
          : createLogReader({
              ...log,
              onUse: (use, name, line) => {
                slow += 1;
                if (pass === 'first') scope.add(use, name, line);
                else scope.addDerived(use, name, line);
              },
            });
        // In two pieces, so that one line is cut.
        const bytes = Buffer.from(part.map((line) => `${line}\n`).join(''));
        reader.push(bytes.subarray(0, bytes.length / 2));
        reader.push(bytes.subarray(bytes.length / 2));
        const reading = reader.end();
        if (scope !== whole) whole.merge(structuredClone(scope.state()), linesBefore);
        linesBefore += reading.lines;
        if (pass === 'first' && cut === null) readings.push(reading);
      }
    }
  }
  return { slow, readings, findings: whole.result([]), isAsked: whole.asksAgain('0.log') };
}

const logs = fc.tuple(
  fc.array(written, { minLength: 10, maxLength: 40 }),
  fc.array(written, { minLength: 1, maxLength: 10 }),
);

describe('a scope of lines that are still bytes', () => {
  it.for(LEAKS.map((leaked) => ({ leaked, name: JSON.stringify(leaked).slice(0, 60) })))(
    'tells the same as one of texts, whatever the lines: $name',
    { timeout: 60_000 },
    ({ leaked }) => {
      let uses = 0;
      fc.assert(
        fc.property(logs, (texts) => {
          const slow = told(leaked, texts, { byBytes: false, cut: null });
          const fast = told(leaked, texts, { byBytes: true, cut: null });
          expect(fast.findings).toEqual(slow.findings);
          expect(fast.readings).toEqual(slow.readings);
          uses += fast.findings.totals.uses;
        }),
        { numRuns: 60, seed: 11 },
      );
      expect(uses).toBeGreaterThan(20);
    },
  );

  it('tells the same in parts that are put together', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(logs, fc.nat(40), fc.constantFrom(...LEAKS), (texts, cut, leaked) => {
        const { findings } = told(leaked, texts, { byBytes: true, cut });
        expect(findings).toEqual(told(leaked, texts, { byBytes: true, cut: null }).findings);
      }),
      { numRuns: 100, seed: 12 },
    );
  });

  it('reads plain lines by their bytes, and no log twice for nothing', () => {
    const line = JSON.stringify(USUAL);
    let slow = 0;
    const incident = incidentOf({ kind: 'kid', value: 'main-1' });
    const scope = createScope({
      incident,
      manySubjects: 10,
      impossibleWithin: millis(60_000),
      maxLifetime: null,
      issued: null,
      maxUses: 10,
    });
    const reader = createLogReader({
      file: 'a.log',
      format: JSON_LINES,
      onUse: () => (slow += 1),
      fastLines: scope.lines,
    });
    reader.push(Buffer.from(`${line}\n`.repeat(5000)));
    expect(reader.end()).toMatchObject({ uses: 5000, lines: 5000 });
    expect(slow).toBe(0);
    expect(scope.asksAgain('a.log')).toBe(false);
    expect(scope.result([]).totals.uses).toBe(5000);
  });
});
