import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpFailure } from '../../src/model/ports.ts';
import { createHttp } from '../../src/system/http.ts';

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

const loopback = createHttp(['127.0.0.0/8']);

function failureOf(promise: Promise<unknown>): Promise<HttpFailure> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error as HttpFailure,
  );
}

describe('createHttp', () => {
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
    const failure = await failureOf(createHttp(['10.0.0.0/8']).send({ url, method: 'GET', timeoutMs: 2000 }));
    expect(failure.kind).toBe('not-allowed');
    expect(reached).toBe(false);
  });

  it('refuses a listed name that resolves to this machine', async () => {
    const { url } = await serve((_request, response) => response.end());
    const failure = await failureOf(
      createHttp(['localhost']).send({ url: url.replace('127.0.0.1', 'localhost'), method: 'GET', timeoutMs: 2000 }),
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
