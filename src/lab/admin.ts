import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../model/failure.ts';
import type { IssuerRequest, LabClient } from './messages.ts';
import type { Cutoff } from './settings.ts';

/** Largest request body: a public key or a denylist entry. */
const MAX_BODY_BYTES = 64 * 1024;

const DENYLIST_TYPES: readonly string[] = ['jti', 'sid', 'sub', 'client_id', 'kid'];

interface AdminOptions {
  readonly port: number;
  readonly secret: string;
  readonly clients: readonly LabClient[];
  readonly ask: (request: IssuerRequest) => Promise<{ readonly status: number; readonly body: unknown }>;
  readonly verifiers: () => readonly { readonly name: string; readonly url: string; readonly pid: number }[];
  readonly restart: (name: string) => Promise<boolean>;
  /** Shared secrets in the configuration of verifiers; a change is deployed before it is answered. */
  readonly secrets: {
    readonly names: () => readonly string[];
    readonly change: (kid: string, secret: string | null) => Promise<boolean>;
  };
}

interface DenylistEntry {
  readonly type: string;
  readonly value: string;
  /** Seconds since the epoch. */
  readonly expires_at: number;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** The lab's control interface: keys, denylist, log-ins, restarts. On loopback, and only with the secret of this start. */
export async function startAdmin(options: AdminOptions): Promise<{
  readonly url: string;
  /** Replaces the cutoffs that stand beside the entries of the denylist. */
  readonly setCutoffs: (cutoffs: readonly Cutoff[]) => void;
  readonly close: () => Promise<void>;
}> {
  const denylist = new Map<string, DenylistEntry>();
  let cutoffs: readonly Cutoff[] = [];
  let clients = options.clients;
  const server = createServer((request, response) => {
    handle(request).then(
      (answer) => reply(response, answer),
      (error: unknown) =>
        reply(response, { status: 500, body: { error: error instanceof Error ? error.message : 'unknown' } }),
    );
  });

  async function handle(request: IncomingMessage): Promise<Answer> {
    if (!isAuthorized(request.headers.authorization, options.secret))
      return { status: 401, body: { error: 'the secret of this lab is needed' } };
    const path = new URL(request.url ?? '/', 'http://lab').pathname.split('/').slice(1).map(decodeURIComponent);
    const [resource = '', id, action] = path;
    switch (`${request.method ?? ''} ${resource}`) {
      case 'GET health':
        return { status: 200, body: { verifiers: options.verifiers() } };
      case 'GET clients':
        return { status: 200, body: { clients } };
      case 'POST clients':
        return addClient(await readBody(request));
      case 'DELETE clients':
        return removeClient(id ?? '');
      case 'GET secrets':
        return { status: 200, body: { kids: options.secrets.names() } };
      case 'POST secrets': {
        const { kid, secret } = await readBody(request);
        if (typeof kid !== 'string' || kid === '' || typeof secret !== 'string' || secret === '')
          return { status: 400, body: { error: 'kid and secret are needed' } };
        await options.secrets.change(kid, secret);
        return { status: 204 };
      }
      case 'DELETE secrets':
        return { status: (await options.secrets.change(id ?? '', null)) ? 204 : 404 };
      case 'GET keys':
        return options.ask({ op: 'kids' });
      case 'POST keys': {
        const { jwk } = await readBody(request);
        return typeof jwk === 'object' && jwk !== null
          ? options.ask({ op: 'publish', jwk: jwk as Readonly<Record<string, unknown>> })
          : { status: 400, body: { error: 'jwk is missing' } };
      }
      case 'DELETE keys':
        return options.ask({ op: 'withdraw', kid: id ?? '' });
      case 'POST rotate': {
        const { from } = await readBody(request);
        return options.ask({ op: 'rotate', ...(typeof from === 'string' ? { from } : {}) });
      }
      case 'POST login': {
        const { sub } = await readBody(request);
        return typeof sub === 'string' && sub !== ''
          ? options.ask({ op: 'login', sub })
          : { status: 400, body: { error: 'sub is missing' } };
      }
      case 'GET grants':
        return options.ask({ op: 'grants', sub: id ?? '' });
      case 'DELETE grants':
        return options.ask({ op: 'end-grants', sub: id ?? '' });
      case 'GET fetches':
        return options.ask({ op: 'fetches' });
      case 'GET denylist':
        return { status: 200, body: { entries: [...denylist.values()], cutoffs } };
      case 'POST denylist':
        return addEntry(await readBody(request));
      case 'DELETE denylist':
        return { status: denylist.delete(`${id ?? ''} ${action ?? ''}`) ? 204 : 404 };
      case 'POST verifiers':
        return action === 'restart' && (await options.restart(id ?? '')) ? { status: 204 } : { status: 404 };
      default:
        return { status: 404, body: { error: 'no such resource' } };
    }
  }

  async function addClient({ client_id: id }: Readonly<Record<string, unknown>>): Promise<Answer> {
    if (typeof id !== 'string' || id === '') return { status: 400, body: { error: 'client_id is missing' } };
    if (clients.some(({ client_id }) => client_id === id))
      return { status: 409, body: { error: 'there is a client of that name' } };
    const client: LabClient = { client_id: id, client_secret: randomBytes(32).toString('base64url') };
    clients = [...clients, client];
    await options.ask({ op: 'clients', clients });
    return { status: 200, body: client };
  }

  async function removeClient(id: string): Promise<Answer> {
    if (!clients.some(({ client_id }) => client_id === id)) return { status: 404 };
    clients = clients.filter(({ client_id }) => client_id !== id);
    await options.ask({ op: 'clients', clients });
    return { status: 204 };
  }

  function addEntry({ type, value, expires_at }: Readonly<Record<string, unknown>>): Answer {
    if (
      typeof type !== 'string' ||
      !DENYLIST_TYPES.includes(type) ||
      typeof value !== 'string' ||
      value === '' ||
      typeof expires_at !== 'number'
    ) {
      return { status: 400, body: { error: `type (${DENYLIST_TYPES.join(', ')}), value and expires_at are needed` } };
    }
    denylist.set(`${type} ${value}`, { type, value, expires_at });
    return { status: 204 };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      reject(
        inUse
          ? new UserError('lab/port-in-use', `the lab cannot listen on port ${options.port}: it is in use`, {
              hint: 'stop what uses it, choose another --port, or leave it out for any free ports',
            })
          : error,
      );
    });
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setCutoffs: (given) => {
      cutoffs = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function isAuthorized(header: string | undefined, secret: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${secret}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  if (size === 0) return {};
  const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : {};
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body === undefined || body === null || status === 204 ? undefined : JSON.stringify(body));
}
