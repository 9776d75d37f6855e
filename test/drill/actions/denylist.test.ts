import { mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import { JTI, callOf, contextOf, describeConformance, effectOf, undoAndTell, vaultWithCanary } from './conformance.ts';
import { ADMIN_TOKEN, adminServer } from './http-server.ts';

const CANARY = { type: 'jti', of: 'canary' };

const folders: string[] = [];

function fileWith(text: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'firebreak-denylist-')));
  folders.push(folder);
  const path = join(folder, 'denied');
  writeFileSync(path, text);
  return path;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe.each([
  { name: 'lines', format: 'lines', text: 'first\nsecond\n' },
  { name: 'lines without an end', format: 'lines', text: 'first\nsecond' },
  { name: 'no lines', format: 'lines', text: '' },
  { name: 'a JSON list', format: 'json', text: '[\n  "first",\n  "second"\n]\n' },
  { name: 'a JSON list on one line', format: 'json', text: '["first","second"]' },
  { name: 'an empty JSON list', format: 'json', text: '[]\n' },
])('$name', ({ format, text }) => {
  describeConformance('denylist.file.add', () => {
    const file = fileWith(text);
    return {
      call: callOf('denylist.file.add', { ...CANARY, file, format }),
      state: () => readFileSync(file, 'utf8'),
      down: () => renameSync(file, `${file}.away`),
      up: () => renameSync(`${file}.away`, file),
    };
  });
});

describe('denylist.file.add', () => {
  it('leaves what others add in between', async () => {
    const file = fileWith('first\n');
    const call = callOf('denylist.file.add', { ...CANARY, file, entry: 'jti {value};' });
    const vault = await vaultWithCanary();
    const context = contextOf(vault);
    const effect = await effectOf(call, vault, context);
    await actionOf(call).apply(effect, context);
    appendFileSync(file, 'theirs\n');
    expect(readFileSync(file, 'utf8')).toBe(`first\njti ${JTI};\ntheirs\n`);
    expect(await undoAndTell(effect, context)).toMatchObject({ gone: true });
    expect(readFileSync(file, 'utf8')).toBe('first\ntheirs\n');
  });

  it('refuses an entry that is there already: undo could not tell it from its own', async () => {
    const file = fileWith(`${JTI}\n`);
    const vault = await vaultWithCanary();
    const call = callOf('denylist.file.add', { ...CANARY, file });
    await expect(effectOf(call, vault, contextOf(vault))).rejects.toThrow(/denies this token already/);
    expect(readFileSync(file, 'utf8')).toBe(`${JTI}\n`);
  });

  it('takes only a list of texts for a JSON list', async () => {
    const file = fileWith('{"first": true}');
    const call = callOf('denylist.file.add', { ...CANARY, file, format: 'json' });
    await expect(actionOf(call).reach?.(call, contextOf(null))).rejects.toThrow(/is no JSON list of texts/);
  });
});

const ACTIONS = {
  'denylist.file.add': { file: 'denied' },
  'denylist.redis.add': { server: 'redis://127.0.0.1:6379' },
  'denylist.haproxy.add': { socket: '/run/haproxy.sock', map: 'deny.map' },
  'denylist.http.add': {
    add: { url: 'http://a/{value}' },
    remove: { url: 'http://a/{value}' },
    check: { url: 'http://a/{value}' },
  },
};

describe.each(Object.entries(ACTIONS))('%s', (uses, given) => {
  it('denies nothing but credentials of the run', async () => {
    const vault = await vaultWithCanary();
    const effect = (named: Readonly<Record<string, unknown>>): unknown => {
      const call = callOf(uses, { ...given, ...named });
      return actionOf(call).effect({ call, vault, issuer: {} as never, admin: '', expiresAt: 1 });
    };
    expect(() => effect({ type: 'jti', of: 'jti-of-somebody' })).toThrow(
      '"jti-of-somebody" was not minted by this run',
    );
    expect(() => effect({ type: 'aud', of: 'canary' })).toThrow('a drill may not deny by aud');
    const { token } = vault.token('canary');
    vault.put('of_a_user', { kind: 'token', token, claims: { sub: 'alice', client_id: 'shop' }, header: {} });
    for (const type of ['sub', 'client_id'])
      expect(() => effect({ type, of: 'of_a_user' })).toThrow(
        /a drill may not deny .*: other tokens than its own carry it/,
      );
    expect(() => effect({ type: 'jti', of: 'leaked_key' })).toThrow('credential "leaked_key" is not a token');
    expect(() => effect({ type: 'sid', of: 'canary' })).toThrow('the token "canary" has no sid');
    expect(() => effect({ value: 'jti-of-somebody' })).toThrow('needs "type"');
  });
});

describeConformance('denylist.http.add', async () => {
  const server = await adminServer();
  const url = `${server.url}/entries/{value}`;
  const headers = { authorization: { env: 'ADMIN' } };
  return {
    call: callOf('denylist.http.add', {
      ...CANARY,
      add: { url, headers },
      remove: { url, headers },
      check: { url, headers },
    }),
    place: { env: { ADMIN: `Bearer ${ADMIN_TOKEN}` } },
    state: () => JSON.stringify([...server.entries]),
    down: server.down,
    up: server.up,
    close: server.down,
    secrets: [ADMIN_TOKEN],
  };
});

it('refuses a request that could reach entries of others', () => {
  const given = { ...CANARY, ...ACTIONS['denylist.http.add'], remove: { url: 'http://a/all' } };
  const call = callOf('denylist.http.add', given);
  expect(() => actionOf(call).planned?.(call)).toThrow(
    'needs with.remove to be a request with {value} in its url or body',
  );
});
