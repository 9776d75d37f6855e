// Replay against DuckDB on the same file, in the same run: `node bench/replay.mjs [lines]`.
// Goals: at most 1.2 times a DuckDB query over typed JSON that makes the same count, in less memory.
// DuckDB is no dependency: `npm i @duckdb/node-api` in some other folder, then NODE_PATH=<folder>/node_modules.
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';

const POLICY = `
const spec = (algorithms, max) => ({
  issuers: [0, 1, 2].map((n) => ({ issuer: \`https://id-\${n}.example\` })),
  tokens: { access_token: { algorithms, audiences: ['orders'], lifetime: { max }, max_age: '15m' } },
});
const policyOf = (text) => {
  const [source] = parseDocuments('p.yaml', text).documents;
  return resolvePolicies([{ source, kind: 'TokenPolicy', name: 'p', owner: '@t', labels: {}, spec: source.data.spec }]).policies[0];
};
const before = policyOf(JSON.stringify({ metadata: { name: 'p' }, spec: spec(['ES256', 'RS256'], '15m') }));
const after = policyOf(JSON.stringify({ metadata: { name: 'p' }, spec: spec(['ES256'], '10m') }));
`;

// What a process inherits of the size of the one that started it is none of its own: ru_maxrss has it, VmHWM does not.
const PEAK = `
import { readFileSync as readStatus } from 'node:fs';
const peak = () => {
  try {
    return Number(/VmHWM:\\s+(\\d+)/.exec(readStatus('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
};
`;

const run = promisify(execFile);
const lines = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 5;
const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
const row = (...cells) => console.log(cells.map((cell, at) => String(cell).padEnd(at === 0 ? 44 : 14)).join(''));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  const file = join(folder, 'uses.jsonl');
  await writeRecording(file);
  const { size } = await stat(file);
  console.log(`Node ${process.version}, medians of ${ROUNDS}, ${lines} lines, ${(size / 1e6).toFixed(0)} MB\n`);
  row('what', 'seconds', 'CPU seconds', 'peak MB', 'revoked');
  const duckdb = duckdbPath();
  const ours = await prepareOurs();
  const peer = duckdb === null ? null : await preparePeer(duckdb);
  // Alternating, so that whatever else the machine does falls on both.
  const results = { ours: [], peer: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    results.ours.push(await measure(ours, file));
    if (peer !== null) results.peer.push(await measure(peer, file));
  }
  const own = summary(results.ours);
  row('replay', ...cells(own));
  if (peer === null) {
    console.log('\nDuckDB is not here, so there is nothing to compare with; see the first lines of this file');
  } else {
    const other = summary(results.peer);
    row('DuckDB, typed JSON, all cores', ...cells(other));
    const ratio = (pick) => (own[pick] / other[pick]).toFixed(2);
    row('ratio (limits 1.2, -, 1)', ratio('seconds'), ratio('cpu'), ratio('megabytes'));
    if (own.revoked !== other.revoked) throw new Error('the two counts differ: one of them is wrong');
  }
} finally {
  await rm(folder, { recursive: true });
}

function cells({ seconds, cpu, megabytes, revoked }) {
  return [seconds.toFixed(2), cpu.toFixed(2), megabytes.toFixed(0), revoked];
}

function summary(results) {
  return {
    seconds: median(results.map(({ seconds }) => seconds)),
    cpu: median(results.map(({ cpu }) => cpu)),
    megabytes: median(results.map(({ megabytes }) => megabytes)),
    revoked: results[0].revoked,
  };
}

function duckdbPath() {
  try {
    return createRequire(import.meta.url).resolve('@duckdb/node-api');
  } catch {
    return null;
  }
}

