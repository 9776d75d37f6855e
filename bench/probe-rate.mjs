// The prober of drills at high rates, against a real server in another process:
// `node bench/probe-rate.mjs [seconds] [targets:perSecond ...]`. Fresh connections, real sockets, nothing else changed.
// Goals: 5000 probes a second over 1000 targets with 99 % of them under 5 ms late and every missed one counted;
// at 100 a second less than a quarter of one core.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleProcess } from './probing/bundle.mjs';

const SETTLE_SECONDS = 1.5;
const seconds = Number(process.argv[2] ?? 5);
const runs = (process.argv.length > 3 ? process.argv.slice(3) : ['10:100', '100:1000', '1000:2500', '1000:5000']).map(
  (text) => text.split(':').map(Number),
);
const HEADINGS = [
  'targets',
  'asked/s',
  'done/s',
  'late p50',
  'p99',
  'p99.9',
  'max',
  'answer p50',
  'p99',
  'CPU',
  'us/probe',
  'server CPU',
  'MB',
  'planned',
  'sent',
  'dropped',
  'no answer',
  'not counted',
];
const cells = (values) => console.log(values.map((value) => String(value).padStart(11)).join(''));

const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
try {
  const prober = await bundleProcess(folder, 'rate-prober');
  console.log(
    `Node ${process.version}, ${seconds} s each after ${SETTLE_SECONDS} s, times in ms, load of the machine ${loadavg()[0].toFixed(2)}\n`,
  );
  cells(HEADINGS);
  for (const [targets, perSecond] of runs) await measure(prober, targets, perSecond);
} finally {
  await rm(folder, { recursive: true });
}

async function measure(file, targets, perSecond) {
  const server = fork(resolve('bench/probing/rate-server.mjs'));
  const [{ port }] = await once(server, 'message');
  const before = await stats(server);
  const prober = fork(file);
  prober.send({ port, targets, perSecond, seconds, settle: SETTLE_SECONDS });
  const from = performance.now();
  const [seen] = await once(prober, 'message');
  const after = await stats(server);
  const serverCpu = (after.cpuMs - before.cpuMs) / (performance.now() - from);
  server.kill();
  const ms = (value) => value.toFixed(2);
  const share = (value) => `${(value * 100).toFixed(0)} %`;
  const unanswered = seen.recorded - seen.answered;
  // Whatever was planned is sent or dropped, whatever was sent is recorded, and the server has seen every answered one.
  const silent =
    Math.abs(seen.planned - seen.sent - seen.dropped) +
    Math.abs(seen.sent - seen.recorded) +
    Math.max(0, seen.answered - after.requests);
  cells([
    targets,
    perSecond,
    seen.perSecond.toFixed(0),
    ms(seen.lateness.p50),
    ms(seen.lateness.p99),
    ms(seen.lateness.p999),
    ms(seen.lateness.max),
    ms(seen.answer.p50),
    ms(seen.answer.p99),
    share(seen.cpuShare),
    seen.cpuPerProbe.toFixed(0),
    share(serverCpu),
    seen.rssMb.toFixed(0),
    seen.planned,
    seen.sent,
    seen.dropped,
    unanswered,
    silent,
  ]);
  if (silent > 0) process.exitCode = 1;
}

async function stats(server) {
  server.send('stats');
  const [counted] = await once(server, 'message');
  return counted;
}
