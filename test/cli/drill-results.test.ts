import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rechained } from '../drill/rechained.ts';
import { firebreak, folderWith } from './command.ts';
import type { Outcome } from './command.ts';

const PAGE = readFileSync('docs/drill-results.md', 'utf8');
const SESSIONS = [...PAGE.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block
    .split(/^\$ /m)
    .filter((part) => part !== '')
    .map((part) => {
      const [command = '', ...shown] = part.trimEnd().split('\n');
      return { command, shown };
    }),
);

/** One verifier and a short look. */
const DRILL = readFileSync('drills/leaked-access-token.yaml', 'utf8')
  .replace("targets: ['*']", 'targets: [jose]')
  .replace(/horizon: \S+/, 'horizon: 4s')
  .replace(/late_checks: .*/, 'late_checks: []');

/** A line of the page as a pattern: `…` stands for anything. */
function pattern(line: string): RegExp {
  return new RegExp(line.split('…').map(escaped).join('.*'), 'm');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

interface Received {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

describe('results of a drill as evidence', () => {
  const folder = folderWith({
    'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
    'policies/lab-inventory.yaml': readFileSync('policies/lab-inventory.yaml', 'utf8'),
    'drills/leaked-access-token.yaml': DRILL,
  });
  const received: Received[] = [];
  const collector = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const outcomes = new Map<string, Outcome>();
  const run = (...args: readonly string[]): Promise<Outcome> => firebreak(args, { cwd: folder.path });
  const recorded = (): string => filesIn(join(folder.path, 'drills/results'))[0] ?? '';
  const journal = (): string =>
    filesIn(join(folder.path, '.firebreak/runs')).find((path) => path.endsWith('.ndjson')) ?? '';

  /** One command of the page; a star in a path is the one file that is there. */
  async function follow(command: string): Promise<Outcome> {
    const [program = '', ...words] = command.split(' ');
    const args = words.map((word) => (word.includes('*') ? recorded() : word));
    if (program !== 'openssl')
      return run(...args, ...(args[1] === 'run' ? ['--otlp', url(), '-o', 'pretty=-', '-o', 'sarif=d.sarif'] : []));
    execFileSync(program, args, { cwd: folder.path, stdio: 'pipe' });
    return { code: 0, signal: null, out: '', err: '' };
  }
  const url = (): string => `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

  beforeAll(async () => {
    await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
    for (const { command } of SESSIONS) {
      if (command.includes('tampered.json')) {
        const text = readFileSync(recorded(), 'utf8');
        writeFileSync(
          join(folder.path, 'tampered.json'),
          text.replace('"verdict": "pass",\n          "interval"', '"verdict": "fail",\n          "interval"'),
        );
      }
      outcomes.set(command, await follow(command));
    }
  }, 120_000);

  afterAll(async () => {
    folder.remove();
    await new Promise((done) => collector.close(done));
  });

  it('come out as the page shows', () => {
    expect(SESSIONS.length).toBeGreaterThan(6);
    for (const { command, shown } of SESSIONS) {
      const { code, out, err } = outcomes.get(command) ?? { code: null, out: '', err: '' };
      expect(code, `${command}\n${out}${err}`).toBe(command.includes('tampered') ? 1 : 0);
      for (const line of shown) expect(out, command).toMatch(pattern(line));
    }
  });

  it('are refuted when the key is another, the chain is broken, or was made again', async () => {
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', 'other.key'], {
      cwd: folder.path,
      stdio: 'pipe',
    });
    execFileSync('openssl', ['pkey', '-in', 'other.key', '-pubout', '-out', 'other.pub'], {
      cwd: folder.path,
      stdio: 'pipe',
    });
    const verify = (...args: readonly string[]): Promise<Outcome> => run('drill', 'verify', recorded(), ...args);
    expect(await verify('--key', 'other.pub')).toMatchObject({
      code: 1,
      out: expect.stringContaining('ANOTHER KEY') as string,
    });
    expect(await verify()).toMatchObject({ code: 4, out: expect.stringContaining('not checked') as string });
    expect(await verify('--allow-unsigned')).toMatchObject({ code: 0 });
    expect((await verify('--key', 'report.key')).err).toContain('is a private key');

    const text = readFileSync(journal(), 'utf8');
    const rows = text.trimEnd().split('\n');
    writeFileSync(join(folder.path, 'cut.ndjson'), `${rows.slice(0, -1).join('\n')}\n`);
    expect(await verify('--key', 'report.pub', '--journal', 'cut.ndjson')).toMatchObject({
      code: 4,
      out: expect.stringContaining('has not ended') as string,
    });
    writeFileSync(
      join(folder.path, 'swapped.ndjson'),
      `${rows
        .with(5, rows[6] ?? '')
        .with(6, rows[5] ?? '')
        .join('\n')}\n`,
    );
    expect(await verify('--key', 'report.pub', '--journal', 'swapped.ndjson')).toMatchObject({
      code: 1,
      out: expect.stringContaining('swapped.ndjson:6:') as string,
    });
    const forged = rechained(text, (event) =>
      event.type === 'probe' && event.probe.role === 'bystander' ? null : event,
    );
    writeFileSync(join(folder.path, 'forged.ndjson'), forged);
    expect(await verify('--key', 'report.pub', '--journal', 'forged.ndjson')).toMatchObject({
      code: 1,
      out: expect.stringContaining('/journal/sha256') as string,
    });

    // Somebody who signs the changed result with a key of their own.
    const changed = join(folder.path, 'resigned.json');
    writeFileSync(
      changed,
      readFileSync(join(folder.path, 'tampered.json'), 'utf8').replace(/,\s*"signatures": \[[\s\S]*?\]/, ''),
    );
    expect(await run('drill', 'sign', 'resigned.json', '--key', 'other.key')).toMatchObject({ code: 0 });
    expect(await run('drill', 'verify', 'resigned.json', '--key', 'report.pub')).toMatchObject({ code: 1 });
    expect(await run('drill', 'verify', 'resigned.json', '--allow-unsigned')).toMatchObject({ code: 1 });
  });

  it('say in JSON what differs, as the schema has it', async () => {
    const { code, out } = await run('drill', 'verify', 'tampered.json', '--key', 'report.pub', '--json');
    const schema = JSON.parse((await run('schema', 'drill-verification')).out) as object;
    const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
    const verification = JSON.parse(out) as { verdict: string; differences: readonly { path: string }[] };
    validate(verification);
    expect(validate.errors ?? []).toEqual([]);
    expect(code).toBe(1);
    expect(verification.verdict).toBe('refuted');
    expect(verification.differences.map(({ path }) => path)).toEqual(['/arms/0/units/0/verdict']);
  });

  it('render again from a result, a folder and a journal, the same', async () => {
    const from = async (path: string): Promise<string> => (await run('drill', 'report', path, '-f', 'json')).out;
    const { signatures, ...stated } = JSON.parse(readFileSync(recorded(), 'utf8')) as Record<string, unknown>;
    expect(signatures).toHaveLength(1);
    for (const path of [recorded(), journal(), join(journal(), '..')])
      expect(JSON.parse(await from(path))).toEqual(stated);
    const schema = JSON.parse((await run('schema', 'drill-result')).out) as object;
    const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
    validate(JSON.parse(readFileSync(recorded(), 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
    for (const format of ['pretty', 'html', 'markdown', 'junit', 'openmetrics', 'sarif'])
      expect(await run('drill', 'report', recorded(), '-f', format), format).toMatchObject({ code: 0 });
  });

  it('reach a collector as OTLP, and only one that the environment allows', async () => {
    expect(received.map(({ path }) => path)).toEqual(['/v1/traces', '/v1/metrics']);
    const [traces, metrics] = received.map(({ body }) => JSON.stringify(body));
    expect(traces).toContain('"test.suite.run.status","value":{"stringValue":"success"}');
    expect(traces).toMatch(/"startTimeUnixNano":"\d{19}"/);
    expect(metrics).toContain('firebreak.drill.revocation.duration');
    expect((await run('drill', 'run', 'drills/leaked-access-token.yaml', '--otlp', 'file:///x')).code).toBe(2);
  });

  it('are refused an encrypted key, before anything is touched', async () => {
    execFileSync(
      'openssl',
      ['genpkey', '-algorithm', 'ed25519', '-aes256', '-pass', 'pass:hunter2', '-out', 'locked.key'],
      { cwd: folder.path, stdio: 'pipe' },
    );
    const { code, err } = await run('drill', 'run', 'drills/leaked-access-token.yaml', '--sign', 'locked.key');
    expect({ code, says: err }).toMatchObject({
      code: 2,
      says: expect.stringContaining('is encrypted, and no password is ever asked for') as string,
    });
    expect(filesIn(join(folder.path, '.firebreak/runs')).filter((path) => path.endsWith('.ndjson'))).toHaveLength(1);
  });

  it('are missed where there are none', async () => {
    expect(await run('drill', 'history', 'policies')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no result of a drill in policies') as string,
    });
    expect(await run('drill', 'history', 'nowhere')).toMatchObject({ code: 2 });
  });

  it('are known to lint: a promise is kept for its days and stale afterwards', async () => {
    const lint = async (now: string): Promise<string> =>
      (await run('--now', now, 'lint', '--only', 'policy/drill-stale', '-f', 'compact')).out;
    const started = (JSON.parse(readFileSync(recorded(), 'utf8')) as { started_at: string }).started_at;
    const later = (days: number): string => new Date(Date.parse(started) + days * 86_400_000).toISOString();
    expect(await lint(later(29))).not.toContain('"leaked-access-token" every 30d; the newest');
    expect(await lint(later(31))).toContain('"leaked-access-token" every 30d; the newest result is 31 days old');
  });

  it('hold no secret in any file or answer, in any of the forms that secrets take', () => {
    const key = readFileSync(join(folder.path, 'report.key'), 'utf8');
    const body = key.replaceAll(/-----[^-]+-----|\s/g, '');
    const raw = Buffer.from(body, 'base64').subarray(-32);
    const planted = [
      body,
      raw.toString('base64url'),
      raw.toString('hex'),
      raw.toString('base64'),
      encodeURIComponent(body),
    ];
    const written = filesIn(folder.path).filter((path) => !path.endsWith('.key'));
    const texts = [
      ...written.map((path) => readFileSync(path, 'latin1')),
      ...[...outcomes.values()].flatMap(({ out, err }) => [out, err]),
      ...received.map(({ body: sent }) => JSON.stringify(sent)),
    ];
    expect(written.length).toBeGreaterThan(6);
    for (const text of texts) {
      for (const secret of planted) expect(text.includes(secret)).toBe(false);
      expect(text).not.toMatch(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,}/);
      expect(text).not.toMatch(/Bearer [\w-]{20,}|"d"\s*:\s*"|hunter2|PRIVATE KEY/);
      // What is hidden in base64 or percent signs is still there.
      for (const [packed] of text.matchAll(/[A-Za-z0-9+/_-]{80,}={0,2}/g))
        expect(Buffer.from(packed, 'base64').toString('latin1')).not.toMatch(/eyJ[\w-]+\.eyJ|PRIVATE KEY/);
    }
  });
});
