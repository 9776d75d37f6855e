// Measured intervals against known instants, over real sockets: `node bench/measure.mjs [runs] [parallel] [seed]`.
// A server process changes from accepting to refusing at instants that it is told; answers take 1 to 400 ms; 1 to 20
// replicas; one run in six has a planted flap. Goals: every interval contains its instant, flaps only where planted.
// The naive ways of measuring stand beside it, over the same records or at the same servers in the same run.
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProcess } from './probing/bundle.mjs';

const runs = Number(process.argv[2] ?? 500);
const parallel = Number(process.argv[3] ?? 6);
const seed = Number(process.argv[4] ?? 1);
const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
try {
  const prober = fork(await bundleProcess(folder, 'measure-runs'));
  prober.send({ runs, parallel, seed });
  const from = performance.now();
  const result = await new Promise((resolve, reject) => {
    prober.on('message', (message) => {
      if (message.scores !== undefined) resolve(message);
      else if (process.stderr.isTTY) process.stderr.write(`\r${message.done} of ${runs}`);
    });
    prober.on('exit', (code) => reject(new Error(`the prober ended with ${code}`)));
  });
  show(result, (performance.now() - from) / 1000);
} finally {
  await rm(folder, { recursive: true });
}

function show({ scores, probes, dropped, unknown, replicas, lateness, unmet, disagreeing }, seconds) {
  console.log(
    `\nNode ${process.version}, ${runs} runs with ${replicas} replicas, ${parallel} at a time, ${seconds.toFixed(0)} s, load of the machine ${loadavg()[0].toFixed(1)}`,
  );
  console.log(
    `${probes} probes, ${dropped} dropped and counted, ${unknown} without an answer, lateness p50 ${lateness.p50.toFixed(1)} ms, p99 ${lateness.p99.toFixed(1)} ms\n${unmet} planted flaps in which the verifier was asked nothing, because the machine stood still\n`,
  );
  const row = (name, ...cells) =>
    console.log(name.padEnd(36) + cells.map((cell) => String(cell).padStart(14)).join(''));
  row(
    'method',
    'measured',
    'contained',
    'no end',
    'wrong',
    'share',
    'width p50',
    'width p95',
    'false flaps',
    'flaps found',
    'replicas seen',
  );
  for (const score of scores) {
    const widths = score.widths.toSorted((a, b) => a - b);
    const width = (share) => `${(widths[Math.floor(widths.length * share)] ?? NaN).toFixed(0)} ms`;
    row(
      score.method,
      score.measured,
      score.contained,
      score.open,
      score.wrong.length,
      `${((100 * score.contained) / score.measured).toFixed(1)} %`,
      width(0.5),
      width(0.95),
      score.falseFlaps,
      score.plantedFlaps === 0 ? '-' : `${score.foundFlaps} of ${score.plantedFlaps}`,
      score.seen === null ? '-' : `${(100 * score.seen).toFixed(0)} %`,
    );
  }
  const [ours] = scores;
  const held = ours.contained === ours.measured && ours.falseFlaps === 0 && disagreeing === 0;
  console.log(held ? '\nevery interval contains its instant' : `\nNOT HELD; truths in doubt: ${disagreeing}`);
  for (const text of ours.wrong) console.log(`wrong: ${text}`);
  if (!held) process.exitCode = 1;
}