/** Three tenants, some clients on RS256, lifetimes around the new limit, every line with its own times and ids. */
async function writeRecording(file) {
  const out = createWriteStream(file);
  const claims = ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'client_id', 'scope'];
  let seed = 7;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  for (let at = 0; at < lines; at += 1) {
    const second = 1_772_442_000 + Math.floor((at * 604_800) / lines);
    const client = Math.floor(random() * 400);
    const age = Math.floor(random() * 200);
    const line = {
      ts: new Date(second * 1000 + Math.floor(random() * 1000)).toISOString(),
      target: `service-${client % 7}`,
      route: `/v1/orders/${Math.floor(random() * 100_000)}`,
      method: 'GET',
      status: 200,
      decision: 'accept',
      alg: client % 97 === 0 ? 'RS256' : 'ES256',
      typ: 'at+jwt',
      kid: `2026-0${client % 3}`,
      header: ['alg', 'typ', 'kid'],
      iss: `https://id-${client % 3}.example`,
      aud: ['orders'],
      iat: second - age,
      exp: second - age + (client % 50 === 0 ? 900 : 600),
      jti: `j-${at.toString(36)}-${Math.floor(random() * 1e9).toString(36)}`,
      client_id: `client-${client}`,
      cnf: 'none',
      claims,
      ip: `203.0.113.${client % 250}`,
      count: 1,
    };
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** Reading, deciding, grouping: everything the command does with a file. */
async function prepareOurs() {
  const entry = join(folder, 'entry.mjs');
  const from = (path) => JSON.stringify(resolve(path));
  await writeFile(
    entry,
    `import { replaySamples } from ${from('src/cli/replay-input.ts')};
import { parseDocuments } from ${from('src/source/parse.ts')};
import { resolvePolicies } from ${from('src/policy/resolve.ts')};
${PEAK}${POLICY}
const start = performance.now();
const idle = process.cpuUsage();
const result = await replaySamples([process.argv[2]], {}, {
  before: { policies: [before], waivers: [], environment: null, at: Date.now() },
  after: { policies: [after], waivers: [], environment: null, at: Date.now() },
});
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(idle);
const cpu = (user + system) / 1e6;
console.log(JSON.stringify({ seconds, cpu, megabytes: peak() / 1024, revoked: result.outcomes.REVOKED }));
`,
  );
  // Threads are found as in the package.
  await writeFile(join(folder, 'package.json'), '{ "name": "firebreak", "type": "module" }');
  const input = { ours: entry, 'log-thread': resolve('src/cli/log-thread.ts') };
  const bundle = await rolldown({ input, platform: 'node', cwd: resolve('.') });
  await bundle.write({ dir: join(folder, 'dist', 'bin'), format: 'esm' });
  await bundle.close();
  return join(folder, 'dist', 'bin', 'ours.js');
}

/** The same count in SQL: what the old policy accepts and the new one refuses, by client and by route. */
async function preparePeer(duckdb) {
  const script = join(folder, 'peer.mjs');
  await writeFile(
    script,
    `import { createRequire } from 'node:module';
${PEAK}const { DuckDBInstance } = createRequire(import.meta.url)(${JSON.stringify(duckdb)});
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const start = performance.now();
const idle = process.cpuUsage();
const reader = await connection.runAndReadAll(\`
WITH uses AS (
  SELECT *, epoch(ts) AS used FROM read_json('\${process.argv[2]}', format = 'newline_delimited', columns = {
    ts: 'TIMESTAMP', target: 'VARCHAR', route: 'VARCHAR', decision: 'VARCHAR', alg: 'VARCHAR', typ: 'VARCHAR', kid: 'VARCHAR',
    header: 'VARCHAR[]', iss: 'VARCHAR', aud: 'VARCHAR[]', iat: 'BIGINT', exp: 'BIGINT', client_id: 'VARCHAR', cnf: 'VARCHAR',
    claims: 'VARCHAR[]', count: 'BIGINT' })
), decided AS (
  SELECT *, typ = 'at+jwt' AND kid <> '' AND iss IN ('https://id-0.example', 'https://id-1.example', 'https://id-2.example')
      AND list_contains(aud, 'orders') AND cnf = 'none' AND list_has_all(claims, ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])
      AND NOT list_has_any(header, ['crit', 'jku', 'jwk', 'x5u', 'x5c'])
      AND exp + 60 > used AND iat <= used + 60 AND used - iat <= 960 AS both_accept,
    alg IN ('ES256', 'RS256') AND exp - iat BETWEEN 0 AND 900 AS old_accepts,
    alg = 'ES256' AND exp - iat BETWEEN 0 AND 600 AS new_accepts
  FROM uses
), counted AS (
  SELECT client_id, regexp_replace(route, '/[0-9]+', '/*', 'g') AS route, sum(count) AS uses,
    sum(count) FILTER (WHERE both_accept AND old_accepts AND NOT new_accepts) AS revoked,
    sum(count) FILTER (WHERE both_accept AND NOT old_accepts AND new_accepts) AS gained, max(ts) AS last
  FROM decided GROUP BY GROUPING SETS ((client_id), (route), ())
)
SELECT revoked FROM counted WHERE client_id IS NULL AND route IS NULL\`);
const revoked = Number(reader.getRows()[0][0]);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(idle);
const cpu = (user + system) / 1e6;
console.log(JSON.stringify({ seconds, cpu, megabytes: peak() / 1024, revoked }));
`,
  );
  return script;
}

async function measure(script, file) {
  const { stdout } = await run(process.execPath, [script, file]);
  return JSON.parse(stdout);
}
