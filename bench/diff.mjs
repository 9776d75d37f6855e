// `firebreak diff` against git and a YAML parser alone, in the same run: `node bench/diff.mjs [policies] [changed]`.
// Goals: 10,000 policies compared in a second, without reading; reading, parsing and comparing at most twice what git and a
// parser need for the files that changed; 20 times faster than one `git show` for each file; a base that every policy extends
// may change, with every witness proven, in a few seconds.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { simpleGit } from 'simple-git';
import { changedIds, git, output, parseBlobs } from './git-reading.mjs';
import { policyOfSize } from './lint-repository.mjs';

const [count, changed] = [Number(process.argv[2] ?? 500), Number(process.argv[3] ?? 40)];
const folder = await mkdtemp(join(tmpdir(), 'firebreak-diff-'));
const repository = join(folder, 'repository');
const AT = Date.UTC(2026, 10, 30);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (...cells) => console.log(cells.map((cell, at) => String(cell).padEnd(at === 0 ? 68 : 14)).join(''));

try {
  const engine = await bundled();
  console.log(`Node ${process.version}, ${count} policies of 5 KB, ${changed} of them changed, medians\n`);
  row('what', 'measured', 'limit');
  benchAlgebra(engine);
  await benchWhole(engine);
  await benchBase(engine);
} finally {
  await rm(folder, { recursive: true });
}

/** What the comparison is made of, bundled as the command is. */
async function bundled() {
  const entry = join(folder, 'entry.mjs');
  const parts = {
    readSides: 'cli/diff-sides.ts',
    compareSides: 'cli/compare-sides.ts',
    changedFiles: 'cli/compare-sides.ts',
    readEstate: 'lint/read-whole.ts',
    acceptedBoxes: 'diff/accepted.ts',
    compareBoxes: 'diff/compare-boxes.ts',
  };
  const lines = Object.entries(parts).map(
    ([name, file]) => `export { ${name} } from ${JSON.stringify(resolve('src', file))};`,
  );
  lines.push(`export { parseDocument } from ${JSON.stringify(resolve('node_modules/yaml/dist/index.js'))};`);
  await writeFile(entry, lines.join('\n'));
  const bundle = await rolldown({ input: entry, platform: 'node', cwd: resolve('.') });
  await bundle.write({ dir: join(folder, 'engine'), format: 'esm' });
  await bundle.close();
  return import(join(folder, 'engine', 'entry.js'));
}

/** Policies that are resolved already: pairs of which one of four differs, each in another value. */
function benchAlgebra({ readEstate, acceptedBoxes, compareBoxes }) {
  const EDITS = [
    ['lifetime: { max: 5m }', 'lifetime: { max: 10m }'],
    ['algorithms: [ES256]', 'algorithms: [ES256, PS256]'],
    ['clock_skew: { max: 30s }', 'clock_skew: { max: 5s }'],
    ['- sid', '- acr'],
  ];
  const policies = (edit) =>
    readEstate(
      Array.from({ length: count }, (_, index) => {
        const text = policyOfSize(index, 1500);
        const [from, to] = EDITS[index % EDITS.length];
        return { file: `policies/${index}.yaml`, text: edit && index % 4 === 0 ? text.replace(from, to) : text };
      }),
      { now: AT },
    ).estate.policies;
  const [before, after] = [policies(false), policies(true)];
  const compareAll = (from, to) => {
    const start = process.cpuUsage();
    let differing = 0;
    for (const [index, policy] of from.entries()) {
      const { verdict } = compareBoxes(acceptedBoxes(policy, 'access_token'), acceptedBoxes(to[index], 'access_token'));
      if (verdict !== 'equivalent') differing += 1;
    }
    if (differing !== Math.ceil(count / 4)) throw new Error(`${differing} policies differ`);
    const { user, system } = process.cpuUsage(start);
    return (count * 1_000_000) / (user + system);
  };
  const rates = { fresh: [], again: [] };
  for (let round = 0; round < 60; round += 1) {
    // Copies, so that nothing is known of them yet.
    const [from, to] = [before, after].map((list) => list.map((policy) => ({ ...policy })));
    rates.fresh.push(compareAll(from, to));
    rates.again.push(compareAll(from, to));
  }
  row('policies compared in a second of CPU, boxes made', median(rates.fresh).toFixed(0), '10000');
  row('policies compared in a second of CPU, boxes known', median(rates.again).toFixed(0), '10000');
}

