import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LOG_FORMATS } from '../../src/logs/formats.ts';
import type { LogFormat } from '../../src/logs/log-format.ts';
import { readLogMapping } from '../../src/logs/mapping.ts';
import { createLogReader } from '../../src/logs/read-log.ts';
import type { RecordedUse } from '../../src/model/recorded-use.ts';
import type { LogReading } from '../../src/model/replay.ts';

const PAGE = readFileSync('docs/logs.md', 'utf8');

/** The block of the page whose fence carries the word. */
function example(word: string): string {
  const found = new RegExp(`^\`\`\`(?:text|yaml) ${word}\n([\\s\\S]*?)\n\`\`\`$`, 'm').exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`docs/logs.md has no example ${word}`);
  return found;
}

function read(text: string, format: LogFormat | null = null): { use: RecordedUse | undefined; reading: LogReading } {
  const uses: RecordedUse[] = [];
  const reader = createLogReader({ file: 'a.log', format, onUse: (use) => uses.push(use) });
  reader.push(Buffer.from(`${text}\n`));
  const reading = reader.end();
  return { use: uses[0], reading };
}

/** What the examples of docs/logs.md all describe: one use. */
const USE = {
  iss: 'https://id.example',
  aud: ['orders'],
  exp: 1_772_443_204,
  iat: 1_772_442_604,
  jti: '0b8f6a',
  sid: 's-71',
  sub: 'u-20417',
  clientId: 'web-shop',
  route: '/v1/orders',
  decision: 'accept',
  ip: '203.0.113.7',
  userAgent: 'shop/4.1',
};

const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: '2026-02' };

const NAMES: Readonly<Record<string, keyof RecordedUse>> = {
  client_id: 'clientId',
  user_agent: 'userAgent',
  token_hash: 'tokenHash',
  header: 'headerNames',
  claims: 'claimNames',
};

function unknownOf(use: RecordedUse): readonly string[] {
  const outside = Object.fromEntries(Object.entries(NAMES).map(([name, field]) => [field, name]));
  return Object.entries(use)
    .filter(([, value]) => value === null)
    .map(([field]) => outside[field] ?? field)
    .sort();
}

/** The second column of the table of the page, as a set of names. */
function saidToBeUnknown(id: string): readonly string[] {
  const cell = new RegExp(`^\\| \`${id}\` *\\|([^|]*)\\|`, 'm').exec(PAGE)?.[1] ?? '';
  const names = [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name);
  return [...new Set(names.flatMap((name) => (name === 'envoy' ? saidToBeUnknown('envoy') : [name])))].sort();
}

describe('the examples of docs/logs.md', () => {
  it.for([
    { id: 'json-lines', time: 120, more: { ...HEADER, target: 'orders', verifier: 'gateway-1', cnf: 'none' } },
    { id: 'envoy', time: 120, more: { ...HEADER, target: 'orders.example', cnf: 'none' } },
    { id: 'istio', time: 120, more: { alg: null, kid: null, target: 'orders.shop.svc.cluster.local' } },
    { id: 'nginx', time: 0, more: { ...HEADER, target: 'orders.example', cnf: null } },
    { id: 'haproxy', time: 120, more: { ...HEADER, target: 'orders.example', cnf: 'none' } },
    { id: 'aws-api-gateway', time: 120, more: { alg: null, kid: null, target: 'orders.example', status: 200 } },
  ])('$id is recognised and read, and leaves open what the page says', ({ id, time, more }) => {
    const { use, reading } = read(example(id));
    expect(reading).toMatchObject({ format: id, uses: 1, bad: [] });
    expect(use).toMatchObject({ ...USE, ...more, time: Date.parse('2026-03-02T09:15:04Z') + time });
    expect(use === undefined ? [] : unknownOf(use)).toEqual(saidToBeUnknown(id));
  });

  it('a mapping reads a line of any shape', () => {
    const { format, problems } = readLogMapping('map.yaml', example('map'));
    expect(problems).toEqual([]);
    const { use } = read(example('mapped'), format);
    expect(use).toMatchObject({ ...USE, ...HEADER, target: 'orders', time: Date.parse('2026-03-02T09:15:04.120Z') });
  });

  it('name every format', () => {
    for (const { id, cannotAnswer } of LOG_FORMATS) {
      expect(saidToBeUnknown(id).length, id).toBeGreaterThan(0);
      expect(cannotAnswer.length > 0 || id === 'json-lines', id).toBe(true);
    }
  });
});

