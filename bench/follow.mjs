// How long after a line was written `incident scope --follow` tells of it: `node bench/follow.mjs [lines]`, after a build.
// Goal: one second at the most.
import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const lines = Number(process.argv[2] ?? 40);
const firebreak = resolve('dist/bin/firebreak.js');
const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
const log = join(folder, 'uses.jsonl');
const line = (kid, jti) =>
  `${JSON.stringify({ ts: new Date().toISOString(), iss: 'https://id.example', kid, jti, route: '/v1/orders' })}\n`;

const run = (args) => spawn(process.execPath, [firebreak, ...args], { cwd: folder });
const ended = (child) => new Promise((done) => child.once('close', done));

try {
  await writeFile(log, line('other', 'first'));
  const leak = [
    '--leaked',
    'kid',
    'main-1',
    '--issuer',
    'https://id.example',
    '--since',
    '1h',
    '--lead',
    '@a',
    '--by',
    '@a',
  ];
  await ended(run(['incident', 'open', ...leak, '--dir', 'incidents/i-1']));
  const child = run(['incident', 'scope', '--follow', 'uses.jsonl', '--no-journal', '--json']);
  const written = new Map();
  const delays = [];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const now = performance.now();
    for (const [, jti] of text.matchAll(/"jti": ?"(j-\d+)"/g)) delays.push(now - written.get(jti));
  });
  await new Promise((done) => child.stderr.once('data', done));
  for (let at = 0; at < lines; at += 1) {
    await sleep(37 + (at % 7) * 31);
    written.set(`j-${at}`, performance.now());
    await appendFile(log, line('main-1', `j-${at}`));
  }
  while (delays.length < lines) await sleep(50);
  child.kill('SIGINT');
  await ended(child);
  const sorted = delays.toSorted((a, b) => a - b);
  const [middle, most] = [sorted[Math.floor(lines / 2)], sorted.at(-1)];
  console.log(
    `Node ${process.version}, ${lines} lines: median ${middle.toFixed(0)} ms, most ${most.toFixed(0)} ms (limit 1000)`,
  );
} finally {
  await rm(folder, { recursive: true });
}
