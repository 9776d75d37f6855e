import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { afterEach, describe, expect, it } from 'vitest';
import { logOf } from '../incident/logs.ts';
import { leakedToken } from '../logs/leaked-token.ts';
import type { Outcome } from './command.ts';
import { firebreak, folderWith } from './command.ts';

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

/** Every text that a run left behind or said. */
function everything(cwd: string, outcomes: readonly Outcome[]): string {
  const walk = (path: string): readonly string[] =>
    readdirSync(path).flatMap((name) => {
      const below = join(path, name);
      return statSync(below).isDirectory() ? walk(below) : [readFileSync(below, 'utf8')];
    });
  return [...walk(join(cwd, 'incidents')), ...outcomes.flatMap(({ out, err }) => [out, err])].join('\n');
}

const ACCESS = logOf('nginx', [
  { at: -900, kid: 'main-1', jti: 'j-1' },
  { at: 10, kid: 'main-1', jti: 'j-1' },
  { at: 20, kid: 'main-1', jti: 'j-1', ip: '198.51.100.9', agent: '=HYPERLINK("http://evil.example")' },
  { at: 30, kid: 'main-2', jti: 'j-2' },
]).text;

describe('firebreak incident open', () => {
  it('writes the incident and its journal, and names the command that comes next', async () => {
    const cwd = folder({ 'access.log': ACCESS });
    const opened = await open(cwd, ['kid', 'main-1'], ['--dir', 'incidents/inc-7', '--issuer', 'https://id.example']);
    expect(opened).toMatchObject({ code: 0, err: '' });
    const [, next = ''] = /\n {2}firebreak (.*) LOGS\.\.\.\n/.exec(opened.out) ?? [];
    expect(next).toBe('incident scope incidents/inc-7');
    expect((await firebreak([...next.split(' '), 'access.log'], { cwd })).code).toBe(0);
    expect((await firebreak(['lint', 'incidents/inc-7/incident.yaml'], { cwd })).code).toBe(0);
    expect(await open(cwd, ['sid', 's'], ['--dir', 'incidents/inc-7'])).toMatchObject({ code: 2, out: '' });
  });

  it.for(['file', 'standard input'])(
    'keeps the hash and the ids of a token from a %s, never the token',
    async (from) => {
      const { compact, hash } = leakedToken({ email: 'eve@example.com', sid: 's-1' });
      const cwd = folder({ 'token.jwt': `${compact}\n` });
      const opened = await open(cwd, ['token', from === 'file' ? 'token.jwt' : '-'], [], compact);
      expect(opened).toMatchObject({ code: 0, err: '' });
      const kept = everything(cwd, [opened]);
      for (const [at, part] of compact.split('.').entries()) expect(kept, `part ${at}`).not.toContain(part);
      expect(kept).toContain(hash);
      for (const said of ['jti: "j1"', 'sid: "s-1"', 'kid: "k1"', 'client_id: "web"']) expect(kept).toContain(said);
      expect(kept).not.toContain('eve@example.com');
    },
  );

  it('refuses secrets on the command line without repeating them', async () => {
    const cwd = folder();
    const { compact } = leakedToken();
    for (const leaked of [['token', compact], [compact], ['kid', compact], ['refresh_token', 'r8Sk2-opaque-secret']]) {
      const refused = await open(cwd, leaked);
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.err).not.toContain(leaked.at(-1));
    }
  });

  it.for([
    { name: 'an unknown kind', leaked: ['password', 'x'], more: [], says: 'nothing that can leak' },
    { name: 'no value', leaked: ['kid'], more: [], says: 'lacks its value' },
    { name: 'two values', leaked: ['kid', 'a', 'b'], more: [], says: 'takes one value' },
    { name: 'a time to come', leaked: ['kid', 'a'], more: ['--since', '2026-12-01'], says: 'still to come' },
    { name: 'no time', leaked: ['kid', 'a'], more: ['--since', 'yesterday'], says: 'is no time' },
    { name: 'no person', leaked: ['kid', 'a'], more: ['--lead', 'ana'], says: 'is nobody' },
    { name: 'a secret without its issuer', leaked: ['hmac_secret', 'h'], more: [], says: 'faults' },
    { name: 'a folder that is no name', leaked: ['kid', 'a'], more: ['--dir', 'x/A_b'], says: 'no name' },
  ])('leaves with 2 and writes nothing for $name', async ({ leaked, more, says }) => {
    const cwd = folder();
    const refused = await open(cwd, leaked, more);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(says);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('firebreak incident scope', () => {
  const withKey = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
    const cwd = folder(files);
    expect((await open(cwd, ['kid', 'main-1'], ['--dir', 'incidents/inc-1'])).code).toBe(0);
    return cwd;
  };

  it('prints JSON that fits its schema, and the same for a packed log and for standard input', async () => {
    const cwd = await withKey({ 'access.log': ACCESS, 'access.log.gz': gzipSync(ACCESS) });
    const schema = JSON.parse((await firebreak(['schema', 'incident-scope'])).out) as object;
    const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
    const plain = await scope(cwd, ['access.log', '--json']);
    expect(plain).toMatchObject({ code: 0, err: '' });
    const result = JSON.parse(plain.out) as Record<string, unknown>;
    validate(result);
    expect(validate.errors).toBeNull();
    expect(result).toMatchObject({ answered: true, totals: { uses: 3, before: 1, after: 2 } });
    const packed = await scope(cwd, ['inc-1', 'access.log.gz', '--json']);
    const piped = await scope(cwd, ['incidents/inc-1', '-', '--json'], ACCESS);
    const named = (text: string): string => text.replaceAll(/access\.log\.gz|standard input/g, 'access.log');
    expect(named(packed.out)).toBe(plain.out);
    expect(named(piped.out)).toBe(plain.out);
  });

  it('writes tables that no spreadsheet runs, and text that names the attacker', async () => {
    const cwd = await withKey({ 'access.log': ACCESS });
    const { out: csv } = await scope(cwd, ['access.log', '-f', 'csv']);
    expect(csv.split('\r\n')).toHaveLength(5);
    expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    for (const format of ['pretty', 'markdown', 'html']) {
      const { out } = await scope(cwd, ['access.log', '-f', format]);
      expect(out, format).toContain('198.51.100.0/24');
      expect(out, format).toContain('impossible use');
    }
  });

  it('leaves with 4 when the logs cannot tell, and says what would have', async () => {
    const cwd = await withKey({ 'istio.log': logOf('istio', [{ at: 1 }]).text, 'text.log': 'GET / 200\n' });
    const istio = await scope(cwd, ['istio.log']);
    expect(istio.code).toBe(4);
    expect(istio.out).toContain('the logs cannot tell whether it was used');
    expect((await scope(cwd, ['text.log'])).code).toBe(4);
    expect((await scope(cwd, ['nothing.log'])).code).toBe(2);
    expect((await scope(cwd, [])).code).toBe(2);
    expect((await scope(cwd, ['istio.log', '-f', 'sarif'])).code).toBe(2);
  });

  it('tells of a large log, which several threads read, what it tells of the same log read by one', async () => {
    const day = Array.from({ length: 900 }, (_, at) => ({
      at: at * 4 - 1800,
      kid: `main-${at % 3}`,
      ...(at % 50 === 0 ? {} : { jti: `j-${at}` }),
      sub: `u-${at % 40}`,
      sid: `s-${at % 200}`,
      ip: `203.0.${at % 9}.${at % 7}`,
    }));
    const [line = ''] = logOf('json-lines', [{ at: 7, jti: 'j-1' }]).text.split('\n');
    const nameless = `${line.replace('"kid":"main-2",', '')}\n`;
    const text = `${logOf('json-lines', day).text}broken\n${nameless}`.repeat(130);
    expect(text.length).toBeGreaterThan(32 * 1024 * 1024);
    const cwd = await withKey({ 'uses.jsonl': text, 'packed.jsonl.gz': gzipSync(text, { level: 1 }) });
    const told = async (name: string): Promise<unknown> => {
      const { code, out, err } = await scope(cwd, [name, '--json', '--by', '@ana', '--max-uses', '500']);
      expect([code, err]).toEqual([0, '']);
      return JSON.parse(out.replaceAll(name, 'log'));
    };
    const threads = await told('uses.jsonl');
    expect(threads).toEqual(await told('packed.jsonl.gz'));
    expect(threads).toMatchObject({ totals: { uses: 130 * 301, derived: 130 } });
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(readFileSync(join(cwd, 'incidents/inc-1/journal/ana.ndjson'), 'utf8')).toContain(sha256);
  });

  it('leaves with 4 after a log that was cut short, with the uses before the cut', async () => {
    const text = logOf(
      'json-lines',
      Array.from({ length: 3000 }, (_, at) => ({ at, kid: 'main-1', jti: `j-${at}` })),
    ).text;
    const cwd = await withKey({ 'cut.gz': gzipSync(text).subarray(0, -2000) });
    const { code, out } = await scope(cwd, ['cut.gz', '--json']);
    const { totals, problems } = JSON.parse(out) as { totals: { uses: number }; problems: { message: string }[] };
    expect(code).toBe(4);
    expect(totals.uses).toBeGreaterThan(100);
    expect(problems.map(({ message }) => message)).toEqual([
      'cut.gz was not read to its end: the gzip data ends early',
    ]);
  });

  it('never shows a token that a log holds', async () => {
    const { compact } = leakedToken({ jti: 'j-9' });
    const line = (members: object): string => `${JSON.stringify({ ts: '2026-11-30T08:30:00Z', ...members })}\n`;
    const log = [
      line({ authorization: `Bearer ${compact}` }),
      line({ kid: 'k1', iss: 'https://id.example', user_agent: `curl ${compact}`, route: `/x/${compact}` }),
    ].join('');
    const cwd = folder({ 'a.log': log });
    const outcomes = [await open(cwd, ['kid', 'k1'], ['--dir', 'incidents/inc-1'])];
    for (const format of ['pretty', 'json', 'csv', 'markdown', 'html'])
      outcomes.push(await scope(cwd, ['a.log', '-f', format]));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(JSON.parse(outcomes[2]?.out ?? '')).toMatchObject({ totals: { uses: 2 }, logs: [{ tokens: 2 }] });
    const said = everything(cwd, outcomes);
    for (const part of compact.split('.')) expect(said).not.toContain(part);
    expect(said).toContain('whole tokens');
  });

  it('journals what was read, one author a file, so that git merges two clones', async () => {
    const cwd = await withKey({ 'access.log': ACCESS });
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd, encoding: 'utf8' });
    git('init', '-q', '-b', 'main');
    git('add', 'incidents');
    git('commit', '-qm', 'open');
    git('checkout', '-qb', 'bo');
    await scope(cwd, ['access.log', '--by', '@bo']);
    git('add', 'incidents');
    git('commit', '-qm', 'bo');
    git('checkout', '-q', 'main');
    await scope(cwd, ['access.log', '--by', '@ana']);
    git('add', 'incidents');
    git('commit', '-qm', 'ana');
    git('merge', '-q', '--no-edit', 'bo');
    const { out, code } = await firebreak(['incident', 'journal'], { cwd });
    expect(code).toBe(0);
    const sha256 = createHash('sha256').update(ACCESS).digest('hex');
    const journal = readFileSync(join(cwd, 'incidents/inc-1/journal/bo.ndjson'), 'utf8');
    expect(JSON.parse(journal)).toMatchObject({
      author: '@bo',
      seq: 1,
      event: 'scoped',
      data: { files: [{ sha256 }] },
    });
    expect(out.match(/^2026\S+ {2}@(?:ana|bo) .*$/gm)).toHaveLength(3);
  });

  it('adds nothing to a journal that was changed', async () => {
    const cwd = await withKey({ 'access.log': ACCESS });
    const journal = join(cwd, 'incidents/inc-1/journal/ana.ndjson');
    await scope(cwd, ['access.log', '--by', '@ana']);
    const before = readFileSync(journal, 'utf8');
    writeFileSync(journal, before.replace('main-1', 'main-9'));
    const refused = await scope(cwd, ['access.log', '--by', '@ana']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('does not follow from the line before it');
    expect((await firebreak(['incident', 'journal'], { cwd })).code).toBe(2);
    expect(readFileSync(journal, 'utf8')).toBe(before.replace('main-1', 'main-9'));
  });
});
