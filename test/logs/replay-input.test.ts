import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecordedUses, replaySamples } from '../../src/cli/replay-input.ts';
import { UserError } from '../../src/model/failure.ts';
import { replayJson, replayMarkdown, replayPretty } from '../../src/report/replay.ts';
import { paint } from '../../src/report/color.ts';
import { policyDocument, resolved } from '../policy/documents.ts';
import { leakedToken } from './leaked-token.ts';

const LINE = '{"ts":"2026-03-02T09:15:04Z","iss":"https://id.example","alg":"ES256","jti":"j"}\n';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-logs-'));
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  write('one.jsonl', LINE.repeat(1000));
  write('a/two.log', LINE.repeat(2));
  write('a/b/three.gz', gzipSync(LINE.repeat(3)));
  write('a/b/notes.txt', 'not a log');
  write('members.gz', Buffer.concat([gzipSync(LINE.repeat(4)), gzipSync(LINE.repeat(5))]));
  write('cut.gz', gzipSync(LINE.repeat(20_000)).subarray(0, -40));
  write('empty.jsonl', '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

async function count(...samples: readonly string[]): Promise<number> {
  let uses = 0;
  await readRecordedUses(
    samples.map((name) => join(folder, name)),
    {},
    { onUse: () => (uses += 1) },
  );
  return uses;
}

describe('reading samples', () => {
  it.for([
    { name: 'a plain file', samples: ['one.jsonl'], uses: 1000 },
    { name: 'a packed file', samples: ['a/b/three.gz'], uses: 3 },
    { name: 'packed files put together', samples: ['members.gz'], uses: 9 },
    { name: 'a folder', samples: ['a'], uses: 5 },
    { name: 'a file that is named twice, once', samples: ['a/two.log', 'a'], uses: 5 },
    { name: 'a glob', samples: ['**/t*'], uses: 5 },
    { name: 'an empty file', samples: ['empty.jsonl'], uses: 0 },
  ])('reads $name', async ({ samples, uses }) => {
    expect(await count(...samples)).toBe(uses);
  });

  it('reads zstd, with Node or with a program', async ({ skip }) => {
    const packed = join(folder, 'z.zst');
    try {
      execFileSync('zstd', ['-q', '-f', join(folder, 'one.jsonl'), '-o', packed]);
    } catch {
      skip('there is no zstd here to make a file with');
    }
    expect(await count('z.zst')).toBe(1000);
  });

  it('counts what comes before the end of a cut file, and says that it is cut', async () => {
    let uses = 0;
    const { problems } = await readRecordedUses([join(folder, 'cut.gz')], {}, { onUse: () => (uses += 1) });
    expect(uses).toBeGreaterThan(1000);
    expect(problems.map(({ message }) => message)).toEqual([
      `${join(folder, 'cut.gz')} was not read to its end: the gzip data ends early`,
    ]);
  });

  it.for([
    { name: 'a missing file', samples: ['none.jsonl'], options: {}, code: 'file/missing' },
    { name: 'a glob that fits nothing', samples: ['*.none'], options: {}, code: 'file/missing' },
    { name: 'an unknown format', samples: ['one.jsonl'], options: { logFormat: 'apache' }, code: 'usage/bad-argument' },
    { name: 'no sample', samples: [], options: {}, code: 'usage/no-input' },
  ])('stops at $name', async ({ samples, options, code }) => {
    const paths = samples.map((name) => join(folder, name));
    const failure = await readRecordedUses(paths, options, { onUse: () => undefined }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({ code });
  });
});

describe('a replay of samples', () => {
  const rules = { audiences: ['orders'], typ: ['at+jwt'], lifetime: { max: '10m' }, max_age: '10m' };
  const spec = { issuers: [{ issuer: 'https://id.example' }] };
  const before = resolved('p', [
    policyDocument('p', { ...spec, tokens: { access_token: { ...rules, algorithms: ['ES256', 'RS256'] } } }),
  ]);
  const after = resolved('p', [
    policyDocument('p', { ...spec, tokens: { access_token: { ...rules, algorithms: ['ES256'] } } }),
  ]);
  const start = Date.parse('2026-03-02T09:15:00Z') / 1000;
  const sides = {
    before: { policies: [before], waivers: [], environment: null, at: start * 1000 },
    after: { policies: [after], waivers: [], environment: null, at: start * 1000 },
  };
  const token = {
    iss: 'https://id.example',
    aud: ['orders'],
    typ: 'at+jwt',
    kid: 'k',
    cnf: 'none',
    header: ['alg', 'typ', 'kid'],
    claims: ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'client_id'],
  };

  /** A day and a half of traffic: old clients sign with RS256, the last one stopped in time. */
  function recording(): string {
    const line = (at: number, more: object): string =>
      JSON.stringify({ ts: start + at, iat: start + at - 5, exp: start + at + 300, ...token, ...more });
    return [
      ...Array.from({ length: 996 }, (_, at) =>
        line(at * 130, { alg: 'ES256', client_id: `web-${at % 15}`, route: `/v1/orders/${at}`, decision: 'accept' }),
      ),
      line(10, { alg: 'RS256', client_id: 'old-app|<b>', route: '/v1/legacy', decision: 'accept' }),
      line(20, { alg: 'RS256', client_id: 'old-app|<b>', route: '/v1/legacy', decision: 'accept' }),
      line(127_000, { alg: 'RS256', client_id: 'cron', route: '/v1/legacy', decision: 'accept', header: undefined }),
      line(30, { alg: 'HS256', client_id: 'odd', route: '/v1/odd', decision: 'accept' }),
      line(40, { alg: 'ES256', client_id: 'odd', route: '/v1/odd', typ: undefined }),
      line(45, { client_id: 'odd', route: '/v1/odd', decision: 'accept' }),
      line(46, { client_id: 'odd', route: '/v1/odd' }),
      line(50, { alg: 'ES256', client_id: 'odd', route: '/v1/odd', decision: 'reject' }),
      JSON.stringify({ ts: start, route: '/health', decision: 'accept' }),
      'broken',
      JSON.stringify({ ts: start + 60, authorization: `Bearer ${leakedToken().compact}` }),
    ].join('\n');
  }

  async function replay(gate: { maxRevoked: number | null; minDecidable: number | null } | null) {
    write('recording.jsonl', recording());
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      return await replaySamples(['recording.jsonl'], {}, sides, gate);
    } finally {
      process.chdir(cwd);
    }
  }

  it('is told on a terminal, to programs and in a pull request', async () => {
    const result = await replay({ maxRevoked: 0.001, minDecidable: 0.9 });
    expect(result.outcomes).toMatchObject({ REVOKED: 3, GAINED: 0 });
    await expect(replayPretty(result, paint(false))).toMatchFileSnapshot('__snapshots__/replay.txt');
    await expect(replayJson(result)).toMatchFileSnapshot('__snapshots__/replay.json');
    await expect(replayMarkdown(result)).toMatchFileSnapshot('__snapshots__/replay.md');
  });

  it('keeps to the schema that is published for programs', async () => {
    const schema = JSON.parse(readFileSync('schema/output/replay.json', 'utf8')) as object;
    const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
    const gate = { maxRevoked: 0.001, minDecidable: 0.9 };
    const results = [
      await replay(gate),
      await replay(null),
      await replaySamples([join(folder, 'cut.gz')], {}, sides, gate),
      await replaySamples([join(folder, 'empty.jsonl')], {}, sides, null),
    ];
    for (const result of results) {
      validate(JSON.parse(replayJson(result)));
      expect(validate.errors).toBeNull();
    }
  });

  it('keeps to the room it is given', async () => {
    const result = await replay(null);
    for (const limit of [500, 900]) {
      const text = replayMarkdown(result, limit);
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(text).toContain('firebreak replay');
    }
  });

  it.for([
    { rules: { maxRevoked: 0.01, minDecidable: 0.9 }, outcome: 'pass' },
    { rules: { maxRevoked: 0.001, minDecidable: 1 }, outcome: 'fail' },
    { rules: { maxRevoked: 0.01, minDecidable: 1 }, outcome: 'inconclusive' },
    { rules: { maxRevoked: null, minDecidable: null }, outcome: 'pass' },
  ])('passes the gate or not: $outcome', async ({ rules, outcome }) => {
    expect((await replay(rules)).gate?.outcome).toBe(outcome);
  });

  it('is inconclusive without a use, and with a log that is cut', async () => {
    const gate = { maxRevoked: 1, minDecidable: 0 };
    const nothing = await replaySamples([join(folder, 'empty.jsonl')], {}, sides, gate);
    const cut = await replaySamples([join(folder, 'cut.gz')], {}, sides, gate);
    expect([nothing.gate?.outcome, cut.gate?.outcome]).toEqual(['inconclusive', 'inconclusive']);
  });
});
