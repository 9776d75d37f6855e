// What both benches of reading versions do with git alone: the peer that our reading is measured against.
import { execFileSync, spawn } from 'node:child_process';

/** Runs git for its effect, as somebody whom no configuration of this machine knows. */
export function git(repository, ...args) {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...args], { cwd: repository });
}

/** Everything that git writes. */
export function output(repository, args, input) {
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

/** Names of both contents of every file that changed in the last commit. */
export async function changedIds(repository) {
  const rows = (await output(repository, ['diff-tree', '-r', '-z', '-M', 'HEAD~1', 'HEAD'], '')).toString().split('\0');
  return rows.filter((each) => each.startsWith(':')).flatMap((each) => each.split(' ').slice(2, 4));
}

/** Reads the contents in one batch and parses each. @returns how many there were */
export async function parseBlobs(repository, ids, parseDocument) {
  const blobs = await output(repository, ['cat-file', '--batch'], `${ids.join('\n')}\n`);
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
