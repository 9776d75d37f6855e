/** A drill of a stolen token that is bound to a certificate, at HAProxy in front of an application that reads Client-Cert. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateAttempts } from '../../src/drill/attack-certificate.ts';
import { createProbeHttp } from '../../src/system/probe-http.ts';
import type { CertificateOptions, MadeCertificate } from '../../src/token/certificate.ts';
import { makeCertificate } from '../../src/token/certificate.ts';
import type { Outcome } from '../cli/command.ts';
import { firebreak, folderWith } from '../cli/command.ts';
import type { Started } from './products.ts';
import { PRODUCTS, freePort, startProduct, titleOf } from './products.ts';
import type { RunningLab } from './running-lab.ts';
import { startLabIn } from './running-lab.ts';

/** How HAProxy treats certificates and the header: removes nothing, removes what clients send, also insists on a certificate. */
const FRONTENDS = ['open', 'clean', 'strict'] as const;

type Ports = Readonly<Record<(typeof FRONTENDS)[number], number>>;

interface Cell {
  readonly unit: string;
  readonly kind: string;
  readonly outcome: string;
  readonly spellings: readonly string[];
}

const HOUR_MS = 3_600_000;

function make(options: Pick<CertificateOptions, 'name' | 'use' | 'issuer' | 'hosts'>): MadeCertificate {
  return makeCertificate({ ...options, from: Date.now() - HOUR_MS, until: Date.now() + HOUR_MS });
}

describe.skipIf(PRODUCTS.haproxy === null)(titleOf('haproxy', 'a stolen certificate-bound token at HAProxy'), () => {
  let folder: ReturnType<typeof folderWith>;
  let running: RunningLab;
  let haproxy: Started;
  let outcome: Outcome;
  let cells: readonly Cell[];
  let journal: string;

  beforeAll(async () => {
    const servers = make({ name: 'authority of servers', use: 'authority' });
    const clients = make({ name: 'authority of clients', use: 'authority' });
    const server = make({ name: 'edge', use: 'server', issuer: servers, hosts: ['127.0.0.1'] });
    const holder = make({ name: 'holder', use: 'client', issuer: clients });
    const ports: Ports = { open: await freePort(), clean: await freePort(), strict: await freePort() };
    folder = folderWith({
      'policies/edge.yaml': inventory(ports),
      'drill.yaml': DRILL,
      'servers.pem': servers.certificate,
      'clients.pem': clients.certificate,
      'edge.pem': `${server.certificate}${server.key.reveal()}`,
      'holder.pem': holder.certificate,
      'holder.key': holder.key.reveal(),
    });
    running = await startLabIn(folder.path, 'policies/edge.yaml');
    const application = running.lab.verifiers.find(({ name }) => name === 'application')?.url ?? '';
    writeFileSync(join(folder.path, 'haproxy.cfg'), configuration(folder.path, ports, new URL(application).host));
    haproxy = await startProduct('haproxy', ['-db', '-f', join(folder.path, 'haproxy.cfg')], ports.strict);
    outcome = await firebreak(['drill', 'run', 'drill.yaml', '-o', 'json=result.json', '-o', 'pretty=-'], {
      cwd: folder.path,
      env: { NODE_EXTRA_CA_CERTS: join(folder.path, 'servers.pem') },
    });
    const result = JSON.parse(readFileSync(join(folder.path, 'result.json'), 'utf8')) as {
      readonly matrix: { readonly cells: readonly Cell[] };
      readonly journal: { readonly path: string };
    };
    cells = result.matrix.cells;
    journal = readFileSync(join(folder.path, result.journal.path), 'utf8');
  });

  afterAll(async () => {
    await haproxy?.stop();
    await running?.stop();
    folder?.remove();
  });

  it('is of use where the header of a client is passed on, and nowhere else', () => {
    const told = cells.map(({ unit, kind, outcome: is, spellings }) => [unit, kind, is, ...spellings].join(' '));
    expect(told, outcome.out + outcome.err).toEqual([
      'open no-certificate refused',
      'open other-certificate refused',
      'open forged-certificate-header accepted client-cert x-forwarded-client-cert',
      'clean no-certificate refused',
      'clean other-certificate refused',
      'clean forged-certificate-header refused',
      'strict no-certificate refused',
      'strict other-certificate refused',
      'strict forged-certificate-header refused',
    ]);
    expect(outcome.code).toBe(1);
  });

  it('is turned away in the handshake where HAProxy insists on a certificate', () => {
    const attacks = journal
      .split('\n')
      .filter((line) => line.includes('"type":"attack"') && line.includes('"unit":"strict"'));
    expect(attacks.length).toBeGreaterThan(0);
    expect(attacks.filter((line) => !line.includes('"reason":"certificate-refused"'))).toEqual([]);
  });
});

