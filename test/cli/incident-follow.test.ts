import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { logOf } from '../incident/logs.ts';
import { leakedToken } from '../logs/leaked-token.ts';
import type { Outcome } from './command.ts';
import { firebreak, folderWith, start } from './command.ts';

const NOW = ['--now', '2026-11-30T09:00:00Z'];
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const made = folderWith(files);
  cleanups.push(made.remove);
  return made.path;
}

const open = (cwd: string, leaked: readonly string[], more: readonly string[] = [], input = ''): Promise<Outcome> =>
  firebreak(
    [...NOW, 'incident', 'open', '--leaked', ...leaked, '--since', '1h', '--lead', '@ana', '--by', '@ana', ...more],
    { cwd, input },
  );

const scope = (cwd: string, args: readonly string[], input = ''): Promise<Outcome> =>
  firebreak([...NOW, 'incident', 'scope', ...args], { cwd, input });

const ACCESS = logOf('nginx', [
  { at: -900, kid: 'main-1', jti: 'j-1' },
  { at: 10, kid: 'main-1', jti: 'j-1' },
  { at: 20, kid: 'main-1', jti: 'j-1', ip: '198.51.100.9', agent: '=HYPERLINK("http://evil.example")' },
  { at: 30, kid: 'main-2', jti: 'j-2' },
]).text;

