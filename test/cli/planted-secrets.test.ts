/** Secrets are planted in everything that commands read; no byte that a command writes may hold one. */
import { execFileSync } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
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

/** A day in the life of a bad day: interfaces that echo what they are sent, and programs that print what they are given. */
async function badDay(): Promise<Readonly<Record<string, string>>> {
  const now = Math.floor(Date.now() / 1000);
  const lives = { iat: now - 60, exp: now + 3600 };
  const [leaked, fresh] = [
    leakedToken({ ...lives, jti: 'bad' }).compact,
    leakedToken({ ...lives, jti: 'new' }).compact,
  ];
  for (const token of [leaked, fresh]) plant('signature of a token of the bad day', token.split('.')[2]);
  let denials = 0;
  server.on('request', (request, response) => {
    const { authorization = '' } = request.headers;
    const echo = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-echo': authorization });
      response.end(JSON.stringify({ ...body, echo: authorization }));
    };
    if (request.url === '/token') return echo(200, { access_token: fresh, token_type: 'Bearer', expires_in: 3600 });
    if (request.url === '/orders') return authorization === `Bearer ${fresh}` ? echo(200, {}) : echo(401, {});
    if (request.method !== 'POST') return echo(200, {});
    denials += 1;
    return echo(denials === 1 ? 500 : 201, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  const authorization = '{ authorization: { env: PLANTED } }';
  const verifier = (name: string, list: string): string => `
    - name: ${name}
      environment: day
      issuer: id
      policy: shop
      library: { name: jose, version: 6.2.18 }
      channels: [{ use: ${list}, poll_interval: 1s, negative_cache: 0s, fetch_timeout: 1s, fail_mode: closed }]
      routes: [{ url: '${url}/orders', method: GET }]`;
  return {
    'bad-day/leaked.jwt': leaked,
    'bad-day/policies/shop.yaml': `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: shop, owner: '@shop' }
spec:
  issuers: [{ issuer: https://id.example, jwks_uri: https://id.example/jwks }]
  tokens: { access_token: { algorithms: [ES256], audiences: [orders], lifetime: { max: 2h } } }
  revocation: { objectives: { access_token: { max: 5s } } }
---
apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: shop, owner: '@shop' }
spec:
  environments: [{ name: day, class: lab, allow: [127.0.0.0/8] }]
  issuers:
    - name: id
      environment: day
      issuer: https://id.example
      jwks_uri: ${url}/jwks
      token_endpoint: ${url}/token
      time_to_act: 0s
      access_token_lifetime: 2h
  channels:
    - { name: web, type: denylist, keys: [jti], store_lag: 0s }
    - { name: program, type: denylist, keys: [jti], store_lag: 0s }
  responses:
    - does: [deny_jti]
      channel: web
      uses: denylist.http.add
      with:
        add: { method: POST, url: '${url}/list', headers: ${authorization}, body: '{value}' }
        remove: { method: DELETE, url: '${url}/list/{value}', headers: ${authorization} }
        check: { method: GET, url: '${url}/list/{value}', headers: ${authorization}, undone: [404] }
    - does: [deny_jti]
      channel: program
      uses: exec
      with:
        argv: [sh, -c, 'echo "$GIVEN"; echo "$GIVEN" >&2; test -e bad-day/tried || { touch bad-day/tried; exit 1; }']
        env: { GIVEN: { env: PLANTED } }
        undo: none
        reason: it is a list of this test
      repeatable: true
  fresh_tokens: [{ issuer: id, uses: oauth.client_credentials, with: { client: a, secret: { env: PLANTED } } }]
  verifiers:${verifier('one', 'web')}${verifier('two', 'program')}
`,
  };
}

const server = createServer();

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
  ...(await badDay()),
};

const folder = folderWith(inputs);
const git = (...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder.path });
git('init', '-q', '-b', 'main');
git('add', '-f', '.');
git('commit', '-qm', 'one');
git('config', 'user.name', 'a');
git('config', 'user.email', 'a@example.com');
// A change beside each secret, so that a diff has something to say about these files.
for (const file of ['deploy/kong/gateway.yaml', 'deploy/auth0/tenant.yaml', 'policies/lab-inventory.yaml']) {
  const text = readFileSync(join(folder.path, file), 'utf8');
  const changed = text.replace(/cache_ttl: 300/, 'cache_ttl: 900').replace(/key_cache_ttl: 5s/, 'key_cache_ttl: 9s');
  writeFileSync(join(folder.path, file), changed.replace(planted[0]?.value ?? '', plant('a rotated secret')));
}

afterAll(() => {
  server.close();
  folder.remove();
});

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

const DAY = ['--policies', 'bad-day/policies'];
const ME = ['--by', '@ana'];
const FOUND = 'bad-day/leaked.jwt';

/** From the leak to what it taught; first tries fail, with the secret in what interfaces and programs say. */
const badDayCommands = (): readonly { readonly args: readonly string[]; readonly codes: readonly number[] }[] => {
  const of = (name: Parameters<typeof formatsOf>[0]): readonly string[] => outputs(name, name.replace(' ', '-'));
  const on = (name: string, ...more: readonly string[]): readonly string[] => [
    'incident',
    name,
    'incidents/day',
    ...DAY,
    ...more,
  ];
  return [
    {
      args: [
        'incident',
        'open',
        '--leaked',
        'token',
        FOUND,
        '--since',
        '1m',
        '--lead',
        '@ana',
        ...ME,
        '--dir',
        'incidents/day',
      ],
      codes: [0],
    },
    { args: on('plan', ...of('incident plan'), ...ME), codes: [0, 1] },
    { args: on('contain', '--yes', ...of('incident contain'), ...ME), codes: [3] },
    { args: on('contain', '--yes', '--again', 'deny-jti-web', ...ME), codes: [0] },
    {
      args: on('verify', '--use-leaked-token', FOUND, '--allowed-by', '@ana', ...of('incident verify'), ...ME),
      codes: [0],
    },
    { args: ['incident', 'journal', 'incidents/day', ...of('incident journal')], codes: [0] },
    { args: on('close', '--anyway', 'a test', ...of('incident close'), ...ME), codes: [0] },
    { args: on('postmortem', '--drill', ...of('incident postmortem')), codes: [0] },
    { args: on('strengthen', '--branch', ...of('incident strengthen'), ...ME), codes: [0] },
  ];
};

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
  ...badDayCommands(),
];

describe('a planted secret', () => {
  it.each(COMMANDS)('is in nothing that firebreak $args writes', async ({ args, codes }) => {
    const { code, out, err } = await firebreak(args, { cwd: folder.path, env: { PLANTED: planted[0]?.value ?? '' } });
    expect(leaks({ stdout: out, stderr: err, ...written() })).toEqual([]);
    expect(codes, `${code}: ${out.slice(0, 600)}${err.slice(0, 1200)}`).toContain(code);
  });

  it('is in no commit that was made of what an incident taught', () => {
    const shown = execFileSync('git', ['show', 'firebreak/incident-day'], { cwd: folder.path, encoding: 'utf8' });
    expect(shown).toMatch(/^\+kind: Drill$/m);
    expect(leaks({ shown })).toEqual([]);
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
