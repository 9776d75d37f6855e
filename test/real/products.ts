import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Where `scripts/install-products.sh` puts Envoy; FIREBREAK_ENVOY names another one. */
const ENVOY_FILE = 'node_modules/.cache/firebreak/envoy/envoy/_bin/envoy';

/** Where `scripts/install-atlas.sh` puts Keycloak; FIREBREAK_KEYCLOAK names another folder. */
const KEYCLOAK_FOLDER = 'node_modules/.cache/firebreak/keycloak';

const NJS_MODULE = '/usr/lib/nginx/modules/ngx_http_js_module.so';

const OPENIDC_MODULE = '/usr/lib/apache2/modules/mod_auth_openidc.so';

/** Each real product, as a command that can be started here; null where it is not installed. */
export const PRODUCTS = {
  haproxy: installed('haproxy', ['-v']),
  nginx: existsSync(NJS_MODULE) ? installed('nginx', ['-v']) : null,
  apache2: existsSync(OPENIDC_MODULE) ? installed('apache2', ['-v']) : null,
  redis: installed('redis-server', ['--version']),
  nats: installed('nats-server', ['--version']),
  envoy: installed(process.env['FIREBREAK_ENVOY'] ?? ENVOY_FILE, ['--version']),
  keycloak: installedFile(`${process.env['FIREBREAK_KEYCLOAK'] ?? KEYCLOAK_FOLDER}/bin/kc.sh`),
} as const;

export type Product = keyof typeof PRODUCTS;

function installed(command: string, args: readonly string[]): string | null {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const { status } = spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, PATH: path } });
  return status === 0 ? command : null;
}

/** A program that takes long to say its version. */
function installedFile(path: string): string | null {
  return existsSync(path) ? path : null;
}

/** What a suite is called, so that a report shows what did not run and why. */
export function titleOf(product: Product, title: string): string {
  if (PRODUCTS[product] !== null) return title;
  const script = product === 'keycloak' ? 'install-atlas.sh' : 'install-products.sh';
  const note = `NOT RUN: ${product} is not installed; scripts/${script} installs it`;
  console.warn(`${title}: ${note}`);
  return `${title} (${note})`;
}

/** A command of a product that ends by itself: its validator. */
export function outcomeOf(
  product: Product,
  args: readonly string[],
): { readonly code: number | null; readonly said: string } {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const { status, stdout, stderr } = spawnSync(PRODUCTS[product] ?? product, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  return { code: status, said: stdout + stderr };
}

export interface Started {
  readonly stop: () => Promise<void>;
}

/** Starts a product and waits until it answers at a port. @throws Error with what it said when it ends before */
export async function startProduct(product: Product, args: readonly string[], port: number): Promise<Started> {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const child = spawn(PRODUCTS[product] ?? product, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += String(data)));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${product} ended with ${child.exitCode}\n${said}`);
    await pause(25);
  }
  return { stop: () => stopped(child, ended) };
}

async function stopped(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** A port that nobody uses. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createTcpServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

export interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A server of this process on loopback. */
export function serve(answer: RequestListener): Promise<Listening> {
  const server: Server = createServer(answer);
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/** Status of a request with these raw headers, names and values in turn. */
export function statusOf(port: number, headers: readonly string[], path = '/'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, headers: ['Host', 'api.example.com', ...headers], agent: false },
      (response: IncomingMessage) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
