// Lint against its limits, in the same run: `node bench/lint.mjs [files]`, after `npm run bundle`.
// Goals: 2,000 files under 10 s and 600 MB; 100 policies of 5 KB at most 1.5 times yaml.parseDocument of the same bytes.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { policyOfSize, writeRepository } from './lint-repository.mjs';

const run = promisify(execFile);
const count = Number(process.argv[2] ?? 2000);
const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (...cells) => console.log(cells.map((cell, at) => String(cell).padEnd(at === 0 ? 44 : 14)).join(''));

try {
  console.log(`Node ${process.version}, medians\n`);
  row('what', 'measured', 'limit');
  await repository();
  await policies();
} finally {
  await rm(folder, { recursive: true });
}

/** The whole command on a repository, with the peak of its memory as the process itself tells it. */
async function repository() {
  const place = join(folder, 'repository');
  const { files, bytes } = await writeRepository(place, count);
  const probe = join(folder, 'probe.mjs');
  await writeFile(
    probe,
    `process.on('exit', () => process.stderr.write('\\nrss=' + process.resourceUsage().maxRSS + '\\n'));`,
  );
  const command = ['--import', probe, resolve('dist/bin/firebreak.js'), 'lint', '.', '--format', 'json'];
  const cold = await timed([...command, '--fail-on', 'never'], place);
  const cache = ['--cache', join(folder, 'cache.json')];
  const warm = await timed([...command, '--fail-on', 'never', ...cache], place);
  row(`lint ${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${cold.findings} findings`, `${cold.seconds} s`, '10 s');
  row('  peak memory', `${cold.memory} MB`, '600 MB');
  row('  again with --cache', `${warm.seconds} s`, '1.5 s');
  row('  peak memory', `${warm.memory} MB`, '600 MB');
}

async function timed(args, cwd) {
  const times = [];
  let memory = 0;
  let findings = 0;
  for (let round = 0; round < 4; round += 1) {
    const start = performance.now();
    const { stdout, stderr } = await run(process.execPath, args, { cwd, maxBuffer: 1 << 30 });
    // The first round warms the file cache, and writes ours; it is not counted.
    if (round > 0) times.push(performance.now() - start);
    memory = Math.max(memory, Number(/rss=(\d+)/.exec(stderr)?.[1]) / 1024);
    findings = JSON.parse(stdout).findings.length;
  }
  return { seconds: (median(times) / 1000).toFixed(2), memory: memory.toFixed(0), findings };
}

/** Reading and judging policies against parsing alone, alternating in one process. */
async function policies() {
  const entry = join(folder, 'entry.mjs');
  await writeFile(
    entry,
    `export { readEstate } from ${JSON.stringify(resolve('src/lint/read-whole.ts'))};
export { lint } from ${JSON.stringify(resolve('src/lint/lint.ts'))};
export { parseDocument } from ${JSON.stringify(resolve('node_modules/yaml/dist/index.js'))};
`,
  );
  const bundle = await rolldown({ input: entry, platform: 'node', cwd: resolve('.') });
  await bundle.write({ file: join(folder, 'engine.mjs'), format: 'esm', codeSplitting: false });
  await bundle.close();
  const { readEstate, lint, parseDocument } = await import(join(folder, 'engine.mjs'));
  const texts = Array.from({ length: 100 }, (_, index) => policyOfSize(index, 5000));
  const inputs = texts.map((text, index) => ({ file: `policies/team-${index}.yaml`, text }));
  const peer = [];
  const own = [];
  for (let round = 0; round < 25; round += 1) {
    let start = performance.now();
    for (const text of texts) parseDocument(text);
    peer.push(performance.now() - start);
    start = performance.now();
    lint(readEstate(inputs, { now: 0 }));
    own.push(performance.now() - start);
  }
  // The first rounds compile both.
  const [theirs, ours] = [median(peer.slice(5)), median(own.slice(5))];
  row('yaml.parseDocument, 100 policies of 5 KB', `${theirs.toFixed(0)} ms`, '');
  row('read and lint the same', `${ours.toFixed(0)} ms`, '');
  row('  ratio', (ours / theirs).toFixed(2), '1.5');
}
