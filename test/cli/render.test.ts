import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compactVerify, exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';

const NOW = ['--now', '2026-06-02T00:00:00Z'];
const URI = 'https://id.example.com/status/1';

const REVOCATION = `apiVersion: firebreak.dev/v1alpha1
kind: Revocation
metadata: { name: inc-2031, owner: '@identity' }
spec:
  issuer: https://id.example.com
  revoke:
    - kid: main-1
    - { jti: t-4711, status_index: 9 }
  reason: found in a public image by the scanner
  created: 2026-06-01T12:00:00Z
  expires: 2026-06-30
`;

const folder = folderWith({ 'policies/inc-2031.yaml': REVOCATION, 'policies/token.yaml': withToken() });
const only = ['policies/inc-2031.yaml'];

function withToken(): string {
  const token = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from('{"jti":"t-1"}').toString('base64url')}.c2VjcmV0LXNpZ25hdHVyZQ`;
  return REVOCATION.replace('inc-2031', 'inc-2032').replace('t-4711, status_index: 9', `"${token}"`);
}

function run(...args: readonly string[]): ReturnType<typeof firebreak> {
  return firebreak(['render', ...args], { cwd: folder.path });
}

afterAll(() => folder.remove());

describe('firebreak render', () => {
  it('writes the same bytes for the same input, and no file beside it', async () => {
    expect(await run('json', ...only, ...NOW, '-o', 'out/revocations.json')).toEqual({
      code: 0,
      signal: null,
      out: '',
      err: '',
    });
    const written = readFileSync(join(folder.path, 'out/revocations.json'), 'utf8');
    expect((await run('json', ...only, ...NOW)).out).toBe(written);
    expect(readdirSync(join(folder.path, 'out'))).toEqual(['revocations.json']);
  });

  it('writes nothing when the target cannot do everything', async () => {
    const { code, out, err } = await run('istio', ...only, ...NOW, '-o', 'out/istio.yaml');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('policies/inc-2031.yaml:7:12');
    expect(err).toContain(
      'Istio cannot deny kid "main-1": its conditions see claims, and the kid stands in the header',
    );
    expect(err).toContain('pass --partial');
    expect(readdirSync(join(folder.path, 'out'))).not.toContain('istio.yaml');
  });

  it('leaves out what it cannot do where it is told to, and says so', async () => {
    const { code, out, err } = await run('istio', ...only, ...NOW, '--partial');
    expect(code).toBe(0);
    expect(out).toContain('request.auth.claims[jti]');
    expect(out).not.toContain('main-1');
    expect(err).toContain('warning: policies/inc-2031.yaml:7:12: left out: Istio cannot deny kid "main-1"');
  });

  it('refuses a whole token in a document without showing it', async () => {
    const { code, err } = await run('json', 'policies/token.yaml', ...NOW);
    expect(code).toBe(2);
    expect(err).toContain('a whole token or key stands here');
    expect(err).toContain('write its jti, sid, sub, client_id or kid instead');
    expect(err).not.toContain('c2VjcmV0');
  });

  it.for(['ES256', 'RS256'])('signs a status list with an %s key in PEM', async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const pem = folderWith({ 'key.pem': await exportPKCS8(privateKey) });
    const args = [...only, ...NOW, '--partial', '--status-uri', URI, '--key', join(pem.path, 'key.pem')];
    const { code, out } = await run('token-status-list', ...args);
    pem.remove();
    expect(code).toBe(0);
    const { payload, protectedHeader } = await compactVerify(out.trim(), publicKey);
    expect(protectedHeader).toEqual({ alg, typ: 'statuslist+jwt' });
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ sub: URI, status_list: { bits: 1 } });
  });

  it('signs with a JWK under its kid, and shows nothing of one that does not fit', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), alg: 'ES256', kid: 'status-1' };
    const keys = folderWith({
      'key.json': JSON.stringify(jwk),
      'public.json': JSON.stringify({ ...(await exportJWK(publicKey)), alg: 'ES256' }),
      'text.json': '{ "d": secret',
    });
    const args = [...only, ...NOW, '--partial', '--status-uri', URI, '--key'];
    const { out } = await run('token-status-list', ...args, join(keys.path, 'key.json'));
    expect((await compactVerify(out.trim(), publicKey)).protectedHeader).toMatchObject({ kid: 'status-1' });
    const outcomes = [];
    for (const name of ['public.json', 'text.json']) {
      outcomes.push(await run('token-status-list', ...args, join(keys.path, name)));
    }
    keys.remove();
    expect(outcomes.map(({ code }) => code)).toEqual([3, 3]);
    expect(outcomes[0]?.err).toContain('holds no private key');
    expect(outcomes[1]?.err).toContain('is no JSON');
    expect(outcomes[1]?.err).not.toContain('secret');
  });

  it.for([
    { args: ['envoi'], says: 'did you mean "envoy"?' },
    { args: ['spring'], says: 'add --policy NAME to render a policy for it' },
    { args: ['redis', '--policy', 'orders'], says: 'there is no target "redis"' },
    { args: ['haproxy', '--map-file', '/etc/a b.map'], says: 'is not a path that HAProxy can read' },
    { args: ['token-status-list', '--status-size', '0'], says: 'is not a number from 1 to 8388608' },
    { args: ['token-status-list', '--partial'], says: 'add --status-uri' },
    { args: ['token-status-list', '--status-ttl', '90'], says: 'is not a duration of a second or more' },
    { args: ['json', '--key', 'key.pem'], says: '--key signs status lists, not "json"' },
    { args: ['envoy', '--policy', 'orders'], says: 'there is no policy "orders"' },
  ])('says what is wrong with $args', async ({ args, says }) => {
    const [target = '', ...rest] = args;
    const { code, out, err } = await run(target, ...only, ...NOW, ...rest);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });
});
