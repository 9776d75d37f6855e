/** `firebreak init` as people run it: what it writes lints, infers and never overwrites. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importPart } from '../../src/lab/import-part.ts';
import type { Outcome } from './command.ts';
import { firebreak, folderWith } from './command.ts';

let folder: ReturnType<typeof folderWith>;
const servers: Server[] = [];

beforeEach(() => {
  folder = folderWith({});
});
afterEach(() => folder.remove());
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

const run = (...args: readonly string[]): Promise<Outcome> => firebreak(args, { cwd: folder.path });
const read = (path: string): string => readFileSync(join(folder.path, path), 'utf8');
const put = (path: string, text: string): void => {
  mkdirSync(join(folder.path, path, '..'), { recursive: true });
  writeFileSync(join(folder.path, path), text);
};
const fixture = (path: string): string => readFileSync(`test/adapters/${path}`, 'utf8');
const filesThere = (): readonly string[] =>
  readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.path.length + 1))
    .sort();

describe('what init writes', () => {
  it.each([
    ['minimal', 'github', 3],
    ['standard', 'github', 7],
    ['full', 'github', 8],
    ['minimal', 'gitlab', 3],
    ['full', 'gitlab', 6],
    ['standard', 'none', 4],
  ])('%s for %s lints without a finding and keeps its promises', async (template, forge, count) => {
    const { code, out } = await run('init', '--template', template, '--ci', forge, '--owner', '@identity');
    expect(code).toBe(0);
    expect(filesThere()).toHaveLength(count);
    for (const path of filesThere()) expect(out).toContain(`wrote ${path}`);
    expect(out).toContain('\n  firebreak lint\n');
    expect(await run('lint', '--fail-on', 'warning')).toMatchObject({ code: 0 });
    expect(await run('predict', '--gate')).toMatchObject({ code: 0 });
  });

  it('takes GitLab where there is a .gitlab-ci.yml', async () => {
    put('.gitlab-ci.yml', 'stages: []\n');
    const { out } = await run('init');
    expect(out).toContain('wrote .gitlab/firebreak.gitlab-ci.yml');
    expect(out).toContain('include .gitlab/firebreak.gitlab-ci.yml');
    expect(read('.gitlab/firebreak.gitlab-ci.yml')).toContain('include: [{ local: .gitlab/firebreak.gitlab-ci.yml }]');
  });

  it('measures its drill in the embedded lab', async () => {
    await run('init');
    const { code, out } = await run('drill', 'run', 'drills/leaked-signing-key.yaml', '--arm', 'quiet', '-q');
    expect(out).toContain('lab-jose');
    expect(code).toBe(0);
  }, 120_000);

  it('is only shown with --dry-run', async () => {
    const { code, out } = await run('init', 'sub', '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('# would write sub/policies/token-policy.yaml');
    expect(filesThere()).toEqual([]);
  });
});

describe('files that exist', () => {
  it('are all named, and nothing is written', async () => {
    put('policies/inventory.yaml', 'mine');
    put('drills/leaked-signing-key.yaml', 'mine too');
    const { code, err } = await run('init');
    expect(code).toBe(2);
    expect(err).toContain('policies/inventory.yaml, drills/leaked-signing-key.yaml exist already; nothing was written');
    expect(err).toContain('--force');
    expect(filesThere()).toEqual(['drills/leaked-signing-key.yaml', 'policies/inventory.yaml']);
  });

  it('are replaced with --force', async () => {
    put('policies/inventory.yaml', 'mine');
    expect(await run('init', '--force')).toMatchObject({ code: 0 });
    expect(read('policies/inventory.yaml')).toContain('kind: Inventory');
    expect(filesThere().filter((path) => /tmp|kept/.test(path))).toEqual([]);
  });

  it('come back when one of them cannot be replaced', async () => {
    put('policies/token-policy.yaml', 'mine');
    mkdirSync(join(folder.path, 'policies/inventory.yaml'));
    const { code, err } = await run('init', '--force');
    expect(code).toBe(3);
    expect(err).toContain('nothing was written');
    expect(read('policies/token-policy.yaml')).toBe('mine');
    expect(filesThere()).toEqual(['policies/token-policy.yaml']);
    expect(existsSync(join(folder.path, 'drills'))).toBe(false);
  });

  it('that are links to nowhere are not followed', async () => {
    mkdirSync(join(folder.path, 'policies'));
    symlinkSync('/nonexistent/file', join(folder.path, 'policies/inventory.yaml'));
    const { code, err } = await run('init');
    expect(code).not.toBe(0);
    expect(err).toContain('nothing was written');
    expect(filesThere().filter((path) => path.endsWith('.yaml'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('in a folder that nobody may write to stay as they are', async () => {
    mkdirSync(join(folder.path, 'policies'));
    chmodSync(join(folder.path, 'policies'), 0o500);
    const { code, err } = await run('init');
    expect(code).toBe(3);
    expect(err).toContain('permission denied');
    chmodSync(join(folder.path, 'policies'), 0o700);
    expect(filesThere()).toEqual([]);
  });
});

describe('--from files', () => {
  it.each([
    ['keycloak/shop-realm.json', 'issuer/access-lifetime'],
    ['keycloak/realms.json', 'issuer/access-lifetime'],
    ['envoy/bootstrap.yaml', 'verifier/audience-unchecked'],
    ['istio/policies.yaml', 'verifier/audience-unchecked'],
    ['kong/gateway.yaml', null],
    ['spring/auth/application.yaml', null],
  ])('%s gives documents that pass lint, with what violates them waived', async (name, waived) => {
    const file = `deploy/${name.split('/').at(-1) ?? ''}`;
    put(file, fixture(name));
    const made = await run('init', '--from', file, '--owner', '@identity', '--now', '2026-06-01T00:00:00Z');
    expect(made.code).toBe(0);
    const linted = await run(
      'lint',
      '--skip',
      'policy/slo-unknown',
      '--fail-on',
      'warning',
      '--now',
      '2026-06-01T00:00:00Z',
      '--format',
      'json',
    );
    expect(linted.code, linted.out).toBe(0);
    const { suppressed } = JSON.parse(linted.out) as { suppressed: readonly { rule: string }[] };
    expect(suppressed.length).toBeGreaterThan(0);
    if (waived !== null) expect(suppressed.map(({ rule }) => rule)).toContain(waived);
    // A day after the last waiver everything is back.
    const later = await run('lint', '--fail-on', 'warning', '--now', '2026-12-01T00:00:00Z');
    expect(later.code).toBe(1);
  });

  it('that lie outside of the folder are written down instead of referred to', async () => {
    put('deploy/envoy.yaml', fixture('envoy/sound.yaml'));
    expect(await run('init', 'repo', '--from', 'deploy/envoy.yaml')).toMatchObject({ code: 0 });
    const inventory = read('repo/policies/inventory.yaml');
    expect(inventory).not.toMatch(/^\s+config:/m);
    expect(inventory).toContain('key_cache_ttl: 45s500ms # ../deploy/envoy.yaml:');
    const { code } = await firebreak(['lint', '--fail-on', 'error'], { cwd: join(folder.path, 'repo') });
    expect(code).toBe(0);
  });

  it('that nobody knows are refused with what is known', async () => {
    put('deploy/nothing.yaml', 'a: 1\n');
    const { code, err } = await run('init', '--from', 'deploy/nothing.yaml');
    expect(code).toBe(2);
    expect(err).toContain('deploy/nothing.yaml: no configuration that is known here');
    expect(err).toMatch(/Envoy.*Keycloak/s);
    expect(filesThere()).toEqual(['deploy/nothing.yaml']);
  });

  it('that do not exist are said so', async () => {
    expect(await run('init', '--from', 'gone.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('gone.yaml') as string,
    });
  });
});

/** The part of oidc-provider that is used here. */
interface OidcProvider {
  readonly default: new (issuer: string, configuration: object) => { readonly callback: () => RequestListener };
}

