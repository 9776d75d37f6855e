/** Secrets are planted in everything that commands read; no byte that a command writes may hold one. */
import { execFileSync } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatsOf } from '../../src/report/formats.ts';
import { leakedToken } from '../logs/leaked-token.ts';
import { firebreak, folderWith } from './command.ts';

/** Real configuration files and the secrets that stand in them. */
const CONFIGS: readonly { readonly file: string; readonly secrets: readonly string[] }[] = [
  { file: 'apisix/apisix.yaml', secrets: ['Vz4mKq8sTb1xWn7L', 'pR6yJd3hGf9kMc2w'] },
  { file: 'apisix/consumers.yaml', secrets: ['T5xWm9qLr2vKz8bN'] },
  {
    file: 'auth0/tenant.yaml',
    secrets: ['9fQv2mTz4LbXw7RpKc3NdYhE', 'wR5tYq8ZpLx2Vn7BcDf4GhJk', 'mN4bVx7ZqWe2RtYu8IoPa5Sd'],
  },
  { file: 'dex/config.yaml', secrets: ['d7Zk2Qm9Lp4Xc6Vb'] },
  { file: 'hasura/compose.yaml', secrets: ['Tq4Xw8Lz2VmRb7Nc5YkJ9hGs3PdF6uEa'] },
  { file: 'kong/credentials.yaml', secrets: ['b8Qz3Xy7Lm1Rt5Vn9Kc2Wd6Hp0Js4Fg8'] },
  { file: 'kong/gateway.yaml', secrets: ['Vt4nW8yXq2Zs6Lk0', 'k3Jd8sLq0vBn5tYw'] },
];

const NOW = ['--now', '2026-11-30T09:00:00Z'];

const planted: { readonly what: string; readonly value: string }[] = [];

function plant(what: string, value: string = randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x')): string {
  planted.push({ what, value });
  return value;
}

/** Every spelling of a text; of base64 the part that only the text decides, wherever it stands in what was encoded. */
function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const inside = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc((6 - offset - (bytes.length % 3)) % 3)]);
    return text.toString('base64').slice(4, -4);
  });
  return [
    value,
    bytes.toString('hex'),
    ...inside,
    ...inside.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ];
}

function configs(): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const { file, secrets } of CONFIGS) {
    let text = readFileSync(`test/adapters/${file}`, 'utf8');
    for (const secret of secrets) {
      expect(text, file).toContain(secret);
      text = text.replaceAll(secret, plant(`secret of ${file}`).slice(0, secret.length + 8));
    }
    files[`deploy/${file}`] = text;
    // What cannot be read is shown with its place.
    const [, from = ''] = new RegExp(`^([\\s\\S]*${planted.at(-1)?.value.slice(0, 12) ?? ''})`).exec(text) ?? [];
    files[`broken/${file}`] = `${from}\n  : [ }\n`;
  }
  return files;
}

function tokens(): Readonly<Record<string, string>> {
  const secret = plant('HMAC secret');
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: 'https://id.example', sub: 'u1', aud: 'orders', jti: 'j9' })}`;
  const hmac = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  const { compact } = leakedToken({ sid: 's-1' });
  for (const token of [hmac, compact]) plant('signature of a token', token.split('.')[2]);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  plant('private key', jwk.d);
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  plant('private key as PEM', pem.split('\n')[1]);
  const oct = plant('symmetric key', randomBytes(32).toString('base64url'));
  const at = '30/Nov/2026:08:10:00 +0000';
  const line = (token: string): string =>
    `203.0.113.9 - - [${at}] "GET /orders?access_token=${token} HTTP/1.1" 200 12 "-" "curl/8"`;
  return {
    'keys/hmac.jwt': hmac,
    'keys/leaked.jwt': compact,
    'keys/jwks.json': JSON.stringify({
      keys: [
        { ...jwk, kid: 'a', use: 'sig', alg: 'ES256' },
        { kty: 'oct', k: oct, kid: 'b' },
      ],
    }),
    'keys/signing.pem': pem,
    'broken/jwks.json': `{"keys":[{"kty":"oct","k":"${oct}",}]}`,
    'keys/.env': `JWT_SECRET=${secret}\nACCESS_TOKEN=${compact}\n`,
    'access.log': `${line(compact)}\n${line(hmac)}\n`,
    'uses.jsonl': `${JSON.stringify({ ts: 1_796_026_200, authorization: `Bearer ${compact}`, token: hmac })}\n`,
  };
}

const inputs = {
  'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
  'policies/lab-inventory.yaml': readFileSync('policies/lab-inventory.yaml', 'utf8'),
  'policies/revocations.yaml': `apiVersion: firebreak.dev/v1alpha1
kind: Revocation
metadata: { name: leaked, owner: '@identity' }
spec:
  issuer: https://id.example
  revoke: [{ jti: j1 }]
  reason: found in an access log of a proxy
  created: 2026-11-30T08:00:00Z
  expires: 2026-12-30
