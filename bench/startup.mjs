// Start-up against bare Node, pair by pair in the same run: `node bench/startup.mjs [rounds]`.
// Goals: --version at most 1.6 times `node -e 0`, lint of five files at most 3.5 times.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const rounds = Number(process.argv[2] ?? 15);
const bin = resolve('dist/bin/firebreak.js');
const folder = mkdtempSync(join(tmpdir(), 'firebreak-bench-'));

for (let n = 1; n <= 5; n += 1) {
  writeFileSync(
    join(folder, `policy-${n}.yaml`),
    `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: service-${n}, owner: '@team' }
spec:
  issuers:
    - issuer: https://id.example.com/
  tokens:
    access_token:
      algorithms: [ES256]
      audiences: [service-${n}]
      lifetime: { max: 5m }
    refresh_token:
      lifetime: { max: 8h, absolute_max: 14d }
  keys: { rotation_interval: 30d, pre_publish: 24h, overlap: 30m }
  revocation:
    objectives:
      signing_key: { max: 10m }
      access_token: { max: 10m }
`,
  );
}

const COMMANDS = {
  'node -e 0': ['-e', '0'],
  'firebreak --version': [bin, '--version'],
  'firebreak --help': [bin, '--help'],
  'firebreak lint (5 files)': [bin, 'lint', folder, '--fail-on', 'never'],
};

const times = new Map(Object.keys(COMMANDS).map((name) => [name, []]));
for (let round = -1; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(COMMANDS)) {
    const start = performance.now();
    execFileSync(process.execPath, args, { stdio: 'ignore' });
    const ms = performance.now() - start;
    // The first round warms the file cache and is not counted.
    if (round >= 0) times.get(name).push(ms);
  }
}
rmSync(folder, { recursive: true });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const base = times.get('node -e 0');
console.log(`Node ${process.version}, ${rounds} rounds, medians\n`);
console.log('command'.padEnd(28), 'ms'.padStart(8), 'ratio'.padStart(8));
for (const [name, values] of times) {
  const ratio = median(values.map((value, index) => value / base[index]));
  console.log(name.padEnd(28), median(values).toFixed(0).padStart(8), ratio.toFixed(2).padStart(8));
}