describe('refusals', () => {
  it.for([
    {
      name: 'Envoy says that it refused a token, not whose',
      line: {
        start_time: 1,
        response_code: 401,
        response_code_details: 'jwt_authn_access_denied{Jwt_is_expired}',
        jwt: null,
      },
      uses: 0,
      silent: 1,
    },
    {
      name: 'nginx answers 401',
      line: {
        time_iso8601: '2026-03-02T09:15:04+00:00',
        remote_addr: '::1',
        status: '401',
        jwt_claim_iss: 'https://id.example',
      },
      decision: 'reject',
    },
    {
      name: 'nginx passes the application on',
      line: {
        time_local: '02/Mar/2026:09:15:04 +0100',
        remote_addr: '::1',
        status: 404,
        jwt_claim_iss: 'https://id.example',
      },
      decision: 'accept',
    },
    {
      name: 'nginx does not tell whose 403 it is',
      line: { msec: '1772442904.120', remote_addr: '::1', status: 403, jwt_claim_iss: 'https://id.example' },
      decision: null,
    },
    {
      name: 'HAProxy denies',
      line: {
        accept_date: 1,
        client_ip: '::1',
        status_code: 401,
        termination_state: 'PR',
        jwt_payload: '{"iss":"a","exp":1}',
      },
      decision: 'reject',
    },
  ])('$name', ({ line, decision, uses, silent }) => {
    const { use, reading } = read(JSON.stringify(line));
    expect(reading).toMatchObject({ uses: uses ?? 1, silent: silent ?? 0 });
    expect(use?.decision).toBe(decision);
  });
});

describe('a mapping with faults', () => {
  it('tells each at its place', () => {
    const text = `fields:
  isss: $.iss
  kid: iss
  alg: $..alg
  exp: { at: $.exp, unit: seconds }
  ts: { at: /t, unit: hours, zone: utc }
  typ: /a~2
more: 1
`;
    const { format, problems } = readLogMapping('map.yaml', text);
    expect(format).toBeNull();
    expect(problems.map(({ at, message, hint }) => `${at?.line}:${at?.column} ${message} | ${hint}`)).toEqual([
      '8:1 unknown key "more" | a mapping has one key: fields',
      '2:3 unknown field "isss" | did you mean "iss"?',
      '3:8 neither "$." nor "/" at the start in the path of kid | write a JSON path like $.jwt.kid or a JSON pointer like /jwt/kid',
      '4:8 "..alg", which is neither a name nor an index, in the path of alg | write a JSON path like $.jwt.kid or a JSON pointer like /jwt/kid',
      '5:27 exp cannot have this unit | only ts has one: seconds, milliseconds, microseconds, nanoseconds',
      '6:30 unknown key "zone" | a field has the keys at, unit and values',
      '6:23 ts cannot have this unit | only ts has one: seconds, milliseconds, microseconds, nanoseconds',
      '7:8 "~" without 0 or 1 in the path of typ | write a JSON path like $.jwt.kid or a JSON pointer like /jwt/kid',
    ]);
  });

  it.for([
    { name: 'an empty file', text: '' },
    { name: 'a list', text: '- a\n' },
    { name: 'broken YAML', text: 'fields: {\n' },
  ])('refuses $name', ({ text }) => {
    const { format, problems } = readLogMapping('map.yaml', text);
    expect(format).toBeNull();
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('times', () => {
  it.for([
    { value: '2026-03-02T09:15:04.120Z', ms: 1_772_442_904_120 },
    { value: '2026-03-02T10:15:04.120+01:00', ms: 1_772_442_904_120 },
    { value: '2026-03-02 09:15:04.120Z', ms: 1_772_442_904_120 },
    { value: '02/Mar/2026:10:15:04 +0100', ms: 1_772_442_904_000 },
    { value: '1772442904.120', ms: 1_772_442_904_120 },
    { value: 1_772_442_904, ms: 1_772_442_904_000 },
    { value: 1_772_442_904_120, ms: 1_772_442_904_120 },
    { value: 1_772_442_904_120_000, ms: 1_772_442_904_120 },
    { value: 1_772_442_904_120_000_000, ms: 1_772_442_904_120 },
    { value: '2026-03-02T09:15:04', ms: null },
    { value: '2026-03-02T09:15:60.5Z', ms: null },
    { value: 'yesterday', ms: null },
    { value: true, ms: null },
  ])('$value', ({ value, ms }) => {
    expect(read(JSON.stringify({ ts: value, iss: 'a', alg: 'b' })).use?.time).toBe(ms);
  });
});
