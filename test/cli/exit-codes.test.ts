import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/drill/journal.ts';
import { firebreak, folderWith, start } from './command.ts';
import type { Running } from './command.ts';

const POLICY = readFileSync('policies/lab.yaml', 'utf8');
const INVENTORY = readFileSync('policies/lab-inventory.yaml', 'utf8');
const DRILL = readFileSync('drills/leaked-access-token.yaml', 'utf8');

/** One verifier, a short look: enough for an exit code. */
const SHORT_DRILL = DRILL.replace("targets: ['*']", 'targets: [jose]')
  .replace(/horizon: \S+/, 'horizon: 4s')
  .replace(/late_checks: .*/, 'late_checks: []');

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function workspace(files: Readonly<Record<string, string>> = {}): string {
  const folder = folderWith({
    'policies/lab.yaml': POLICY,
    'policies/lab-inventory.yaml': INVENTORY,
    'drills/d.yaml': SHORT_DRILL,
    ...files,
  });
  cleanups.push(folder.remove);
  return folder.path;
}

async function labUp(cwd: string, args: readonly string[] = []): Promise<Running> {
  const lab = start(['lab', 'up', ...args], { cwd });
  cleanups.push(async () => {
    lab.child.kill('SIGTERM');
    await lab.outcome;
  });
  await lab.sees('lab is ready');
  return lab;
}

