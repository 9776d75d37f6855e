/** Both ways to send requests over TLS, against servers of this process whose certificates are made for each run. */
import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { on, once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { Server, ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpFailure } from '../../src/model/ports.ts';
import { createHttp } from '../../src/system/http.ts';
import { createProbeHttp } from '../../src/system/probe-http.ts';
import type { CertificateOptions, MadeCertificate } from '../../src/token/certificate.ts';
import { makeCertificate } from '../../src/token/certificate.ts';
import { folderWith } from '../cli/command.ts';

const HOUR_MS = 3_600_000;

function make(options: Pick<CertificateOptions, 'name' | 'use' | 'issuer' | 'hosts'>): MadeCertificate {
  return makeCertificate({ ...options, from: Date.now() - HOUR_MS, until: Date.now() + HOUR_MS });
}

const issuer = make({ name: 'authority', use: 'authority' });
const server = make({ name: 'server', use: 'server', issuer, hosts: ['127.0.0.1', 'orders.example'] });
const holder = make({ name: 'holder', use: 'client' });
const stranger = make({ name: 'stranger', use: 'client' });
const ca = issuer.certificate;

/** Node itself sends no alert when it turns a certificate away. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A server that ends every handshake without a certificate of that authority. */
async function insist(
  clients: MadeCertificate,
  version: string,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const folder = folderWith({
    'server.pem': `${server.certificate}${server.key.reveal()}`,
    'clients.pem': clients.certificate,
  });
  const args = `s_server -accept 127.0.0.1:0 -cert server.pem -key server.pem -Verify 1 -verify_return_error -CAfile clients.pem -www ${version}`;
  const child = spawn('openssl', args.split(' '), { cwd: folder.path, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  let port: string | undefined;
  for await (const chunk of on(child.stdout, 'data')) {
    port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(String(chunk))?.[1];
    if (port !== undefined) break;
  }
  return {
    url: `https://127.0.0.1:${port ?? ''}/`,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      folder.remove();
    },
  };
}

const servers: Server[] = [];

afterEach(() => {
  for (const each of servers.splice(0)) {
    each.closeAllConnections();
    each.close();
  }
});

/** Asks for a certificate, and leaves it to the application, as resource servers do. */
async function serve(listener: RequestListener, options: ServerOptions = {}): Promise<{ url: string; port: number }> {
  const started = createServer(
    { cert: server.certificate, key: server.key.reveal(), requestCert: true, rejectUnauthorized: false, ...options },
    listener,
  );
  servers.push(started);
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/`, port };
}

const showSubject: RequestListener = (request, response) => {
  const shown = request.socket instanceof TLSSocket ? request.socket.getPeerX509Certificate() : undefined;
  response.end(shown?.subject ?? 'nobody');
};

function failureOf(promise: Promise<unknown>): Promise<HttpFailure> {
  return promise.then(
    (answer) => {
      throw new Error(`expected a failure, got ${JSON.stringify(answer)}`);
    },
    (error: unknown) => error as HttpFailure,
  );
}

describe.each([
  { name: 'createHttp', create: createHttp },
  { name: 'createProbeHttp', create: createProbeHttp },
])('$name over TLS', ({ create }) => {
  const http = create(['127.0.0.0/8', 'orders.example']);
  const common = { method: 'GET', timeoutMs: 3000 };

  it('shows each request its own certificate, or none', async () => {
    const { url } = await serve(showSubject);
    const shown: string[] = [];
    for (const client of [holder, undefined, stranger, holder, undefined]) {
      const { body } = await http.send({ ...common, url, tls: { ca, ...(client === undefined ? {} : { client }) } });
      shown.push(body);
    }
    expect(shown).toEqual(['CN=holder', 'nobody', 'CN=stranger', 'CN=holder', 'nobody']);
  });

  it('trusts the given authorities and no other, and sends nothing before', async () => {
    let asked = 0;
    const { url } = await serve((_request, response) => void response.end(String((asked += 1))));
    const other = make({ name: 'authority', use: 'authority' });
    for (const tls of [{ ca: other.certificate }, { ca: other.certificate, client: holder }, {}, undefined]) {
      const request = { ...common, url, ...(tls === undefined ? {} : { tls }) };
      expect(await failureOf(http.send(request))).toMatchObject({ kind: 'tls', sent: null });
    }
    expect(asked).toBe(0);
  });

  it('asks for the name of the URL at a pinned address, and holds the certificate to that name', async () => {
    const { port } = await serve((request, response) => {
      const { servername } = request.socket as TLSSocket & { readonly servername: unknown };
      response.end(`${String(servername)} ${request.headers.host ?? ''}`);
    });
    const pinned = { ...common, address: `127.0.0.1:${port}`, tls: { ca } };
    const answer = await http.send({ ...pinned, url: 'https://orders.example/' });
    expect(answer.body).toBe('orders.example orders.example');
    const narrow = create(['127.0.0.0/8', '*.example']);
    const wrong = await failureOf(narrow.send({ ...pinned, url: 'https://carts.example/' }));
    expect(wrong).toMatchObject({ kind: 'tls', sent: null });
    expect(wrong.message).toContain('carts.example');
  });

  it('refuses the certificate of a server that has expired', async () => {
    const now = Date.now();
    const old = makeCertificate({
      name: 'old',
      use: 'server',
      issuer,
      hosts: ['127.0.0.1'],
      from: now - 2 * HOUR_MS,
      until: now - HOUR_MS,
    });
    const { url } = await serve(showSubject, { cert: old.certificate, key: old.key.reveal() });
    expect(await failureOf(http.send({ ...common, url, tls: { ca } }))).toMatchObject({ kind: 'tls', sent: null });
  });

  it.skipIf(!hasOpenssl).for(['-tls1_2', '-tls1_3'])(
    'tells a certificate that the server turns away from other faults (%s)',
    async (version) => {
      const clients = make({ name: 'authority of clients', use: 'authority' });
      const known = make({ name: 'known', use: 'client', issuer: clients });
      const { url, stop } = await insist(clients, version);
      try {
        expect(await http.send({ ...common, url, tls: { ca, client: known } })).toMatchObject({ status: 200 });
        for (const tls of [{ ca }, { ca, client: stranger }]) {
          expect(await failureOf(http.send({ ...common, url, tls }))).toMatchObject({ kind: 'certificate-refused' });
        }
      } finally {
        await stop();
      }
    },
  );

  it('says http/1.1 to a server that could do more', async () => {
    const { url } = await serve(
      (request, response) => void response.end(String((request.socket as TLSSocket).alpnProtocol)),
      { ALPNProtocols: ['h2', 'http/1.1'] },
    );
    expect((await http.send({ ...common, url, tls: { ca } })).body).toBe('http/1.1');
  });

  it('says nothing of the key in a failure', async () => {
    const { url } = await serve(showSubject);
    const client = { certificate: holder.certificate, key: stranger.key };
    const failure = await failureOf(http.send({ ...common, url, tls: { ca, client } }));
    expect(failure.kind).toBe('tls');
    expect(failure.message).not.toContain('PRIVATE KEY');
  });
});

it('makes certificates that can be read, or else these tests would show nothing', () => {
  expect(new X509Certificate(server.certificate).checkIssued(new X509Certificate(ca))).toBe(true);
});
