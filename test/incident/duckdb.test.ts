import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopeWithDuckdb } from '../../src/cli/scope-duckdb.ts';
import { naturesOf, scopeLogs } from '../../src/cli/scope-input.ts';
import { createScope } from '../../src/incident/scope.ts';
import type { Leaked } from '../../src/model/incident.ts';
import { millis } from '../../src/model/quantity.ts';
import type { Duckdb } from '../../src/system/duckdb.ts';
import { openDuckdb } from '../../src/system/duckdb.ts';
import { leakedToken } from '../logs/leaked-token.ts';
import type { Told } from './logs.ts';
import { ISSUER, LEAK, incidentOf, logOf } from './logs.ts';

const isHere = (() => {
  try {
    return createRequire(import.meta.url).resolve('@duckdb/node-api') !== '';
  } catch {
    return false;
  }
})();

const HASH = 'ab'.repeat(32);
const EVIL = `x' OR '1'='1`;
const NONE = { iss: ISSUER, sub: null, aud: [], jti: null, sid: null, clientId: null, iat: null, exp: null };

const told: readonly Told[] = Array.from({ length: 400 }, (_, at) => ({
  at: at * 7 - 900,
  kid: `main-${at % 3}`,
  alg: at % 23 === 0 ? 'HS256' : 'ES256',
  jti: `j-${at % 40}`,
  sid: `s-${at % 11}`,
  sub: `u-${at % 13}`,
  client: at % 5 === 0 ? EVIL : 'web',
  ip: at % 17 === 0 ? '2001:db8::7' : `203.0.113.${at % 9}`,
  ...(at % 19 === 0 ? { hash: HASH.slice(0, 16) } : {}),
}));

/** Lines without a key, which only ids could give away. */
const nameless = logOf('json-lines', told.slice(0, 60)).text.replaceAll(/"kid":"[^"]*",/g, '');

const LEAKS: readonly Leaked[] = [
  { kind: 'kid', value: 'main-1' },
  { kind: 'client_id', value: EVIL },
  { kind: 'sid', value: 's-3' },
  { kind: 'refresh_token', sha256: HASH },
  { kind: 'token', sha256: HASH, alg: null, kid: null, claims: { ...NONE, jti: 'j-7' } },
  {
    kind: 'token',
    sha256: HASH,
    alg: null,
    kid: null,
    claims: { ...NONE, sub: 'u-5', iat: LEAK / 1000 - 7200, exp: LEAK / 1000 - 3600 },
  },
  { kind: 'hmac_secret', kid: null },
];

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-duckdb-'));
  const odd = [
    {
      ts: LEAK / 1000 + 3,
      iss: ISSUER,
      claims: { iss: ISSUER, jti: 'j-7', sid: 's-3' },
      header: { kid: 'main-1', alg: 'ES256' },
    },
    { ts: '2026-11-30T09:00:00+01:00', authorization: `Bearer ${leakedToken({ jti: 'j-7' }).compact}` },
    { ts: '2026-11-30T08:00:00Z', status: 200, decision: null },
  ];
  const lines = odd.map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(join(folder, 'flat.ndjson'), logOf('json-lines', told).text + nameless);
  writeFileSync(join(folder, 'odd.ndjson'), `${lines}{"torn\n${logOf('json-lines', told.slice(0, 20)).text}`);
  if (!isHere) return;
  const duckdb = await openDuckdb(false);
  const columns =
    'ts, target, route, method, status, decision, alg, typ, kid, iss, aud, iat, exp, jti, sid, sub, client_id, ip, user_agent, token_hash';
  await copy(
    duckdb,
    `SELECT ${columns.replace('ts', 'CAST(ts AS TIMESTAMP) AS ts')} FROM read_json('${join(folder, 'flat.ndjson')}', columns = {${columns
      .split(', ')
      .map((name) => `${name}: '${['status', 'iat', 'exp'].includes(name) ? 'BIGINT' : 'VARCHAR'}'`)
      .join(', ')}})`,
  );
  duckdb.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function copy(duckdb: Duckdb, query: string): Promise<void> {
  await duckdb.run(`COPY (${query}) TO '${join(folder, 'flat.parquet')}'`);
}

async function findings(leaked: Leaked, name: string, way: typeof scopeLogs) {
  const options = {
    incident: incidentOf(leaked),
    manySubjects: 2,
    impossibleWithin: millis(60_000),
    maxLifetime: millis(1_800_000),
    issued: null,
    maxUses: 100,
  };
  const scope = createScope(options);
  const { logs } = await way([join(folder, name)], {}, { scope, options, isHashed: false });
  const { totals, uses, groups, signals, isAnswered, window, unanswerable } = scope.result(naturesOf(logs));
  const [log] = logs;
  const counts = { lines: log?.lines, uses: log?.uses, silent: log?.silent };
  const result = { totals, uses, groups, signals, isAnswered, window, unanswerable, counts };
  return JSON.parse(JSON.stringify(result).replaceAll('flat.parquet', 'flat.ndjson')) as typeof result;
}

describe.skipIf(!isHere)('DuckDB (skipped where @duckdb/node-api is not installed)', () => {
  it.for(
    LEAKS.flatMap((leaked) =>
      ['flat.ndjson', 'flat.parquet', 'odd.ndjson'].map((file) => ({ leaked, file, kind: leaked.kind })),
    ),
  )('finds for a $kind in $file what this process finds', { timeout: 60_000 }, async ({ leaked, file }) => {
    const own = await findings(leaked, file.replace('parquet', 'ndjson'), scopeLogs);
    expect(await findings(leaked, file, scopeWithDuckdb)).toEqual(own);
    if (file !== 'odd.ndjson') expect(own.totals.uses).toBeGreaterThan(0);
  });
});

describe.skipIf(isHere)('without DuckDB', () => {
  it('says what to install', async () => {
    await expect(openDuckdb(false)).rejects.toMatchObject({
      code: 'usage/bad-argument',
      hint: expect.stringContaining('npm install') as string,
    });
  });
});