async function listen(listener?: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const key = (bits: number): Record<string, unknown> => ({
  ...generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ format: 'jwk' }),
  kid: `rsa-${bits}`,
  alg: 'RS256',
  use: 'sig',
});

describe('--from an issuer', () => {
  const init = (url: string, ...more: readonly string[]): Promise<Outcome> =>
    run('init', '--from', url, '--allow', '127.0.0.1', '--owner', '@identity', '--ci', 'none', ...more);

  it('takes what a real authorization server says, and its keys as the first round of its history', async () => {
    const { server, url } = await listen();
    const { default: Provider } = await importPart<OidcProvider>('oidc-provider');
    const provider = new Provider(url, {
      jwks: { keys: [key(2048)] },
      features: {
        devInteractions: { enabled: false },
        introspection: { enabled: true },
        revocation: { enabled: true },
        backchannelLogout: { enabled: true },
      },
    });
    server.on('request', provider.callback());
    const { code, out } = await init(url);
    expect(code, out).toBe(0);
    const policy = parse(read('policies/token-policy.yaml')) as {
      spec: { tokens: { access_token: { algorithms: string[] } }; revocation: { channels: { type: string }[] } };
    };
    expect(policy.spec.tokens.access_token.algorithms).toEqual(['RS256']);
    expect(policy.spec.revocation.channels.map(({ type }) => type)).toEqual(['introspection', 'backchannel_logout']);
    const inventory = read('policies/inventory.yaml');
    expect(inventory).toContain(`revocation_endpoint: "${url}/token/revocation" # jwks-history/`);
    expect(inventory).toContain(`jwks_uri: "${url}/jwks"`);
    const [history = ''] = readdirSync(join(folder.path, 'jwks-history'));
    expect(read(`jwks-history/${history}`)).not.toContain('"d":');
    expect(await run('lint', '--fail-on', 'warning')).toMatchObject({ code: 0 });
    expect(out).toContain('firebreak audit');
  });

  it('never lets weak keys and algorithms into the policy, and says them', async () => {
    const weak = Object.fromEntries(
      Object.entries(key(1024)).filter(([name]) => ['kty', 'n', 'e', 'kid', 'alg', 'use'].includes(name)),
    );
    const { server, url } = await listen();
    server.on('request', (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.setHeader('cache-control', 'public, max-age=600');
      if (request.url === '/jwks') return void response.end(JSON.stringify({ keys: [weak] }));
      response.end(
        JSON.stringify({
          issuer: url,
          jwks_uri: `${url}/jwks`,
          authorization_endpoint: `${url}/auth`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256'],
        }),
      );
    });
    const { code, out } = await init(url);
    expect(code, out).toBe(0);
    const policy = read('policies/token-policy.yaml');
    expect(policy).toContain('algorithms: [RS256]');
    expect(policy).toContain('# Left out, though offered or accepted somewhere: HS256, none');
    expect(policy).toMatch(/min_rsa_bits: 2048 # .*publishes 1024 bits/);
    expect(read('policies/inventory.yaml')).toContain('max_age: 10m # jwks-history/');
    expect(out).toContain('error jwks/rsa-too-small');
    expect(out).toContain('discovery/alg-none');
    expect(await run('lint')).toMatchObject({ code: 0 });
    expect((await run('audit', '--allow', '127.0.0.1', '--fetches', '2')).code).toBe(1);
  });

  it('at a private address is not asked before somebody allows it', async () => {
    let requests = 0;
    const { url } = await listen((_, response) => {
      requests += 1;
      response.end();
    });
    const { code, err } = await run('init', '--from', url);
    expect(code).toBe(3);
    expect(err).toContain('--allow 127.0.0.1');
    expect(requests).toBe(0);
    expect(filesThere()).toEqual([]);
  });

  it.each([
    ['a web site', (_: string) => '<html>hello</html>', 'HTML'],
    ['an API', (_: string) => '{"hello":true}', 'not with the metadata of an issuer'],
    [
      'another issuer',
      (_: string) => '{"issuer":"https://evil.example","token_endpoint":"https://evil.example/t"}',
      'RFC 8414',
    ],
  ])('that is %s is refused', async (_, body, told) => {
    const { url } = await listen((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(body(request.url ?? ''));
    });
    const { code, err } = await init(url);
    expect(code).toBe(3);
    expect(err).toContain(told);
    expect(filesThere()).toEqual([]);
  });

  it('with a password in its URL is refused, and the password is not repeated', async () => {
    const { code, err, out } = await init('http://user:hunter2@127.0.0.1:1/');
    expect(code).toBe(2);
    expect(err + out).not.toContain('hunter2');
  });
});

/** Keys of the documented syntax: what a typing mistake in a template would break. */
const WORKFLOW_KEYS = ['name', 'on', 'permissions', 'concurrency', 'jobs'];
const JOB_KEYS = ['name', 'needs', 'runs-on', 'timeout-minutes', 'permissions', 'outputs', 'steps', 'if'];
const STEP_KEYS = ['id', 'name', 'if', 'uses', 'with', 'run', 'env'];
const GITLAB_KEYS = [
  'extends',
  'image',
  'variables',
  'timeout',
  'rules',
  'script',
  'after_script',
  'artifacts',
  'cache',
  'resource_group',
];

/** Commands that workflows may name before this program has them. */
const COMING: readonly string[] = ['diff'];

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

describe('the workflows', () => {
  const commandsIn = (text: string): readonly string[] =>
    [...text.matchAll(/firebreak@[\d.]+ ([a-z]+)/g)].map(([, command = '']) => command);

  it('of GitHub are well-formed, pinned, and may do no more than they need', async () => {
    await run('init', '--template', 'full', '--ci', 'github');
    const names = readdirSync(join(folder.path, '.github/workflows'));
    expect(names).toHaveLength(3);
    for (const name of names) {
      const workflow = parse(read(`.github/workflows/${name}`)) as Record<string, unknown> & {
        jobs: Record<string, Job>;
      };
      expect(WORKFLOW_KEYS).toEqual(expect.arrayContaining(Object.keys(workflow)));
      expect(workflow['permissions']).toEqual({});
      for (const job of Object.values(workflow.jobs)) {
        expect(JOB_KEYS).toEqual(expect.arrayContaining(Object.keys(job)));
        const runsOthers = job.steps.some(({ run: script }) => script?.includes('npx') === true);
        if (runsOthers) expect(job.permissions).toEqual({ contents: 'read' });
        for (const step of job.steps) {
          expect(STEP_KEYS).toEqual(expect.arrayContaining(Object.keys(step)));
          expect(Number(step.uses !== undefined) + Number(step.run !== undefined)).toBe(1);
          if (step.uses !== undefined) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
          // Values of an event are text in a script, never a part of it.
          expect(step.run ?? '').not.toContain('${{');
        }
      }
    }
    const review = parse(read('.github/workflows/firebreak-review.yml')) as { jobs: { review: Job } };
    expect(review.jobs.review.steps[0]?.with).toEqual({ 'fetch-depth': 0, 'persist-credentials': false });
  });

  it('of GitLab are well-formed', async () => {
    await run('init', '--template', 'full', '--ci', 'gitlab');
    const jobs = parse(read('.gitlab/firebreak.gitlab-ci.yml')) as Record<string, Record<string, unknown>>;
    expect(Object.keys(jobs)).toEqual(['.firebreak', 'firebreak-review', 'firebreak-audit', 'firebreak-drill']);
    for (const job of Object.values(jobs)) {
      expect(GITLAB_KEYS).toEqual(expect.arrayContaining(Object.keys(job)));
      for (const line of (job['script'] as readonly unknown[] | undefined) ?? []) expect(typeof line).toBe('string');
    }
  });

  it('name commands, options and formats that exist', async () => {
    await run('init', '--template', 'full', '--ci', 'github');
    await run('init', 'lab', '--template', 'full', '--ci', 'gitlab');
    const texts = filesThere()
      .filter((path) => path.endsWith('.yml'))
      .map(read);
    const help = (await run('--help')).out;
    const commands = new Set(texts.flatMap(commandsIn));
    expect([...commands].sort()).toEqual(['audit', 'diff', 'drill', 'lint', 'predict']);
    for (const command of commands)
      if (!COMING.includes(command)) expect(help).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const [, command = '', format = ''] of texts
      .join('\n')
      .matchAll(/firebreak@[\d.]+ (lint|audit)[^\n]*? -o (\w+)=/g)) {
      expect((await run(command, '--help')).out).toContain(format);
    }
  });

  it.skipIf(spawnSync('actionlint', ['--version']).status !== 0)('of GitHub pass actionlint', async () => {
    await run('init', '--template', 'full', '--ci', 'github');
    expect(spawnSync('actionlint', { cwd: folder.path, encoding: 'utf8' }).stdout).toBe('');
  });

  it('show predictions of an inferred estate before they are a gate', async () => {
    put('deploy/envoy.yaml', fixture('envoy/bootstrap.yaml'));
    await run('init', '--from', 'deploy/envoy.yaml');
    expect(read('.github/workflows/firebreak-review.yml')).not.toMatch(/predict --gate$/m);
  });
});
