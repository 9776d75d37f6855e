import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { FetchedDocument } from '../../src/model/ports.ts';
import { createDocumentFetcher } from '../../src/system/document-fetcher.ts';

const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  open.push(server);
  await new Promise<void>((done) => server.listen(0, host, done));
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener): Promise<number> => listen(createServer(listener));

const answer =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);

interface Options {
  readonly allow?: readonly string[];
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

function get(
  url: string,
  { allow = ['127.0.0.0/8'], maxBytes = 1000, timeoutMs = 5000 }: Options = {},
): Promise<FetchedDocument> {
  return createDocumentFetcher(allow).get({ url, address: null, maxBytes, timeoutMs });
}

const faultOf = (document: FetchedDocument): string => (document.ok ? 'none' : document.fault);

describe('a document', () => {
  it('comes with its headers, and is asked for without anything that names the asker', async () => {
    const requests: IncomingMessage[] = [];
    const port = await serve((request, response) => {
      requests.push(request);
      answer('{"keys":[]}', { 'cache-control': 'max-age=60', 'set-cookie': 'a=b' })(request, response);
    });
    const document = await get(`http://127.0.0.1:${port}/jwks`);
    expect(document).toMatchObject({ ok: true, address: '127.0.0.1', status: 200, body: '{"keys":[]}' });
    expect(document.headers['cache-control']).toBe('max-age=60');
    await get(`http://127.0.0.1:${port}/jwks`);
    expect(requests.map(({ method, headers }) => [method, headers.cookie, headers.authorization])).toEqual([
      ['GET', undefined, undefined],
      ['GET', undefined, undefined],
    ]);
  });

  it.each([
    ['gzip', gzipSync('{"keys":[]}')],
    ['br', brotliCompressSync('{"keys":[]}')],
  ])('is unpacked when it comes in %s unasked', async (encoding, body) => {
    const port = await serve(answer(body, { 'content-encoding': encoding }));
    expect(await get(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: true, body: '{"keys":[]}' });
  });

  it.each([
    { name: 'longer than the limit', listener: answer('x'.repeat(1001)), fault: 'too-large' },
    {
      name: 'longer than the limit once unpacked',
      listener: answer(gzipSync('x'.repeat(1_000_000)), { 'content-encoding': 'gzip' }),
      fault: 'too-large',
    },
    { name: 'an error page', listener: answer('<!doctype html><h1>Log in</h1>'), fault: 'html' },
    { name: 'in a strange encoding', listener: answer('x', { 'content-encoding': 'zstd-x' }), fault: 'encoding' },
    {
      name: 'a server error',
      listener: ((_, response) => void response.writeHead(503).end()) as RequestListener,
      fault: 'status',
    },
    {
      name: 'cut off in the middle',
      listener: ((_, response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('{"keys":', () => response.destroy());
      }) as RequestListener,
      fault: 'reset',
    },
  ])('that is $name is refused as $fault', async ({ listener, fault }) => {
    const port = await serve(listener);
    expect(faultOf(await get(`http://127.0.0.1:${port}/`))).toBe(fault);
  });

  const silent: RequestListener = () => undefined;
  const endless: RequestListener = (_, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  };

  it.each([
    ['that never begins', silent],
    ['that never ends', endless],
  ])('%s is given up', async (_, listener) => {
    const port = await serve(listener);
    expect(faultOf(await get(`http://127.0.0.1:${port}/`, { timeoutMs: 200 }))).toBe('timeout');
  });

  it('is refused where nobody listens', async () => {
    const port = await serve(answer('{}'));
    for (const server of open.splice(0)) await new Promise((done) => server.close(done));
    expect(faultOf(await get(`http://127.0.0.1:${port}/`))).toBe('refused');
  });
});

describe('an address that nobody allowed', () => {
  it.each([
    { name: 'this machine by address', host: '127.0.0.1', allow: [] },
    { name: 'this machine by name', host: 'localhost', allow: [] },
    // A name on the list that somebody lets lead here: DNS rebinding.
    { name: 'a listed name that leads to this machine', host: 'localhost', allow: ['localhost'] },
    {
      name: 'a cloud metadata service, even where its network is listed',
      host: '169.254.169.254',
      allow: ['169.254.0.0/16'],
    },
    { name: 'IPv6 loopback', host: '[::1]', allow: [] },
    { name: 'an IPv4 address inside an IPv6 one', host: '[::ffff:127.0.0.1]', allow: [] },
  ])('is never connected to: $name', async ({ host, allow }) => {
    let asked = 0;
    const port = await serve((request, response) => {
      asked += 1;
      answer('{}')(request, response);
    });
    expect(faultOf(await get(`http://${host}:${port}/`, { allow, timeoutMs: 2000 }))).toBe('not-allowed');
    expect(asked).toBe(0);
  });

  it('is not reached through a pin either', async () => {
    const fetcher = createDocumentFetcher([]);
    const request = { url: 'https://id.example.com/', address: '127.0.0.1', maxBytes: 10, timeoutMs: 500 };
    expect(faultOf(await fetcher.get(request))).toBe('not-allowed');
  });

  it('is not named by a URL of another scheme, or with credentials', async () => {
    expect(faultOf(await get('file:///etc/passwd'))).toBe('not-allowed');
    expect(faultOf(await get('http://user:secret@127.0.0.1/'))).toBe('not-allowed');
  });
});

describe('a redirect', () => {
  const redirect =
    (location: (port: number) => string, then = '{"keys":[]}'): RequestListener =>
    (request, response) => {
      if (request.url === '/there') return answer(then)(request, response);
      const { port } = request.socket.address() as AddressInfo;
      return void response.writeHead(302, { location: location(port) }).end();
    };

  it('is followed inside its host', async () => {
    const port = await serve(redirect(() => '/there'));
    expect(await get(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: true, body: '{"keys":[]}' });
  });

  it.each([
    {
      name: 'to a host that nobody named',
      location: (port: number) => `http://127.0.0.2:${port}/there`,
      allow: ['127.0.0.1'],
    },
    { name: 'to another scheme', location: () => 'file:///etc/passwd' },
    { name: 'to a URL with credentials', location: (port: number) => `http://a:b@127.0.0.1:${port}/there` },
    { name: 'in a circle', location: () => '/' },
    { name: 'to nowhere', location: () => 'http://[' },
  ])('$name is refused', async ({ location, allow }) => {
    const port = await serve(redirect(location));
    const document = await get(`http://127.0.0.1:${port}/`, allow === undefined ? {} : { allow });
    expect(['redirect', 'not-allowed']).toContain(faultOf(document));
  });

  it('to a metadata service is refused, though networks are listed', async () => {
    const port = await serve(redirect(() => 'http://169.254.169.254/latest/meta-data/'));
    expect(faultOf(await get(`http://127.0.0.1:${port}/`, { allow: ['127.0.0.0/8', '169.254.0.0/16'] }))).toMatch(
      /redirect|not-allowed/,
    );
  });
});

describe('a certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-tls-'));
  const file = (name: string): string => join(folder, name);

  it('that nobody vouches for is refused, whatever the environment says', async () => {
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'].concat([
        '-keyout',
        file('key.pem'),
        '-out',
        file('cert.pem'),
        '-subj',
        '/CN=localhost',
      ]),
      { stdio: 'ignore' },
    );
    const tls = createTlsServer(
      { key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) },
      answer('{}'),
    );
    const port = await listen(tls);
    rmSync(folder, { recursive: true });
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(faultOf(await get(`https://127.0.0.1:${port}/`))).toBe('tls');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });
});
