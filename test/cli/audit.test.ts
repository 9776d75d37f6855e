/** The audit command against real servers: an authorization server, and replicas that disagree. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importPart } from '../../src/lab/import-part.ts';
import { firebreak, folderWith } from './command.ts';
import type { Outcome } from './command.ts';

/** The part of oidc-provider that is used here. */
interface OidcProvider {
  readonly default: new (issuer: string, configuration: object) => { readonly callback: () => RequestListener };
}

let folder: { readonly path: string; readonly remove: () => void };
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

async function listen(server: Server, host: string, port = 0): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(port, host, done));
  return (server.address() as AddressInfo).port;
}

const keyOf = (kid: string): Record<string, unknown> => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  kid,
  alg: 'ES256',
  use: 'sig',
});

const publicPart = (key: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(key).filter(([name]) => name !== 'd'));

interface Json {
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly path: string }[];
}

const audit = (...args: readonly string[]): Promise<Outcome> =>
  firebreak(['audit', ...args, '--allow', '127.0.0.0/8', '--fetches', '12', '--format', 'json'], { cwd: folder.path });

const rulesIn = ({ out }: Outcome): readonly string[] => (JSON.parse(out) as Json).findings.map(({ rule }) => rule);

const historyText = (): string => {
  const [name = ''] = readdirSync(join(folder.path, 'jwks-history'));
  return readFileSync(join(folder.path, 'jwks-history', name), 'utf8');
};

describe('a real authorization server', () => {
  let issuer = '';

  beforeAll(async () => {
    const server = createServer();
    const port = await listen(server, '127.0.0.1');
    issuer = `http://127.0.0.1:${port}`;
    const { default: Provider } = await importPart<OidcProvider>('oidc-provider');
    const provider = new Provider(issuer, {
      jwks: { keys: [keyOf('first')] },
      features: { devInteractions: { enabled: false } },
    });
    server.on('request', provider.callback());
  });

  it('is asked, recorded without private halves, and judged', async () => {
    const outcome = await audit(issuer);
    expect(rulesIn(outcome)).toContain('discovery/not-https');
    expect(rulesIn(outcome).filter((rule) => rule.startsWith('jwks/'))).toEqual([]);
    const [line = ''] = historyText().trim().split('\n');
    const round = JSON.parse(line) as {
      readonly issuer: string;
      readonly sets: readonly { keys: readonly object[] }[];
    };
    expect(round.issuer).toBe(issuer);
    expect(round.sets[0]?.keys).toEqual([expect.objectContaining({ kid: 'first' })]);
    expect(line).not.toContain('"d":');
  });

  it('gives the same findings replayed without a network', async () => {
    const lived = await audit(issuer, '--now', '2026-06-01T00:00:00Z');
    const [name = ''] = readdirSync(join(folder.path, 'jwks-history'));
    const file = join('jwks-history', name);
    const replayed = await firebreak(['audit', '--replay', file, '--now', '2026-06-01T00:00:00Z', '--format', 'json'], {
      cwd: folder.path,
    });
    expect(replayed.out).toBe(lived.out);
    expect(replayed.code).toBe(lived.code);
  });

  it('records nothing when told so', async () => {
    await audit(issuer, '--no-history');
    expect(existsSync(join(folder.path, 'jwks-history'))).toBe(false);
  });

  it('is not asked when it is on an address that nobody allowed', async () => {
    const { code, out } = await firebreak(['audit', issuer, '--format', 'json', '--no-history'], { cwd: folder.path });
    expect(code).toBe(4);
    expect(out).toContain('nobody allowed it');
  });
});

describe('replicas behind one name', () => {
  it('that disagree are told from a removal', async () => {
    const [old, fresh] = [publicPart(keyOf('old')), publicPart(keyOf('new'))];
    let turn = 0;
    // A balancer in turn: one replica has not heard of the new key yet.
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.setHeader('cache-control', 'max-age=60');
      if (request.url === '/jwks') {
        turn += 1;
        return void response.end(JSON.stringify({ keys: turn % 2 === 0 ? [old] : [old, fresh] }));
      }
      response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks`, response_types_supported: ['code'] }));
    });
    const port = await listen(server, '127.0.0.1');
    const issuer = `http://127.0.0.1:${port}`;
    const first = await audit(issuer, '--now', '2026-06-01T00:00:00Z');
    const second = await audit(issuer, '--now', '2026-06-02T00:00:00Z');
    expect(rulesIn(first)).toContain('live/replica-inconsistent');
    expect(rulesIn(second).filter((rule) => /vanished|returned|swap/.test(rule))).toEqual([]);
  });
});

describe('a key that has leaked', () => {
  it('is an error until no replica serves it any more', async () => {
    const [leaked, fresh] = [publicPart(keyOf('leaked')), publicPart(keyOf('fresh'))];
    let lagging = 0;
    let fetches = 0;
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url !== '/jwks') return void response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }));
      fetches += 1;
      return void response.end(JSON.stringify({ keys: fetches % 4 < lagging ? [leaked, fresh] : [fresh] }));
    });
    const issuer = `http://127.0.0.1:${await listen(server, '127.0.0.1')}`;
    lagging = 1;
    const before = await audit(issuer, '--compromised', 'leaked', '--now', '2026-06-01T00:00:00Z');
    expect(rulesIn(before)).toContain('live/compromised-key-present');
    lagging = 0;
    const after = await audit(issuer, '--compromised', 'leaked', '--now', '2026-06-01T01:00:00Z');
    expect(rulesIn(after)).not.toContain('live/compromised-key-present');
  });
});

describe('an issuer that is down', () => {
  it('is unknown, never a pass', async () => {
    const server = createServer((_, response) => void response.writeHead(503).end());
    const port = await listen(server, '127.0.0.1');
    const outcome = await audit(`http://127.0.0.1:${port}`);
    expect(outcome.code).toBe(4);
    expect(rulesIn(outcome)).toContain('live/jwks-unreachable');
  });

  it('keeps what was recorded before', async () => {
    const key = publicPart(keyOf('only'));
    let isDown = false;
    const server = createServer((request, response) => {
      if (isDown) return void response.writeHead(503).end();
      const body = request.url === '/jwks' ? { keys: [key] } : { issuer, jwks_uri: `${issuer}/jwks` };
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const port = await listen(server, '127.0.0.1');
    const issuer = `http://127.0.0.1:${port}`;
    await audit(issuer, '--now', '2026-06-01T00:00:00Z');
    const before = historyText();
    isDown = true;
    const { code } = await audit(issuer, '--now', '2026-06-02T00:00:00Z');
    expect(code).toBe(4);
    expect(historyText().startsWith(before)).toBe(true);
  });
});
