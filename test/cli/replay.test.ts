import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';

const NOW = ['--now', '2026-11-30T09:00:00Z'];
const START = Date.UTC(2026, 10, 30, 8) / 1000;

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const policy = (name: string, scope: string, algorithms: string): string => `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: ${name}, owner: '@team' }
spec:
  applies_to: { ${scope} }
  issuers: [{ issuer: https://id.example.com/ }]
  tokens:
    access_token: { audiences: [orders], algorithms: [${algorithms}], required_claims: [iss, exp, aud, iat] }
`;

/** One recorded use with everything that a decision looks at. */
function use(members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    ts: START,
    target: 'orders',
    route: '/v1',
    iss: 'https://id.example.com/',
    aud: ['orders'],
    alg: 'ES256',
    typ: 'at+jwt',
    kid: 'k1',
    iat: START - 10,
    exp: START + 300,
    cnf: 'none',
    decision: 'accept',
    count: 1,
    header: ['alg', 'typ', 'kid'],
    claims: ['iss', 'exp', 'aud', 'iat'],
    ...members,
  });
}

/** A repository whose branch main has the first policies and whose work tree has the second ones. */
function repository(before: string, after: string, lines: readonly string[]): string {
  const folder = folderWith({ 'policies/a.yaml': before, 'uses.jsonl': `${lines.join('\n')}\n` });
  cleanups.push(folder.remove);
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder.path });
  git('init', '-q', '-b', 'main');
  git('add', 'policies');
  git('commit', '-qm', 'one');
  writeFileSync(join(folder.path, 'policies/a.yaml'), after);
  return folder.path;
}

interface Outcomes {
  readonly outcomes: Readonly<Record<string, number>>;
}

describe('firebreak replay', () => {
  it('counts what would be refused, by the policies of the service that was asked', async () => {
    const both = (algorithms: string): string =>
      `${policy('orders', 'services: [orders]', algorithms)}---\n${policy('billing', 'services: [billing]', 'ES256, RS256')}`;
    const cwd = repository(both('ES256, RS256'), both('ES256'), [
      use({}),
      use({ alg: 'RS256', count: 4 }),
      use({ alg: 'RS256', target: 'billing', count: 8 }),
    ]);
    const { code, out, err } = await firebreak([...NOW, 'replay', 'uses.jsonl', '--json'], { cwd });
    expect(err).toBe('');
    expect(code).toBe(0);
    const { outcomes } = JSON.parse(out) as Outcomes;
    expect(outcomes['revoked']).toBe(4);
    expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(13);
  });

  it('tells of a large log, which several threads read, what it tells of the same log read by one', async () => {
    const lines = [
      ...Array.from({ length: 999 }, (_, at) =>
        use({
          ts: START + at * 300,
          iat: START + at * 300 - 5,
          exp: START + at * 300 + (at % 7 === 0 ? -1 : 60),
          alg: at % 10 === 0 ? 'RS256' : 'ES256',
          client_id: `c-${at % 20}`,
          route: `/v1/${at}`,
        }),
      ),
      'broken',
    ].join('\n');
    const cwd = repository(policy('orders', '', 'ES256, RS256'), policy('orders', '', 'ES256'), []);
    const whole = `${lines}\n`.repeat(120);
    writeFileSync(join(cwd, 'uses.jsonl'), whole);
    writeFileSync(join(cwd, 'packed.jsonl.gz'), gzipSync(whole, { level: 1 }));
    const told = async (name: string): Promise<unknown> => {
      const { code, out, err } = await firebreak([...NOW, 'replay', name, '--json'], { cwd });
      expect([code, err]).toEqual([0, '']);
      return JSON.parse(out.replaceAll(name, 'log'));
    };
    expect(whole.length).toBeGreaterThan(32 * 1024 * 1024);
    const threads = await told('uses.jsonl');
    expect(threads).toEqual(await told('packed.jsonl.gz'));
    expect(threads).toMatchObject({ logs: [{ lines: 120_000, bad: [{ lines: 120, first: [1000, 2000, 3000] }] }] });
  });

  it('leaves with 1 when more is revoked than may be, and with 4 when too little can be told', async () => {
    const cwd = repository(policy('orders', '', 'ES256, RS256'), policy('orders', '', 'ES256'), [
      use({ count: 99 }),
      use({ alg: 'RS256' }),
    ]);
    const run = async (...more: string[]): Promise<number | null> =>
      (await firebreak([...NOW, 'replay', 'uses.jsonl', ...more], { cwd })).code;
    expect(await run('--max-revoked', '2%')).toBe(0);
    expect(await run('--max-revoked', '0.1%')).toBe(1);
    writeFileSync(join(cwd, 'uses.jsonl'), `${JSON.stringify({ ts: START, iss: 'https://id.example.com/' })}\n`);
    expect(await run('--min-decidable', '90%')).toBe(4);
    expect(await run('--max-revoked', 'few')).toBe(2);
  });

  it('is a part of the diff', async () => {
    const cwd = repository(policy('orders', '', 'ES256, RS256'), policy('orders', '', 'ES256'), [
      use({ alg: 'RS256' }),
    ]);
    const json = await firebreak([...NOW, 'diff', '--replay', 'uses.jsonl', '--json'], { cwd });
    const { replay } = JSON.parse(json.out) as { readonly replay: Outcomes };
    expect(replay.outcomes['revoked']).toBe(1);
    const pretty = await firebreak([...NOW, 'diff', '--replay', 'uses.jsonl'], { cwd });
    expect(pretty.out).toMatch(/LESS PERMISSIVE[\s\S]*Replay of 1 recorded use/);
  });

  it('says what is missing', async () => {
    const cwd = repository(policy('orders', '', 'ES256'), policy('orders', '', 'ES256'), [use({})]);
    const none = await firebreak([...NOW, 'replay', 'nothing.jsonl'], { cwd });
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain('nothing.jsonl');
    const half = await firebreak([...NOW, 'replay', 'uses.jsonl', '--head', 'HEAD'], { cwd });
    expect(half.code).toBe(2);
  });
});
