import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Listening, Started } from './products.ts';
import { startProduct } from './products.ts';

export interface VirtualHost {
  readonly port: number;
  readonly lines: readonly string[];
}

/** An issuer that speaks plain HTTP on loopback, over TLS as mod_auth_openidc wants it; its authority is `tls.crt`. */
export async function overTls(folder: string, target: string): Promise<Listening> {
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  const made = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1';
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', ...made.split(' '), ...names], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (asked, answer) => {
    const { method, headers } = asked;
    const passed = request(`${target}${asked.url ?? '/'}`, { method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    passed.on('error', () => answer.writeHead(502).end());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** Starts Apache with mod_auth_openidc as resource server; each host has its own issuer settings, and GET /orders. */
export function startApache(folder: string, hosts: readonly VirtualHost[]): Promise<Started> {
  mkdirSync(join(folder, 'pages'), { recursive: true });
  writeFileSync(join(folder, 'pages/orders'), 'orders');
  // Apache's processes give up what root may do.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'apache.conf'), configuration(folder, hosts));
  return startProduct('apache2', ['-DFOREGROUND', '-f', join(folder, 'apache.conf')], hosts[0]?.port ?? 0);
}

function configuration(folder: string, hosts: readonly VirtualHost[]): string {
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc'];
  return `${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerName 127.0.0.1
ServerRoot ${folder}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/apache.log
DocumentRoot ${folder}/pages
User www-data
Group www-data
OIDCCryptoPassphrase not-a-secret
OIDCHTTPTimeoutLong 1
OIDCOAuthSSLValidateServer On
OIDCCABundlePath ${folder}/tls.crt
<Location />
  AuthType oauth20
  Require valid-user
</Location>
${hosts.map(({ port, lines }) => `Listen 127.0.0.1:${port}\n<VirtualHost 127.0.0.1:${port}>\n  ${lines.join('\n  ')}\n</VirtualHost>`).join('\n')}
`;
}
