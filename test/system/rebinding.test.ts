import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NameResolver } from '../../src/system/http.ts';
import { createHttp } from '../../src/system/http.ts';

/** The host that may be asked, and one on the same port that may not. */
const ALLOWED = '127.0.0.1';
const FORBIDDEN = '127.0.0.2';

let servers: readonly Server[];
let port: number;
let reached: string[];

beforeEach(async () => {
  reached = [];
  const listening = async (host: string, on: number): Promise<Server> => {
    const server = createServer((_request, response) => {
      reached.push(host);
      response.end('{}');
    });
    await new Promise<void>((done) => server.listen(on, host, done));
    return server;
  };
  const first = await listening(ALLOWED, 0);
  ({ port } = first.address() as AddressInfo);
  servers = [first, await listening(FORBIDDEN, port)];
});

afterEach(() => {
  for (const server of servers) server.close();
});

/** A name server whose answer changes each time it is asked. */
function changing(...answers: readonly (readonly string[])[]): {
  readonly resolve: NameResolver;
  readonly asked: () => number;
} {
  let count = 0;
  return {
    asked: () => count,
    resolve: (_name, _options, callback) => {
      const answer = answers[Math.min(count, answers.length - 1)] ?? [];
      count += 1;
      callback(
        null,
        answer.map((address) => ({ address, family: 4 })),
      );
    },
  };
}

describe.skipIf(process.platform !== 'linux')('a name that is bound to another address between two requests', () => {
  const request = (): { url: string; method: string; timeoutMs: number } => ({
    url: `http://verifier.test:${port}/orders`,
    method: 'GET',
    timeoutMs: 2000,
  });

  it('is refused at the connection that would go there, and nothing reaches it', async () => {
    const names = changing([ALLOWED], [FORBIDDEN]);
    const http = createHttp(['verifier.test', `${ALLOWED}/32`], names.resolve);
    await expect(http.send(request())).resolves.toMatchObject({ status: 200 });
    await expect(http.send(request())).rejects.toMatchObject({ kind: 'not-allowed' });
    expect(reached).toEqual([ALLOWED]);
  });

  it('is asked for once for each connection, so that what was checked is what is connected to', async () => {
    const names = changing([ALLOWED], [FORBIDDEN], [ALLOWED]);
    const http = createHttp(['verifier.test', `${ALLOWED}/32`], names.resolve);
    await http.send(request());
    expect(names.asked()).toBe(1);
    expect(reached).toEqual([ALLOWED]);
  });

  it('leads to the allowed one of several addresses only', async () => {
    const http = createHttp(['verifier.test', `${ALLOWED}/32`], changing([FORBIDDEN, ALLOWED]).resolve);
    await http.send(request());
    expect(reached).toEqual([ALLOWED]);
  });

  it.each(['169.254.169.254', FORBIDDEN])('never leads to %s, although its name is on the list', async (address) => {
    const http = createHttp(['verifier.test'], changing([address]).resolve);
    await expect(http.send(request())).rejects.toMatchObject({ kind: 'not-allowed', sent: null });
    expect(reached).toEqual([]);
  });
});
