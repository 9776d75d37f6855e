// Scope against DuckDB and against JSON.parse line by line, on the same file, in the same run: `node bench/scope.mjs [lines]`.
// Goals: at most 1.2 times the time of a DuckDB query over typed JSON that makes the same groups, at least twice as fast as
// JSON.parse, in at most 0.7 times the memory of DuckDB. Both peers only group; scope also hashes the file, checks every
// line, tells signals and what the log cannot say.
// DuckDB is no dependency: `npm i @duckdb/node-api` in some other folder, then NODE_PATH=<folder>/node_modules.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';

const run = promisify(execFile);
const lines = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 3;
const FIRST_SECOND = 1_772_442_000;
const SECONDS = 604_800;
const SINCE = (FIRST_SECOND + SECONDS / 2) * 1000;
const KIDS = 3;
const LINES_OF_TOKEN = 5;
const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
const row = (...cells) => console.log(cells.map((cell, at) => String(cell).padEnd(at === 0 ? 46 : 13)).join(''));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** What leaked: a token that some lines of one session show, and a key that signed a third of all lines. */
const LEAKS = [
  { name: 'a leaked token', leaked: { kind: 'token', jti: jtiOf(Math.floor(lines / 2)) } },
  { name: 'a leaked signing key', leaked: { kind: 'kid', value: 'key-1' } },
];

/** Every grouping of a scope that fits into what it counts one by one; tokens are counted up to a limit only. */
const COUNTED = ['ip', 'network', 'user_agent', 'route', 'target', 'client', 'subject'];

const MEASURE = `
// The peak of this program alone: what the kernel tells by itself includes the process that started it.
const { readFileSync: readStatus } = process.getBuiltinModule?.('node:fs') ?? (await import('node:fs'));
const peak = () => {
  try {
    return Number(/VmHWM:\\s+(\\d+)/.exec(readStatus('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
};
const start = performance.now();
const idle = process.cpuUsage();
const report = (counts) => {
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(idle);
  console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, megabytes: peak() / 1024, counts }));
};
const [file, leakedText] = process.argv.slice(2);
const leaked = JSON.parse(leakedText);
`;

try {
  const file = join(folder, 'uses.jsonl');
  await writeRecording(file);
  const { size } = await stat(file);
  console.log(`Node ${process.version}, medians of ${ROUNDS}, ${lines} lines, ${(size / 1e6).toFixed(0)} MB\n`);
  const duckdb = duckdbPath();
  const ways = [
    { name: 'firebreak incident scope', script: await prepareOurs() },
    { name: 'JSON.parse, line by line', script: await prepareLines() },
    ...(duckdb === null ? [] : [{ name: 'DuckDB, typed JSON, all cores', script: await prepareDuckdb(duckdb) }]),
  ];
  for (const { name, leaked } of LEAKS) await compare(name, leaked, ways, file);
  if (duckdb === null) console.log('DuckDB is not here, so it is not compared with; see the first lines of this file');
} finally {
  await rm(folder, { recursive: true });
}

async function compare(name, leaked, ways, file) {
  row(name, 'seconds', 'CPU seconds', 'peak MB', 'uses', 'groups');
  const results = ways.map(() => []);
  // Alternating, so that whatever else the machine does falls on all.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, { script }] of ways.entries()) results[at].push(await measure(script, file, leaked));
  }
  const [ours, byLine, duckdb] = results.map(summary);
  for (const [at, way] of ways.entries()) row(way.name, ...cells(summary(results[at])));
  const ratio = (peer, pick) => (ours[pick] / peer[pick]).toFixed(2);
  const ratios = (words, peer) => row(words, ...['seconds', 'cpu', 'megabytes'].map((pick) => ratio(peer, pick)));
  ratios('ratio to JSON.parse (limits 0.5, -, -)', byLine);
  if (duckdb !== undefined) ratios('ratio to DuckDB (limits 1.2, -, 0.7)', duckdb);
  console.log('');
  for (const [at, way] of ways.entries()) {
    const [{ counts }] = results[at];
    if (JSON.stringify(counts) !== JSON.stringify(results[0][0].counts)) {
      console.log(JSON.stringify(results[0][0].counts), '\n', JSON.stringify(counts));
      throw new Error(`the counts of ${way.name} differ: one of them is wrong`);
    }
  }
}

