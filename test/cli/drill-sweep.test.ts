import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';

const PAST = 'fbcanary-20260105t080000z-0badc0de-1767600600-q1';
const RUNNING = 'fbcanary-20360105t080000z-0badc0de-2083219200-q1';

const key = (kid: string): Record<string, string> => ({ kty: 'EC', crv: 'P-256', x: 'AQ', y: 'Ag', kid });
const setOf = (...kids: readonly string[]): string => `${JSON.stringify({ keys: kids.map(key) }, null, 2)}\n`;

let folder: ReturnType<typeof folderWith>;
let server: Server;
let remote = '';
/** What the server holds, and whether it answers. */
let isDown = false;

beforeEach(async () => {
  remote = setOf('own', PAST);
  isDown = false;
  server = createServer((request, response) => {
    if (isDown) return void request.socket.destroy();
    if (request.method === 'GET') return void response.end(remote);
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      remote = body;
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  folder = folderWith({
    'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
    'policies/lab-inventory.yaml': readFileSync('policies/lab-inventory.yaml', 'utf8'),
    'drills/all.yaml': drillText(port),
    'jwks.json': setOf('own', PAST, RUNNING),
    'denied.txt': `somebody\njti:${PAST}\nsomebody else\n`,
    'deployed/jwks.json': setOf('own', PAST),
  });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: join(folder.path, 'deployed'),
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'keys');
  // Nobody has the branch checked out, as on a server.
  git('checkout', '-q', '--detach');
});

afterEach(() => {
  server.close();
  folder.remove();
});

/** A drill with a step of each kind of place. */
function drillText(port: number): string {
  const steps = [
    `{ id: file, uses: jwks.file.add_key, with: { key: next_key, file: jwks.json } }`,
    `{ id: git, uses: jwks.git.add_key, with: { key: next_key, repository: deployed, branch: main, file: jwks.json } }`,
    `{ id: http, uses: jwks.http.add_key, with: { key: next_key, url: 'http://127.0.0.1:${port}/jwks' } }`,
    `{ id: list, uses: denylist.file.add, with: { type: jti, of: canary, file: denied.txt, entry: 'jti:{value}' } }`,
    `{ id: program, uses: exec, with: { argv: ['true'], undo: ['true'] } }`,
  ];
  return readFileSync('drills/leaked-signing-key.yaml', 'utf8').replace(
    /( {4}- )\{ id: publish-next.*\n/,
    steps.map((step) => `    - ${step}\n`).join(''),
  );
}

const sweep = (...args: readonly string[]): ReturnType<typeof firebreak> =>
  firebreak(['drill', 'sweep', ...args], { cwd: folder.path });
const file = (name: string): string => readFileSync(join(folder.path, name), 'utf8');
const committed = (): string =>
  execFileSync('git', ['show', 'main:jwks.json'], { cwd: join(folder.path, 'deployed'), encoding: 'utf8' });

describe('drill sweep', () => {
  it('says what it would remove, and changes nothing', async () => {
    const { code, out, err } = await sweep();
    expect(err).toBe('');
    expect(out).toContain(`forgotten  canary key ${PAST} in jwks.json (its run is over)`);
    expect(out).toContain(`kept       canary key ${RUNNING} in jwks.json (its run may still go on)`);
    expect(out).toContain('not seen   step program of drills/all.yaml (exec): what lies there cannot be listed');
    expect(out).toContain('4 forgotten canaries in 4 places\n');
    expect(code).toBe(1);
    expect(file('denied.txt')).toContain(PAST);
    expect(remote).toContain(PAST);
  });

  it('removes them with --apply, and nothing else', async () => {
    const { code, out } = await sweep('--apply');
    expect(`${code}\n${out}`).toMatch(/^0\n/);
    expect(file('jwks.json')).toBe(setOf('own', RUNNING));
    expect(file('denied.txt')).toBe('somebody\nsomebody else\n');
    expect(JSON.parse(remote)).toEqual(JSON.parse(setOf('own')));
    expect(committed()).toBe(setOf('own'));
    expect((await sweep('--json')).code).toBe(0);
  });

  it('leaves with 4 when a place cannot be read, and with 6 when something is left', async () => {
    isDown = true;
    expect((await sweep('--apply')).code).toBe(4);
    expect(file('jwks.json')).toBe(setOf('own', RUNNING));
    isDown = false;
    // Whoever reads it and does not write it back keeps its canary.
    server.prependListener('request', (request) => {
      if (request.method !== 'GET') isDown = true;
      else isDown = false;
    });
    const { code, out } = await sweep('--apply', '--json');
    const { canaries } = JSON.parse(out) as { canaries: readonly { state: string; by_hand: string }[] };
    expect(canaries.filter(({ state }) => state === 'left').map(({ by_hand }) => by_hand)).toEqual([
      expect.stringMatching(`^remove the key with kid ${PAST} from http://127`),
    ]);
    expect(code).toBe(6);
  });

  it('takes the lease, so that no drill finds its key sets changed', async () => {
    const [boot, stat] = [
      readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      readFileSync('/proc/self/stat', 'utf8'),
    ];
    const startedAt = `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
    execFileSync('mkdir', ['-p', join(folder.path, '.firebreak')]);
    writeFileSync(
      join(folder.path, '.firebreak/lease.json'),
      JSON.stringify({ runId: 'a-run', pid: process.pid, startedAt }),
    );
    const { code, err } = await sweep('--apply');
    expect(err).toContain('drill/lease-held');
    expect(code).toBe(5);
    expect((await sweep()).code).toBe(1);
  });
});
