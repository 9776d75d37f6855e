/** `firebreak init --from`: documents out of real files and a real authorization server. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importPart } from '../../src/lab/import-part.ts';
import type { Outcome } from './command.ts';
import { firebreak } from './command.ts';
import { ownFolder } from './own-folder.ts';

const { path: folderPath, run, read, put, filesThere } = ownFolder();
const servers: Server[] = [];

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

const fixture = (path: string): string => readFileSync(`test/adapters/${path}`, 'utf8');

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
    const { code } = await firebreak(['lint', '--fail-on', 'error'], { cwd: join(folderPath(), 'repo') });
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
    const [history = ''] = readdirSync(join(folderPath(), 'jwks-history'));
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
    ['a web site', '<html>hello</html>', 'HTML'],
    ['an API', '{"hello":true}', 'not with the metadata of an issuer'],
    ['another issuer', '{"issuer":"https://evil.example","token_endpoint":"https://evil.example/t"}', 'RFC 8414'],
  ])('that is %s is refused', async (_, body, told) => {
    const { url } = await listen((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(body);
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
