import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { sha256Hex } from '../../../src/policy/digest.ts';

/** A small admin interface over real HTTP: one document with ETags, and a collection of entries. It asks for a token. */
export interface AdminServer {
  readonly url: string;
  document: string;
  readonly entries: Map<string, string>;
  /** What arrived, as `METHOD /path`. */
  readonly requests: string[];
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
}

export const ADMIN_TOKEN = 'admin-token-that-nobody-may-see';

export async function adminServer(): Promise<AdminServer> {
  let server: Server;
  let port = 0;
  const listen = (): Promise<void> =>
    new Promise((done, fail) => {
      server = createServer((request, response) => {
        void textOf(request).then((body) => {
          const { status, text, headers } = answer(request, body);
          response.writeHead(status, headers);
          response.end(text);
        });
      });
      server.on('error', fail);
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        port = typeof address === 'object' && address !== null ? address.port : 0;
        done();
      });
    });
  await listen();
  const state: AdminServer = {
    url: `http://127.0.0.1:${port}`,
    document: '{"keys":[]}\n',
    entries: new Map(),
    requests: [],
    down: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
    up: listen,
  };
  function answer(
    { method = '', url = '', headers }: IncomingMessage,
    body: string,
  ): { status: number; text?: string; headers?: Record<string, string> } {
    state.requests.push(`${method} ${url}`);
    if (headers.authorization !== `Bearer ${ADMIN_TOKEN}`) return { status: 401 };
    if (url === '/jwks') return documentAnswer(method, headers['if-match'], body);
    const id = decodeURIComponent(url.slice('/entries/'.length));
    if (method === 'PUT' || method === 'POST') {
      state.entries.set(id, body);
      return { status: 201 };
    }
    if (method === 'DELETE') return { status: state.entries.delete(id) ? 204 : 404 };
    return state.entries.has(id) ? { status: 200, text: 'there' } : { status: 404 };
  }
  function documentAnswer(
    method: string,
    match: string | undefined,
    body: string,
  ): { status: number; text?: string; headers?: Record<string, string> } {
    const etag = `"${sha256Hex(state.document).slice(0, 16)}"`;
    if (method === 'GET') return { status: 200, text: state.document, headers: { etag } };
    if (match !== undefined && match !== etag) return { status: 412 };
    state.document = body;
    return { status: 204 };
  }
  return state;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