async function benchWhole(engine) {
  await mkdir(join(repository, 'policies'), { recursive: true });
  git(repository, 'init', '-q', '-b', 'main');
  const write = (index, edit) => {
    const text = scoped(policyOfSize(index, 5000), index);
    return writeFile(join(repository, `policies/team-${index}.yaml`), edit(text));
  };
  for (let index = 0; index < count; index += 1) await write(index, (text) => text);
  git(repository, 'add', '-A');
  git(repository, 'commit', '-qm', 'base');
  for (let index = 0; index < changed; index += 1) {
    await write(index, (text) => text.replace('lifetime: { max: 5m }', 'lifetime: { max: 10m }'));
  }
  git(repository, 'commit', '-qam', 'head');
  git(repository, 'gc', '-q');
  const peers = {
    whole: () => compareWhole(engine, changed),
    raw: () => readRaw(engine.parseDocument, null),
    every: () => readRaw(engine.parseDocument, 'HEAD'),
    show: () => readWithShow(engine.parseDocument),
  };
  const times = { whole: [], raw: [], every: [], show: [] };
  for (let round = 0; round < 12; round += 1) {
    for (const [name, read] of Object.entries(peers)) {
      if (name === 'show' && round % 6 !== 5) continue;
      const start = performance.now();
      await read();
      if (round > 1) times[name].push(performance.now() - start);
    }
  }
  const [whole, raw, every, show] = ['whole', 'raw', 'every', 'show'].map((name) => median(times[name]));
  row(`git diff-tree, cat-file and parsing of ${2 * changed} blobs that changed`, `${raw.toFixed(0)} ms`);
  row(`git cat-file and parsing of these and all others, each content once`, `${every.toFixed(0)} ms`);
  row('both versions read, parsed, resolved and compared, with witnesses', `${whole.toFixed(0)} ms`);
  row('  ratio to what changed', (whole / raw).toFixed(2), '2');
  row('  ratio to all of it', (whole / every).toFixed(2));
  row('git show for each file of both versions, simple-git, and parsing', `${show.toFixed(0)} ms`);
  row('  times slower than ours', (show / whole).toFixed(1), '20');
}

/** Every policy holds for a service of its own. */
function scoped(text, index) {
  return text.replace('spec:\n', `spec:\n  applies_to: { services: [service-${index}], environments: [prod] }\n`);
}

async function compareWhole({ readSides, compareSides, changedFiles }, expected) {
  const sides = await readSides(['HEAD~1', 'HEAD'], { env: {} }, { folder: repository });
  const changedNames = changedFiles(sides);
  const { diff } = await compareSides(sides, { now: AT, maxWitnesses: 20, changed: changedNames });
  if (diff.changes.length !== expected) throw new Error(`${diff.changes.length} changes instead of ${expected}`);
}

/** One base that all policies extend gets looser. */
async function benchBase({ compareSides }) {
  const team = (index) => `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: team-${index}, owner: '@team' }
spec:
  extends: [organisation]
  applies_to: { services: [service-${index}], environments: [prod] }
  issuers: [{ issuer: https://id-${index}.example.test }]
  tokens: { access_token: { audiences: [service-${index}] } }
`;
  const base = (algorithms, lifetime) => `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: organisation, owner: '@security' }
spec:
  tokens: { access_token: { algorithms: [${algorithms}], lifetime: { max: ${lifetime} } } }
`;
  const teams = Array.from({ length: count }, (_, index) => ({ file: `policies/${index}.yaml`, text: team(index) }));
  const side = (text) => {
    const files = [...teams, { file: 'policies/base.yaml', text }];
    return { label: '', commit: null, root: '', files, problems: [] };
  };
  const versions = { base: side(base('ES256, RS256', '5m')), head: side(base('ES256, PS256', '10m')) };
  const sides = { ...versions, notes: [], counterparts: [] };
  const start = performance.now();
  const { diff } = await compareSides(sides, { now: AT, maxWitnesses: 20, changed: new Set(['policies/base.yaml']) });
  const { changes } = diff;
  const took = (performance.now() - start) / 1000;
  if (changes.length !== count) throw new Error(`${changes.length} changes instead of ${count}`);
  const witnesses = changes.reduce((sum, change) => sum + change.witnesses.length, 0);
  row(
    `a base of ${count} policies: ${changes.length} changes, ${witnesses} proven tokens`,
    `${took.toFixed(1)} s`,
    '5 s',
  );
}

/** What git and a YAML parser need: for the files that changed, or for every content of both versions. */
async function readRaw(parseDocument, all) {
  const tree = all === null ? '' : (await output(repository, ['ls-tree', '-r', all], '')).toString();
  const everything = tree
    .split('\n')
    .filter(Boolean)
    .map((each) => each.split(/[ \t]/)[2]);
  const ids = new Set([...(await changedIds(repository)), ...everything]);
  await parseBlobs(repository, [...ids], parseDocument);
}

/** How two versions are read without plumbing: one process for each file of either, each parsed. */
async function readWithShow(parseDocument) {
  const repo = simpleGit({ baseDir: repository });
  for (const ref of ['HEAD~1', 'HEAD']) {
    const names = (await repo.raw(['ls-tree', '-r', '--name-only', '-z', ref])).split('\0').filter(Boolean);
    for (const text of await Promise.all(names.map((name) => repo.show([`${ref}:${name}`])))) parseDocument(text);
  }
}