describe('what a thief writes into a header', () => {
  const servers = make({ name: 'authority', use: 'authority' });
  const server = make({ name: 'edge', use: 'server', issuer: servers, hosts: ['127.0.0.1'] });
  const holder = make({ name: 'holder', use: 'client' });
  const forged = new Map(
    certificateAttempts('forged-certificate-header', holder, Date.now()).map(({ spelling, headers }) => [
      spelling,
      headers[spelling],
    ]),
  );

  /** What a product tells of the certificate of the holder. */
  async function told(
    product: 'nginx' | 'haproxy',
    configure: (folder: string, port: number) => string,
  ): Promise<string> {
    const port = await freePort();
    const folder = folderWith({
      'edge.pem': `${server.certificate}${server.key.reveal()}`,
      'clients.pem': holder.certificate,
    });
    const file = join(folder.path, 'product.cfg');
    writeFileSync(file, configure(folder.path, port));
    const started = await startProduct(product, product === 'nginx' ? ['-c', file] : ['-db', '-f', file], port);
    try {
      const tls = { ca: servers.certificate, client: holder };
      const url = `https://127.0.0.1:${port}/`;
      return (await createProbeHttp(['127.0.0.0/8']).send({ url, method: 'GET', timeoutMs: 5000, tls })).body;
    } finally {
      await started.stop();
      folder.remove();
    }
  }

  it.skipIf(PRODUCTS.nginx === null)(titleOf('nginx', 'is what ingress-nginx passes on for the holder'), async () => {
    const body = await told(
      'nginx',
      (folder, port) => `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/edge.pem;
    ssl_certificate_key ${folder}/edge.pem;
    ssl_verify_client optional_no_ca;
    location / { return 200 $ssl_client_escaped_cert; }
  }
}
`,
    );
    expect(forged.get('ssl-client-cert')).toBe(body);
    expect(forged.get('x-amzn-mtls-clientcert')).toBe(body);
  });

  it.skipIf(PRODUCTS.haproxy === null)(titleOf('haproxy', 'is what HAProxy makes of the holder'), async () => {
    const body = await told(
      'haproxy',
      (folder, port) => `defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend in
  bind 127.0.0.1:${port} ssl crt ${folder}/edge.pem ca-file ${folder}/clients.pem verify optional
  http-request return status 200 content-type text/plain lf-string ":%[ssl_c_der,base64]: %[ssl_c_der,sha2(256),hex]"
`,
    );
    const [field, hash = ''] = body.split(' ');
    expect(forged.get('client-cert')).toBe(field);
    expect(forged.get('x-arr-clientcert')).toBe(field?.slice(1, -1));
    expect(forged.get('x-forwarded-tls-client-cert')).toBe(field?.slice(1, -1));
    expect(forged.get('x-forwarded-client-cert')).toMatch(new RegExp(`^Hash=${hash.toLowerCase()};Cert="`));
  });
});

function configuration(folder: string, ports: Ports, application: string): string {
  const frontend = (name: keyof Ports, verify: string, rules: readonly string[]): string => `
frontend ${name}
  bind 127.0.0.1:${ports[name]} ssl crt ${folder}/edge.pem ca-file ${folder}/clients.pem ${verify}
${[...rules, 'http-request set-header Client-Cert :%[ssl_c_der,base64]: if { ssl_c_used }'].map((rule) => `  ${rule}\n`).join('')}  default_backend application
`;
  const removed = ['http-request del-header Client-Cert', 'http-request del-header X-Forwarded-Client-Cert'];
  // Whoever compares thumbprints need not know who issued a certificate (RFC 8705 section 6.2).
  const anyone = 'verify optional ca-ignore-err all crt-ignore-err all';
  return `defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
${frontend('open', anyone, [])}${frontend('clean', anyone, removed)}${frontend('strict', 'verify required', removed)}
backend application
  server application ${application} ssl verify none
`;
}

function inventory(ports: Ports): string {
  const verifier = (name: string, library: string, url: string): string => `
    - name: ${name}
      environment: lab-edge
      issuer: lab
      policy: edge
      library: { name: ${library}, version: 6.2.18 }
      settings: { key_cache_ttl: 5s, cooldown: 1s, fetch_timeout: 1s }
      routes:
        - { url: '${url}', method: GET }`;
  return `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: edge, owner: '@edge' }
spec:
  environments:
    - { name: lab-edge, class: lab, allow: [127.0.0.0/8] }
  issuers:
    - name: lab
      environment: lab-edge
      issuer: https://issuer.firebreak.test
      jwks_uri: lab://issuer/jwks
      token_endpoint: lab://issuer/token
      admin: lab://admin
      time_to_act: 1s
      access_token_lifetime: 10m
  verifiers:${verifier('application', 'jose+client-cert-header', 'lab://application/orders')}${FRONTENDS.map((name) => verifier(name, 'jose', `https://127.0.0.1:${ports[name]}/orders`)).join('')}
`;
}

const DRILL = `apiVersion: firebreak.dev/v1alpha1
kind: Drill
metadata: { name: edge-certificates, owner: '@edge' }
spec:
  hypothesis: A stolen token that is bound to a client certificate is useless at the edge to whoever does not hold its key.
  scenario: access_token
  policy: edge
  inventory: edge
  environment: lab-edge
  targets: [${FRONTENDS.join(', ')}]
  credentials:
    canary_key: { role: key, obtain: { uses: key.generate, with: { alg: ES256 } } }
    holder: { role: key, obtain: { uses: certificate.read, with: { certificate: { file: holder.pem }, key: { file: holder.key } } } }
    canary: { role: canary, obtain: { uses: token.sign, with: { key: canary_key, bind: holder, lifetime: 5m, typ: JWT } } }
    control: { role: control, obtain: { uses: token.sign, with: { key: canary_key, bind: holder, lifetime: 5m, typ: JWT } } }
    broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } } }
  warmup:
    - { id: publish-canary, uses: jwks.add_key, with: { key: canary_key } }
  method:
    - { id: leak, mark: leak-known }
  observe:
    attacks:
      - { of: canary, kinds: [no-certificate, other-certificate, forged-certificate-header] }
    repeats: 2
    budget: { requests_per_second: 200, requests: 3000 }
  guards: { max_duration: 1m }
---
apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: edge, owner: '@edge' }
spec:
  tokens:
    access_token: { algorithms: [ES256], audiences: [https://orders.firebreak.test], lifetime: { max: 10m } }
  revocation:
    objectives:
      access_token: { max: 15m, of: routes }
`;