describe('exit codes of the real command', () => {
  it('0: done, nothing at or above the threshold', async () => {
    expect((await firebreak(['lint', 'policies', 'drills'])).code).toBe(0);
    expect((await firebreak(['--version'])).code).toBe(0);
    expect((await firebreak([])).code).toBe(0);
    expect((await firebreak(['--help'])).code).toBe(0);
  });

  it('1: an objective that a prediction misses', async () => {
    expect((await firebreak(['predict', 'policies', '--gate', '--scenario', 'signing_key'])).code).toBe(1);
  });

  it('1: a token that the policy refuses', async () => {
    const cwd = workspace({
      't.jwt': `${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa('{"iss":"x"}').replaceAll('=', '')}.`,
    });
    const { code, out } = await firebreak(['check', 't.jwt', '--policy', 'orders'], { cwd });
    expect(out).toContain('REJECT');
    expect(code).toBe(1);
  });

  it('2: a token on the command line is refused before anything is read', async () => {
    const { code, err } = await firebreak([
      'check',
      'eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.x',
      '--policy',
      'orders',
      '--policies',
      'policies',
    ]);
    expect(err).toContain('shell history');
    expect(code).toBe(2);
  });

  it('3: a lab part that is not installed, naming the package', async () => {
    const cwd = workspace();
    // The built command alone, in a folder without node_modules above it.
    mkdirSync(join(cwd, 'copy', 'dist'), { recursive: true });
    cpSync('dist/bin', join(cwd, 'copy', 'dist', 'bin'), { recursive: true });
    cpSync('package.json', join(cwd, 'copy', 'package.json'));
    const { spawnSync } = await import('node:child_process');
    const run = spawnSync(
      process.execPath,
      [join(cwd, 'copy/dist/bin/firebreak.js'), 'drill', 'run', 'drills/d.yaml'],
      { cwd, encoding: 'utf8' },
    );
    expect(run.stderr).toContain('npm install oidc-provider');
    expect(run.status).toBe(3);
  });

  it('3: a port that is in use', async () => {
    const blocker = createTcpServer();
    await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
    cleanups.push(() => blocker.close());
    const { port } = blocker.address() as AddressInfo;
    const { code, err } = await firebreak(['lab', 'up', '--port', String(port)], { cwd: workspace() });
    expect(err).toContain(`port ${port}`);
    expect(code).toBe(3);
  });

  it('4: a verifier that cannot be reached is inconclusive, never a pass', async () => {
    const dead = createTcpServer();
    await new Promise<void>((done) => dead.listen(0, '127.0.0.1', done));
    const { port } = dead.address() as AddressInfo;
    await new Promise((done) => dead.close(done));
    const cwd = workspace({
      'policies/lab-inventory.yaml': INVENTORY.replace('lab://jose/orders', `http://127.0.0.1:${port}/orders`),
    });
    const { code, out } = await firebreak(['drill', 'run', 'drills/d.yaml'], { cwd });
    expect(out).toMatch(/INCONCLUSIVE/i);
    expect(code).toBe(4);
  });

  it('4: a prediction that is unknown is no pass of the gate', async () => {
    const cwd = workspace({
      'policies/lab-inventory.yaml': INVENTORY.replace(
        '{ name: jose, version: 6.2.18 }',
        '{ name: homegrown, version: 1.0.0 }',
      ),
    });
    expect((await firebreak(['predict', '--gate', '--verifier', 'jose'], { cwd })).code).toBe(4);
  });

  it('4: a configuration that is too large to be read is no pass', async () => {
    const cwd = workspace({ 'k8s/all.yaml': `# security.istio.io\n${'a: 1\n'.repeat(80_000)}` });
    const { code, out } = await firebreak(['lint', 'k8s', 'policies', '--format', 'compact'], { cwd });
    expect(out).toContain('k8s/all.yaml:1:1');
    expect(out).toContain('more than 300000 keys');
    expect(code).toBe(4);
  });

  it('5: the safety lever, a missing confirmation, a host that is not allowed', async () => {
    const lever = workspace({
      'drills/d.yaml': SHORT_DRILL.replace('guards: {', 'guards: { safety_lever: lever.txt,'),
      'lever.txt': 'freeze',
    });
    expect(await firebreak(['drill', 'run', 'drills/d.yaml'], { cwd: lever })).toMatchObject({
      code: 5,
      err: expect.stringContaining('lever.txt') as string,
    });

    const prod = workspace({ 'policies/lab-inventory.yaml': INVENTORY.replace('class: lab', 'class: prod') });
    expect(await firebreak(['drill', 'run', 'drills/d.yaml'], { cwd: prod })).toMatchObject({
      code: 5,
      err: expect.stringContaining('--confirm lab') as string,
    });

    const denied = workspace({
      'policies/lab-inventory.yaml': INVENTORY.replace('allow: [127.0.0.0/8]', 'allow: [10.0.0.0/8]'),
    });
    expect(await firebreak(['drill', 'run', 'drills/d.yaml'], { cwd: denied })).toMatchObject({
      code: 5,
      err: expect.stringContaining('allow-list') as string,
    });
  });

  it('5: a second drill in the same place', async () => {
    // Long enough to be still going on when the second one asks, however loaded the machine is.
    const cwd = workspace({ 'drills/d.yaml': SHORT_DRILL.replace(/horizon: \S+/, 'horizon: 60s') });
    const first = start(['drill', 'run', 'drills/d.yaml'], { cwd });
    await first.sees('t_ack');
    const second = await firebreak(['drill', 'run', 'drills/d.yaml'], { cwd });
    expect(second.err).toMatch(/another drill|earlier run/);
    expect(second.code).toBe(5);
    first.child.kill('SIGINT');
    expect((await first.outcome).code).toBe(130);
  });

  it('6: clean-up that could not be done names what is left and the command; recover finishes it', async () => {
    const cwd = workspace();
    const lab = await labUp(cwd);
    const drill = start(['drill', 'run', 'drills/d.yaml'], { cwd });
    // Announced means that the intent is on its way to the disk; done means that it is there.
    await drill.sees('t_ack');
    drill.child.kill('SIGKILL');
    await drill.outcome;
    // The lab lives but does not answer: nothing may be assumed.
    lab.child.kill('SIGSTOP');
    const stuck = await firebreak(['drill', 'recover'], { cwd });
    lab.child.kill('SIGCONT');
    expect(stuck.code).toBe(6);
    expect(stuck.out).toContain('LEFT');
    expect(stuck.err).toContain('drill recover');
    const again = await firebreak(['drill', 'recover'], { cwd });
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('undone') as string });
    expect((await firebreak(['drill', 'recover'], { cwd })).out).toContain('nothing to recover');
  });

  it.for([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)('$code: $signal during a drill, after clean-up', async ({ signal, code }) => {
    const cwd = workspace();
    const drill = start(['drill', 'run', 'drills/d.yaml'], { cwd });
    await drill.sees('deny jti');
    drill.child.kill(signal);
    // A second one must not skip the clean-up.
    drill.child.kill(signal);
    const outcome = await drill.outcome;
    expect(outcome.code).toBe(code);
    const [run = ''] = readdirSync(join(cwd, '.firebreak/runs'));
    const { lines, intact } = readJournal(readFileSync(join(cwd, '.firebreak/runs', run, 'journal.ndjson'), 'utf8'));
    expect(intact).toBe(true);
    expect(lines.at(-1)?.event).toMatchObject({ type: 'run.end', outcome: 'interrupted', clean: true });
    expect(existsSync(join(cwd, '.firebreak/lease.json'))).toBe(false);
  });

  it('refuses to start while an earlier run is unfinished', async () => {
    const cwd = workspace();
    mkdirSync(join(cwd, '.firebreak/runs/x'), { recursive: true });
    writeFileSync(
      join(cwd, '.firebreak/runs/x/journal.ndjson'),
      `${JSON.stringify({ seq: 0, prev: '0'.repeat(64), t: 0, at: '', event: { type: 'intent', effect: { id: 'e1', action: 'jwks.add_key', with: {}, says: 'x', undo: 'required' } } })}\n`,
    );
    const { code, err } = await firebreak(['drill', 'run', 'drills/d.yaml'], { cwd });
    expect(err).toContain('drill recover');
    expect(code).toBe(5);
  });
});

describe('a server in between', () => {
  it('that answers 503 makes a drill inconclusive: an outage is not a revocation', async () => {
    const proxy = await outageProxy();
    const cwd = workspace({
      'policies/lab-inventory.yaml': INVENTORY.replace(
        'lab://jose/orders',
        `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/orders`,
      ),
    });
    const { code } = await firebreak(['drill', 'run', 'drills/d.yaml'], { cwd });
    expect(code).toBe(4);
  });
});

async function outageProxy(): Promise<Server> {
  const server = createServer((_request, response) => response.writeHead(503).end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanups.push(() => server.close());
  return server;
}