function cells({ seconds, cpu, megabytes, counts }) {
  const { uses, ...groups } = counts;
  const number = Object.values(groups).reduce((sum, { values = 0 }) => sum + values, 0);
  return [seconds.toFixed(2), cpu.toFixed(2), megabytes.toFixed(0), uses, number];
}

function summary(results) {
  return {
    seconds: median(results.map(({ seconds }) => seconds)),
    cpu: median(results.map(({ cpu }) => cpu)),
    megabytes: median(results.map(({ megabytes }) => megabytes)),
    counts: results[0].counts,
  };
}

function duckdbPath() {
  try {
    return createRequire(import.meta.url).resolve('@duckdb/node-api');
  } catch {
    return null;
  }
}

function jtiOf(line) {
  return `token-${Math.floor(line / LINES_OF_TOKEN).toString(36)}`;
}

/** A week of one gateway: clients, subjects and addresses by the thousand, some lines of each token. */
async function writeRecording(file) {
  const out = createWriteStream(file);
  let seed = 7;
  const random = (most) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * most);
  };
  for (let at = 0; at < lines; at += 1) {
    const second = FIRST_SECOND + Math.floor((at * SECONDS) / lines);
    const token = Math.floor(at / LINES_OF_TOKEN);
    const subject = (token * 7919) % 8000;
    const issued = second - (second % 600);
    const line = {
      ts: new Date(second * 1000 + random(1000)).toISOString(),
      target: `service-${token % 7}`,
      route: `/v1/orders/${random(2000)}`,
      kid: `key-${token % KIDS}`,
      iss: 'https://id.example',
      iat: issued,
      jti: jtiOf(at),
      sid: `session-${subject}`,
      sub: `user-${subject}`,
      client_id: `client-${subject % 400}`,
      ip: `203.0.${subject % 20}.${random(250)}`,
      user_agent: `shop/4.${subject % 30}`,
    };
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** Reading, matching, grouping, signals, hashing: everything the command does with a file. */
async function prepareOurs() {
  const entry = join(folder, 'entry.mjs');
  const from = (path) => JSON.stringify(resolve(path));
  await writeFile(
    entry,
    `import { scopeLogs, naturesOf } from ${from('src/cli/scope-input.ts')};
import { createScope } from ${from('src/incident/scope.ts')};
${MEASURE}
const none = { iss: null, sub: null, aud: [], jti: null, sid: null, clientId: null, iat: null, exp: null };
const what = leaked.kind === 'kid' ? leaked : { kind: 'token', sha256: 'a'.repeat(64), alg: null, kid: null, claims: { ...none, jti: leaked.jti } };
const incident = { name: 'bench', file: 'i.yaml', issuer: 'https://id.example', leaked: what, since: ${SINCE}, opened: ${SINCE}, lead: '@a', environments: null };
const options = { incident, manySubjects: 10, impossibleWithin: 60000, maxLifetime: 900000, issued: null, maxUses: 10000 };
const scope = createScope(options);
const { logs } = await scopeLogs([file], {}, { scope, options, isHashed: true });
const { totals, groups } = scope.result(naturesOf(logs));
const counts = { uses: totals.uses };
for (const by of ${JSON.stringify(COUNTED)}) {
  const own = groups.filter((group) => group.by === by);
  const sum = (pick, base = 0) => own.reduce((all, group) => all + group[pick] - base, 0);
  counts[by] = { values: own.length, before: sum('before'), after: sum('after'), first: sum('first', ${SINCE}), last: sum('last', ${SINCE}) };
}
report(counts);
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

/** The same groups with what Node brings; a token needs a second pass for the other tokens of its session. */
async function prepareLines() {
  const script = join(folder, 'lines.mjs');
  await writeFile(
    script,
    `import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
${MEASURE}
const groups = new Map(['ip', 'network', 'user_agent', 'route', 'target', 'client', 'subject', 'token'].map((by) => [by, new Map()]));
const each = async (use) => {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) use(JSON.parse(line));
};
const sids = new Set();
if (leaked.kind === 'token') await each((line) => void (line.jti === leaked.jti && sids.add(line.sid)));
let uses = 0;
await each((line) => {
  if (leaked.kind === 'kid' ? line.kid !== leaked.value : line.jti !== leaked.jti && !sids.has(line.sid)) return;
  uses += 1;
  const time = Date.parse(line.ts);
  const values = { ip: line.ip, network: line.ip.replace(/\\d+$/, '0/24'), user_agent: line.user_agent, route: line.route,
    target: line.target, client: line.client_id, subject: line.sub, token: line.jti };
  for (const [by, tallies] of groups) {
    let tally = tallies.get(values[by]);
    if (tally === undefined) tallies.set(values[by], (tally = { before: 0, after: 0, first: Infinity, last: -Infinity }));
    if (time < ${SINCE}) tally.before += 1;
    else tally.after += 1;
    tally.first = Math.min(tally.first, time);
    tally.last = Math.max(tally.last, time);
  }
});
const counts = { uses };
for (const by of ${JSON.stringify(COUNTED)}) {
  const own = [...groups.get(by).values()];
  const sum = (pick, base = 0) => own.reduce((all, group) => all + group[pick] - base, 0);
  counts[by] = { values: own.length, before: sum('before'), after: sum('after'), first: sum('first', ${SINCE}), last: sum('last', ${SINCE}) };
}
report(counts);
`,
  );
  return script;
}

/** The same groups in SQL. */
async function prepareDuckdb(duckdb) {
  const script = join(folder, 'duckdb.mjs');
  const sets = ['ip', 'network', 'user_agent', 'route', 'target', 'client_id', 'sub', 'jti'];
  await writeFile(
    script,
    `import { createRequire } from 'node:module';
const { DuckDBInstance } = createRequire(import.meta.url)(${JSON.stringify(duckdb)});
const connection = await (await DuckDBInstance.create(':memory:')).connect();
${MEASURE}
const source = \`read_json('\${file}', format = 'newline_delimited', columns = { ts: 'TIMESTAMP', target: 'VARCHAR', route: 'VARCHAR',
  kid: 'VARCHAR', iss: 'VARCHAR', jti: 'VARCHAR', sid: 'VARCHAR', sub: 'VARCHAR', client_id: 'VARCHAR', ip: 'VARCHAR', user_agent: 'VARCHAR' })\`;
const matches = leaked.kind === 'kid' ? \`kid = '\${leaked.value}'\` : \`(jti = '\${leaked.jti}' OR sid IN (SELECT sid FROM \${source} WHERE jti = '\${leaked.jti}'))\`;
const reader = await connection.runAndReadAll(\`
WITH uses AS (
  SELECT *, regexp_replace(ip, '[0-9]+$', '0/24') AS network, epoch_ms(ts) AS used FROM \${source} WHERE iss = 'https://id.example' AND \${matches}
), counted AS (
  SELECT GROUPING(${sets.join(', ')}) AS grouped, count(*) FILTER (WHERE used < ${SINCE}) AS before_leak, count(*) FILTER (WHERE used >= ${SINCE}) AS after_leak,
    min(used) - ${SINCE} AS first, max(used) - ${SINCE} AS last
  FROM uses GROUP BY GROUPING SETS (${sets.map((name) => `(${name})`).join(', ')})
)
SELECT grouped, count(*), sum(before_leak), sum(after_leak), sum(first), sum(last) FROM counted GROUP BY grouped\`);
const rows = reader.getRows().map((cells) => cells.map(Number));
const counts = { uses: 0 };
for (const [at, by] of ${JSON.stringify(COUNTED)}.entries()) {
  const [, values, before, after, first, last] = rows.find(([bits]) => bits === 255 - 2 ** (7 - at));
  counts.uses = before + after;
  counts[by] = { values, before, after, first, last };
}
report(counts);
`,
  );
  return script;
}

async function measure(script, file, leaked) {
  const { stdout } = await run(process.execPath, [script, file, JSON.stringify(leaked)]);
  return JSON.parse(stdout);
}
