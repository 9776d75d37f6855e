// Reading two versions of the policies against git alone, in the same run: `node bench/diff-read.mjs [policies] [changed]`.
// Goals: at most twice `git diff-tree`, `git cat-file --batch` of the blobs that changed and parsing those; without parsing
// at least 20 times faster than one `git show` for each file through simple-git, which runs five at a time. Our side reads
// more than the first peer: names, the merge base, and every file of both versions.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { simpleGit } from 'simple-git';
import { changedIds, git, parseBlobs } from './git-reading.mjs';
import { policyOfSize } from './lint-repository.mjs';

const [count, changed] = [Number(process.argv[2] ?? 500), Number(process.argv[3] ?? 40)];
const folder = await mkdtemp(join(tmpdir(), 'firebreak-diff-read-'));
const repository = join(folder, 'repository');
const QUESTION = [['HEAD~1', 'HEAD'], { env: {} }, { folder: repository }];
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const row = (...cells) => console.log(cells.map((cell, at) => String(cell).padEnd(at === 0 ? 58 : 14)).join(''));

try {
  await writeVersions();
  const engine = await bundled();
  const peers = {
    own: () => readAndParse(engine),
    raw: () => readRaw(engine.parseDocument),
    read: async () => filesOf(await engine.readSides(...QUESTION)),
    show: () => readWithShow(),
  };
  const times = { own: [], raw: [], read: [], show: [] };
  const found = {};
  for (let round = 0; round < 15; round += 1) {
    for (const [name, read] of Object.entries(peers)) {
      // One process for each file is slow and steady: three rounds tell enough.
      if (name === 'show' && round % 5 !== 4) continue;
      const start = performance.now();
      found[name] = await read();
      // The first rounds compile everything.
      if (round > 2) times[name].push(performance.now() - start);
    }
  }
  const [own, raw, read, show] = ['own', 'raw', 'read', 'show'].map((name) => median(times[name]));
  console.log(`Node ${process.version}, ${count} policies of 5 KB, ${changed} of them changed, medians\n`);
  row('what', 'measured', 'limit');
  row(`git diff-tree, cat-file and parsing of ${found.raw} blobs`, `${raw.toFixed(0)} ms`);
  row(`both versions, ${found.own} files, and parsing of what changed`, `${own.toFixed(0)} ms`);
  row('  ratio', (own / raw).toFixed(2), '2');
  row(`both versions, ${found.read} files, without parsing`, `${read.toFixed(0)} ms`);
  row(`git show for each of ${found.show} files, simple-git`, `${show.toFixed(0)} ms`);
  row('  times slower than ours', (show / read).toFixed(1), '20');
} finally {
  await rm(folder, { recursive: true });
}

async function writeVersions() {
  await mkdir(join(repository, 'policies'), { recursive: true });
  git(repository, 'init', '-q', '-b', 'main');
  for (let index = 0; index < count; index += 1)
    await writeFile(join(repository, `policies/team-${index}.yaml`), policyOfSize(index, 5000));
  git(repository, 'add', '-A');
  git(repository, 'commit', '-qm', 'base');
  for (let index = 0; index < changed; index += 1) {
    const text = policyOfSize(index, 5000).replace('lifetime: { max: 5m }', 'lifetime: { max: 10m }');
    await writeFile(join(repository, `policies/team-${index}.yaml`), text);
  }
  git(repository, 'commit', '-qam', 'head');
  git(repository, 'gc', '-q');
}

/** Our reader and the parser of the peer, bundled as the command is. */
async function bundled() {
  const entry = join(folder, 'entry.mjs');
  await writeFile(
    entry,
    `export { readSides, reformattedIn } from ${JSON.stringify(resolve('src/cli/diff-sides.ts'))};
export { parseDocument } from ${JSON.stringify(resolve('node_modules/yaml/dist/index.js'))};
`,
  );
  const bundle = await rolldown({ input: entry, platform: 'node', cwd: resolve('.') });
  await bundle.write({ dir: join(folder, 'engine'), format: 'esm' });
  await bundle.close();
  return import(join(folder, 'engine', 'entry.js'));
}

/** Everything that `firebreak diff HEAD~1 HEAD` does before it judges, and both texts of every file that changed parsed. */
async function readAndParse({ readSides, reformattedIn }) {
  const sides = await readSides(...QUESTION);
  if (reformattedIn(sides).length > 0) throw new Error('the versions differ in meaning');
  return filesOf(sides);
}

function filesOf({ base, head }) {
  return base.files.length + head.files.length;
}

/** What git and a YAML parser need for the changed files alone. */
async function readRaw(parseDocument) {
  return parseBlobs(repository, await changedIds(repository), parseDocument);
}

/** How a version is read without plumbing: a list, and one process for each file of either side. */
async function readWithShow() {
  const git = simpleGit({ baseDir: repository });
  let files = 0;
  for (const ref of ['HEAD~1', 'HEAD']) {
    const names = (await git.raw(['ls-tree', '-r', '--name-only', '-z', ref])).split('\0').filter(Boolean);
    await Promise.all(names.map((name) => git.show([`${ref}:${name}`])));
    files += names.length;
  }
  return files;
}
