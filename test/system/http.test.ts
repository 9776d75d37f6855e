import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpFailure } from '../../src/model/ports.ts';
import { createHttp } from '../../src/system/http.ts';
import { createProbeHttp } from '../../src/system/probe-http.ts';

const servers: { close: () => unknown; closeAllConnections?: () => void }[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function failureOf(promise: Promise<unknown>): Promise<HttpFailure> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error as HttpFailure,
  );
}

describe.each([
  { name: 'createHttp', create: createHttp },
  { name: 'createProbeHttp', create: createProbeHttp },
])('$name', ({ create }) => {
  const loopback = create(['127.0.0.0/8']);

  it('connects to the address that is given and asks for the host of the URL', async () => {
    const { url } = await serve((request, response) => void response.end(request.headers.host));
    const { port } = new URL(url);
    const exchange = await loopback.send({
      url: 'http://orders.example:8080/',
      address: `127.0.0.1:${port}`,
      method: 'GET',
      timeoutMs: 2000,
    });
    expect(exchange).toMatchObject({ status: 200, body: 'orders.example:8080' });
  });

  it('connects to no address that the allow-list does not name, whatever the URL says', async () => {
    let asked = 0;
    const { url } = await serve((_request, response) => void response.end(String((asked += 1))));
    const { port } = new URL(url);
    const named = create(['orders.example']);
    const request = { url: 'http://orders.example/', method: 'GET', timeoutMs: 2000 };
    for (const address of [`127.0.0.1:${port}`, `localhost:${port}`, '169.254.169.254:80']) {
      expect(await failureOf(named.send({ ...request, address }))).toMatchObject({ kind: 'not-allowed' });
    }
    expect(asked).toBe(0);
  });

  it('brackets the decision of the server between sent and received', async () => {
    let decided = 0;
    const { url } = await serve((_request, response) => {
      decided = performance.now();
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('no');
    });
    const exchange = await loopback.send({ url, method: 'GET', timeoutMs: 2000 });
    expect(exchange).toMatchObject({ status: 401, body: 'no' });
    expect(exchange.headers['www-authenticate']).toContain('invalid_token');
    expect(exchange.sent).toBeLessThanOrEqual(decided);
    expect(exchange.received).toBeGreaterThanOrEqual(decided);
  });

  it('opens a fresh connection for every request', async () => {
    const { url, server } = await serve((_request, response) => response.end());
    let connections = 0;
    server.on('connection', () => (connections += 1));
    for (let n = 0; n < 3; n += 1) await loopback.send({ url, method: 'GET', timeoutMs: 2000 });
    expect(connections).toBe(3);
  });

  it('does not follow redirects', async () => {
    const { url } = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://203.0.113.7/' }).end(),
    );
    expect((await loopback.send({ url, method: 'GET', timeoutMs: 2000 })).status).toBe(302);
  });

  it('refuses an address that is not on the list without connecting', async () => {
    let reached = false;
    const { url } = await serve((_request, response) => {
      reached = true;
      response.end();
    });
    const failure = await failureOf(create(['10.0.0.0/8']).send({ url, method: 'GET', timeoutMs: 2000 }));
    expect(failure.kind).toBe('not-allowed');
    expect(reached).toBe(false);
  });

  it('refuses a listed name that resolves to this machine', async () => {
    const { url } = await serve((_request, response) => response.end());
    const failure = await failureOf(
      create(['localhost']).send({ url: url.replace('127.0.0.1', 'localhost'), method: 'GET', timeoutMs: 2000 }),
    );
    expect(failure.kind).toBe('not-allowed');
  });

  it('reaches a name whose address lies in a listed network', async () => {
    const { url } = await serve((_request, response) => response.end('here'));
    const exchange = await loopback.send({
      url: url.replace('127.0.0.1', 'localhost'),
      method: 'GET',
      timeoutMs: 2000,
    });
    expect(exchange.body).toBe('here');
  });

  it('calls a server that never answers a timeout, not a rejection', async () => {
    const { url } = await serve(() => undefined);
    expect((await failureOf(loopback.send({ url, method: 'GET', timeoutMs: 50 }))).kind).toBe('timeout');
  });

  it('tells a closed port and a dropped connection apart', async () => {
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const refused = await failureOf(loopback.send({ url: `http://127.0.0.1:${port}`, method: 'GET', timeoutMs: 2000 }));
    expect(refused.kind).toBe('refused');

    const { url } = await serve((request) => request.socket.destroy());
    expect((await failureOf(loopback.send({ url, method: 'GET', timeoutMs: 2000 }))).kind).toBe('reset');
  });
});

describe('createProbeHttp', () => {
  async function answered(...parts: readonly string[]): Promise<string> {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      const write = (index: number): void => {
        const part = parts[index];
        // Each in a write of its own, so that every cut is tried.
        if (part === undefined) socket.end();
        else socket.write(part, 'latin1', () => write(index + 1));
      };
      socket.once('data', () => write(0));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sending = createProbeHttp(['127.0.0.0/8']).send({
      url: `http://127.0.0.1:${port}/`,
      method: 'GET',
      timeoutMs: 2000,
    });
    return sending.then(
      ({ status, headers, body }) => `${status} ${headers['x-a'] ?? '-'} ${body}`,
      (error: HttpFailure) => `${error.kind}: ${error.message}`,
    );
  }

  it.for([
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\nokmore', '200 1, 2 ok'],
    ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 401\r\n\r\nuntil the end', '401 - until the end'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n', '200 - abcde'],
    ['HTTP/1.1 204 No Content\r\n\r\n', '204 - '],
    ['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort', 'reset: the connection ended before the answer did'],
    [
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      'protocol: the answer has two lengths',
    ],
    ['HTTP/1.1 200 OK\r\ncontent-length: 1, 2\r\n\r\nab', 'protocol: the length of the answer is not a number'],
    ['HTTP/1.1 200 OK\r\nx-a : 1\r\n\r\n', 'protocol: a header line of the answer has no name'],
    [
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      'protocol: a chunk of the answer has no readable size',
    ],
    ['HTTP/2 200\r\n\r\n', 'protocol: the answer does not begin like one of HTTP/1.1'],
    ['HTTP/1.1 101 Switching\r\n\r\n', 'protocol: the server switched to another protocol'],
    [`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(20_000)}`, 'protocol: the head of the answer is longer than 16384 bytes'],
  ] as const)('reads %j as %s, however it is cut', async ([text, expected]) => {
    expect(await answered(text)).toBe(expected);
    if (text.length < 1000) expect(await answered(...text.split(''))).toBe(expected);
  });

  it('refuses a header that would begin another request', async () => {
    const { url } = await serve((_request, response) => response.end());
    const send = async (): Promise<unknown> =>
      createProbeHttp(['127.0.0.0/8']).send({ url, method: 'GET', headers: { a: 'b\r\nc: d' }, timeoutMs: 2000 });
    await expect(send()).rejects.toThrow('Invalid character');
  });
});