describe('firebreak incident scope with --follow, --webhook and --engine', () => {
  const withKey = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
    const cwd = folder(files);
    expect((await open(cwd, ['kid', 'main-1'], ['--dir', 'incidents/inc-1'])).code).toBe(0);
    return cwd;
  };

  it('tells further uses of a log that grows and is rotated, until Ctrl-C', async () => {
    const line = (at: number, kid: string): string => logOf('nginx', [{ at, kid, jti: `live-${at}` }]).text;
    const cwd = await withKey({ 'access.log': ACCESS });
    const log = join(cwd, 'access.log');
    const running = start(['incident', 'scope', 'inc-1', '--follow', 'access.log', '--by', '@ana', '--json'], { cwd });
    await running.sees('following access.log');
    appendFileSync(log, line(100, 'main-2') + line(101, 'main-1').slice(0, 40));
    appendFileSync(log, line(101, 'main-1').slice(40));
    await running.sees('live-101');
    renameSync(log, join(cwd, 'access.log.1'));
    writeFileSync(log, line(102, 'main-1'));
    await running.sees('live-102');
    running.child.kill('SIGINT');
    const { code, out, err } = await running.outcome;
    expect(code).toBe(130);
    const told = out
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as { jti: string; line: number });
    expect(told.map(({ jti, line: number }) => [jti, number])).toEqual([
      ['live-101', 6],
      ['live-102', 1],
    ]);
    expect(err).toContain('2 uses while access.log was followed');
    expect(readFileSync(join(cwd, 'incidents/inc-1/journal/ana.ndjson'), 'utf8')).toContain('"event":"followed"');
  });

  it('follows a log that is copied and emptied in place', async () => {
    const line = (at: number): string => logOf('nginx', [{ at, kid: 'main-1', jti: `live-${at}` }]).text;
    const cwd = await withKey({ 'access.log': ACCESS });
    const log = join(cwd, 'access.log');
    const running = start(['incident', 'scope', 'inc-1', '--follow', 'access.log', '--no-journal'], { cwd });
    await running.sees('following access.log');
    // Emptied, and longer than before when it is looked at again.
    writeFileSync(log, Array.from({ length: 9 }, (_, at) => line(at + 200)).join(''));
    await running.sees('access.log:9');
    running.child.kill('SIGINT');
    const { out, err } = await running.outcome;
    expect(out.match(/USED AGAIN/g)).toHaveLength(9);
    expect(err).toContain('access.log was replaced');
  });

  it('tells a webhook of further uses, without secrets, again until it answers, and never waits for it', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', () => {
        bodies.push(text);
        response.writeHead(bodies.length === 1 ? 503 : 204).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { compact } = leakedToken({ sid: 'secret-session', jti: 'j-1' });
    const line = (at: number): string =>
      logOf('json-lines', [{ at, kid: 'main-1', sid: 'secret-session', sub: 'eve@example.com', path: `/x/${compact}` }])
        .text;
    const cwd = await withKey({ 'access.log': logOf('json-lines', [{ at: -5, kid: 'main-2' }]).text });
    const to = ['--webhook', 'env:HOOK', '--allow', '127.0.0.1/32'];
    const env = { HOOK: `http://127.0.0.1:${port}/hook-with-a-secret` };
    const running = start(['incident', 'scope', 'inc-1', '--follow', 'access.log', '--no-journal', ...to], {
      cwd,
      env,
    });
    await running.sees('following access.log');
    appendFileSync(join(cwd, 'access.log'), line(100));
    await running.sees('USED AGAIN');
    while (bodies.length < 2) await new Promise((done) => setTimeout(done, 20));
    running.child.kill('SIGINT');
    const { out, err } = await running.outcome;
    expect(bodies[1]).toBe(bodies[0]);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      incident: 'inc-1',
      uses: [{ line: 2, link: 'kid' }],
      left_out: 0,
    });
    for (const secret of ['secret-session', 'eve@example.com', ...compact.split('.')])
      expect(bodies[0]).not.toContain(secret);
    expect(out + err).not.toContain('hook-with-a-secret');
    expect(err).not.toContain('did not reach');
  });

  it.for([
    { name: 'a host that nobody named', url: 'http://127.0.0.1:9/x', says: '--allow' },
    { name: 'http to another machine', url: 'http://hooks.example/x', says: 'https' },
    { name: 'credentials in the address', url: 'https://a:b@hooks.example/x', says: 'credentials' },
  ])('tells no webhook at $name', async ({ url, says }) => {
    const cwd = await withKey({ 'access.log': ACCESS });
    const running = start(['incident', 'scope', '--follow', 'access.log', '--no-journal', '--webhook', url], { cwd });
    const seen = running.sees(says).then(
      () => true,
      () => false,
    );
    await running.sees('following access.log').then(
      () => appendFileSync(join(cwd, 'access.log'), logOf('nginx', [{ at: 9, kid: 'main-1' }]).text),
      () => undefined,
    );
    expect(await seen).toBe(true);
    running.child.kill('SIGINT');
    expect((await running.outcome).err).not.toContain('a:b');
  });

  it('follows no log that could not tell', async () => {
    const cwd = await withKey({ 'istio.log': logOf('istio', [{ at: 1 }]).text, 'empty.log': '' });
    expect(await scope(cwd, ['--follow', 'istio.log'])).toMatchObject({ code: 4, out: '' });
    expect(await scope(cwd, ['--follow', 'empty.log'])).toMatchObject({ code: 2, out: '' });
    expect(await scope(cwd, ['--follow', 'a.log.gz'])).toMatchObject({ code: 2, out: '' });
    for (const more of [
      ['-f', 'csv'],
      ['-o', 'a.json'],
    ])
      expect(await scope(cwd, ['--follow', 'istio.log', ...more])).toMatchObject({ code: 2, out: '' });
  });

  it.for([
    { name: 'Parquet without an engine', args: ['a.parquet'], says: 'add --engine duckdb' },
    { name: 'an object store without an engine', args: ['s3://lake/a.jsonl'], says: 'add --engine duckdb' },
    { name: 'an engine that is none', args: ['access.log', '--engine', 'sqlite'], says: 'no engine "sqlite"' },
    {
      name: 'an engine beside --follow',
      args: ['--follow', 'access.log', '--engine', 'duckdb'],
      says: 'leave --engine',
    },
    {
      name: 'a format that no engine reads',
      args: ['access.log', '--engine', 'duckdb', '--log-format', 'nginx'],
      says: '--map',
    },
    { name: 'a webhook without --follow', args: ['access.log', '--webhook', 'https://a.example'], says: '--follow' },
  ])('leaves with 2 for $name', async ({ args, says }) => {
    const refused = await scope(await withKey({ 'access.log': ACCESS }), args);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(says);
  });
});