`,
  ...configs(),
  ...tokens(),
};

const folder = folderWith(inputs);
const git = (...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder.path });
git('init', '-q', '-b', 'main');
git('add', '-f', '.');
git('commit', '-qm', 'one');
// A change beside each secret, so that a diff has something to say about these files.
for (const file of ['deploy/kong/gateway.yaml', 'deploy/auth0/tenant.yaml', 'policies/lab-inventory.yaml']) {
  const text = readFileSync(join(folder.path, file), 'utf8');
  const changed = text.replace(/cache_ttl: 300/, 'cache_ttl: 900').replace(/key_cache_ttl: 5s/, 'key_cache_ttl: 9s');
  writeFileSync(join(folder.path, file), changed.replace(planted[0]?.value ?? '', plant('a rotated secret')));
}

afterAll(() => folder.remove());

/** Everything below the folder that was no input. */
function written(): Readonly<Record<string, string>> {
  const names = readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.path.length + 1))
    .filter((name) => !(name in inputs) && !name.startsWith('.git/'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder.path, name), 'latin1')]));
}

function leaks(texts: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(texts).flatMap(([where, text]) =>
    planted.flatMap(({ what, value }) =>
      spellings(value.slice(0, 20)).some((spelling) => text.includes(spelling)) ? [`${what} in ${where}`] : [],
    ),
  );
}

const outputs = (command: Parameters<typeof formatsOf>[0], name: string): readonly string[] =>
  formatsOf(command).flatMap((format) => ['-o', `${format}=${format === 'pretty' ? '-' : `out/${name}.${format}`}`]);

/** Codes that say that the command came to its end with what it was given. */
const COMMANDS: readonly { readonly args: readonly string[]; readonly codes: readonly number[] }[] = [
  { args: ['lint', 'policies', 'deploy', 'keys', ...outputs('lint', 'lint')], codes: [1] },
  { args: ['lint', 'broken'], codes: [1, 2, 4] },
  { args: ['predict', 'policies', 'deploy', ...outputs('predict', 'predict')], codes: [0, 1, 4] },
  { args: ['predict', 'policies', '--tree'], codes: [0, 1, 4] },
  { args: ['diff', '--policies', 'policies', '--policies', 'deploy', ...outputs('diff', 'diff')], codes: [0, 1, 4] },
  { args: ['replay', 'access.log', '--json'], codes: [0, 1, 4] },
  { args: ['replay', 'uses.jsonl', '--json'], codes: [0, 1, 4] },
  { args: ['check', 'keys/leaked.jwt', '--policy', 'orders', '--policies', 'policies'], codes: [0, 1, 4] },
  { args: ['check', 'keys/hmac.jwt', '--policy', 'orders', '--policies', 'policies', '--json'], codes: [0, 1, 4] },
  {
    args: ['check', 'keys/leaked.jwt', '--policy', 'orders', '--policies', 'policies', '--jwks', 'keys/jwks.json'],
    codes: [0, 1, 2, 4],
  },
  {
    args: [
      ...NOW,
      'incident',
      'open',
      '--leaked',
      'token',
      'keys/leaked.jwt',
      '--since',
      '2h',
      '--lead',
      '@ana',
      '--by',
      '@ana',
      '--dir',
      'incidents/i',
    ],
    codes: [0],
  },
  {
    args: [...NOW, 'incident', 'scope', 'incidents/i', 'access.log', ...outputs('incident scope', 'scope')],
    codes: [0, 1, 4],
  },
  { args: [...NOW, 'render', 'redis', 'policies', '--partial'], codes: [0] },
  { args: [...NOW, 'render', 'json', 'policies', '--partial'], codes: [0] },
  { args: ['init', 'made', '--from', 'deploy/kong/gateway.yaml', '--owner', '@identity'], codes: [0] },
  { args: ['init', 'made2', '--from', 'deploy/auth0/tenant.yaml', '--owner', '@identity'], codes: [0] },
  { args: ['drill', 'plan', 'drills/none.yaml'], codes: [2] },
  { args: ['drill', 'report', 'keys/jwks.json'], codes: [2] },
  { args: ['drill', 'history', 'keys', 'deploy'], codes: [2] },
  { args: ['policy', 'resolve', 'orders', 'policies'], codes: [0, 2] },
];

describe('a planted secret', () => {
  it.each(COMMANDS)('is in nothing that firebreak $args writes', async ({ args, codes }) => {
    const { code, out, err } = await firebreak(args, { cwd: folder.path, env: { PLANTED: planted[0]?.value ?? '' } });
    expect(leaks({ stdout: out, stderr: err, ...written() })).toEqual([]);
    expect(codes, `${code}: ${out.slice(0, 600)}${err.slice(0, 1200)}`).toContain(code);
  });

  it('would be found in every spelling, and stands in what the commands read', () => {
    for (const { value } of planted) {
      for (const spelling of spellings(value.slice(0, 20))) expect(leaks({ x: `a ${spelling} b` })).not.toEqual([]);
      for (const before of ['', 'a', 'ab'])
        expect(leaks({ x: Buffer.from(`${before}${value} and more`).toString('base64') })).not.toEqual([]);
    }
    expect(leaks(inputs).length).toBeGreaterThan(15);
  });
});
