// Reading two versions of the policies against git alone, in the same run: `node bench/diff-read.mjs [policies] [changed]`.
// Goals: at most twice `git diff-tree`, `git cat-file --batch` of the blobs that changed and parsing those; without parsing
// at least 20 times faster than one `git show` for each file through simple-git, which runs five at a time. Our side reads
// more than the first peer: names, the merge base, and every file of both versions.
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { simpleGit } from 'simple-git';
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
  const git = (...args) =>
    execFileSync(
      'git',
      ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: repository,
      },
    );
  await mkdir(join(repository, 'policies'), { recursive: true });
  git('init', '-q', '-b', 'main');
  for (let index = 0; index < count; index += 1)
    await writeFile(join(repository, `policies/team-${index}.yaml`), policyOfSize(index, 5000));
  git('add', '-A');
  git('commit', '-qm', 'base');
  for (let index = 0; index < changed; index += 1) {
    const text = policyOfSize(index, 5000).replace('lifetime: { max: 5m }', 'lifetime: { max: 10m }');
    await writeFile(join(repository, `policies/team-${index}.yaml`), text);
  }
  git('commit', '-qam', 'head');
  git('gc', '-q');
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
  const rows = (await output(['diff-tree', '-r', '-z', '-M', 'HEAD~1', 'HEAD'], '')).toString().split('\0');
  const ids = rows.filter((each) => each.startsWith(':')).flatMap((each) => each.split(' ').slice(2, 4));
  const blobs = await output(['cat-file', '--batch'], `${ids.join('\n')}\n`);
  let at = 0;
  let parsed = 0;
  while (at < blobs.length) {
    const end = blobs.indexOf(0x0a, at);
    const size = Number(blobs.toString('latin1', at, end).split(' ')[2]);
    parseDocument(blobs.toString('utf8', end + 1, end + 1 + size));
    parsed += 1;
    at = end + size + 2;
  }
  return parsed;
}

function output(args, input) {
  return new Promise((done, fail) => {
    const child = spawn('git', args, { cwd: repository, stdio: ['pipe', 'pipe', 'inherit'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('error', fail);
    child.on('close', () => done(Buffer.concat(chunks)));
    // diff-tree reads nothing and may be gone before this is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
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
