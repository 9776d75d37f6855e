import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { Ajv } from 'ajv';
import { afterEach, describe, expect, it } from 'vitest';
import { DRILL, INVENTORY, POLICY } from '../readiness/shop.ts';
import { firebreak } from './command.ts';
import { ownFolder } from './own-folder.ts';

const SECRETS = { DENY_TOKEN: 'Bearer not-for-anybody', DRILL_SECRET: 'hush-hush' };
const LOG = `{"time_iso8601":"2026-06-01T08:14:31+00:00","host":"orders","request_method":"GET","request_uri":"/v1","status":"200","remote_addr":"203.0.113.7","http_user_agent":"shop/4.1","jwt_header_kid":"main-1","jwt_claim_iss":"https://id.example","jwt_claim_jti":"j-1"}\n`;

interface Listening {
  readonly port: number;
  /** Connections so far, and the bytes that came over them. */
  readonly seen: () => { readonly connections: number; readonly bytes: number };
}

describe('readiness', () => {
  const folder = ownFolder();
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  function writeShop(change: (text: string) => string = (text) => text): void {
    folder.put('policies/shop.yaml', POLICY);
    folder.put('policies/inventory.yaml', change(INVENTORY));
    folder.put('drills/leaked-access-token.yaml', DRILL.replace('/srv/deny.map', 'deny.map'));
    folder.put('deny.map', '');
    folder.put('logs/access.json', LOG);
  }

  const doctor = (env: Record<string, string>, ...args: readonly string[]) =>
    firebreak(['doctor', '--incident', ...args], { cwd: folder.path(), env });

  async function listen(): Promise<Listening> {
    let [connections, bytes] = [0, 0];
    const server = createServer((socket) => {
      connections += 1;
      socket.on('data', (chunk) => (bytes += chunk.length)).on('error', () => undefined);
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return { port: (server.address() as AddressInfo).port, seen: () => ({ connections, bytes }) };
  }

  it('leaves with 0, 1 and 4 for ready, not ready and unknown', async () => {
    writeShop();
    const token = ['--scenario', 'access_token', '--logs', 'logs'];
    expect(await doctor(SECRETS, ...token)).toMatchObject({ code: 0, err: '' });
    const lacking = await doctor({}, ...token);
    expect(lacking.code).toBe(1);
    expect(lacking.out).toContain('missing: variable DENY_TOKEN, for response deny_jti, deny_sid: missing or empty');
    folder.put(
      'policies/inventory.yaml',
      INVENTORY.replace('library: { name: jose, version: 6.2.18 }', 'library: { name: own }'),
    );
    expect((await doctor(SECRETS, ...token)).code).toBe(4);
  });

  it('shows no secret, in any format', async () => {
    writeShop();
    for (const format of ['pretty', 'json']) {
      const { out, err } = await doctor(SECRETS, '--facts', '-f', format);
      expect(out).toContain('DENY_TOKEN');
      for (const secret of Object.values(SECRETS)) expect(out + err).not.toContain(secret);
    }
  });

  it('prints JSON as its schema says', async () => {
    writeShop();
    const schema = JSON.parse((await folder.run('schema', 'readiness')).out) as object;
    const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
    const { out } = await doctor({}, '--json');
    expect(validate(JSON.parse(out)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('connects to nobody unless it is told to, and then sends nothing', async () => {
    const { port, seen } = await listen();
    writeShop((text) => text.replace('https://orders.example/v1/orders', `http://127.0.0.1:${port}/v1`));
    await doctor(SECRETS, '--scenario', 'access_token');
    expect(seen()).toEqual({ connections: 0, bytes: 0 });
    const { out } = await doctor(SECRETS, '--scenario', 'access_token', '--connect', '--facts');
    expect(out).toContain(`http://127.0.0.1:${port}, for verifier "orders"`);
    expect(seen()).toEqual({ connections: 1, bytes: 0 });
  });

  it('does not connect to what the environment does not allow', async () => {
    const { port, seen } = await listen();
    writeShop((text) =>
      text
        .replace('https://orders.example/v1/orders', `http://127.0.0.1:${port}/v1`)
        .replace('allow: [127.0.0.0/8]', 'allow: [192.0.2.0/24]'),
    );
    const { code, out } = await doctor(SECRETS, '--scenario', 'access_token', '--connect');
    expect(code).toBe(1);
    expect(out).toContain('127.0.0.1 is not on the allow-list of the environment');
    expect(seen().connections).toBe(0);
  });

  it('writes runbooks that stay the same, and finds those that are out of date', async () => {
    writeShop();
    for (const format of ['markdown', 'cacao']) {
      const write = ['runbook', '--all', '--dir', 'runbooks', '-f', format];
      expect((await folder.run(...write, '--now', '2026-06-01T00:00:00Z')).code).toBe(0);
      const before = texts();
      await folder.run(...write, '--now', '2026-07-01T00:00:00Z');
      expect(texts()).toEqual(before);
      expect(await folder.run(...write, '--check')).toMatchObject({ code: 0, out: '5 runbooks are up to date\n' });
    }
    const [file = ''] = folder.filesThere().filter((name) => name.endsWith('leaked-access-token.md'));
    folder.put(file, `${folder.read(file)}\n`);
    folder.put('runbooks/leaked-hmac-secret.md', 'once there was a secret');
    const check = await folder.run('runbook', '--all', '--check');
    expect(check).toMatchObject({
      code: 1,
      out: 'runbooks/leaked-access-token.md is out of date\nrunbooks/leaked-hmac-secret.md is about nothing that is there any more\n',
    });
  });

  it('changes the time of a playbook only when something else changes', async () => {
    writeShop();
    const write = (now: string) =>
      folder.run('runbook', '--scenario', 'client', '--dir', 'r', '-f', 'cacao', '--now', now);
    const times = (): object => {
      const { created, modified } = JSON.parse(folder.read('r/compromised-client.cacao.json')) as Record<
        string,
        string
      >;
      return { created, modified };
    };
    await write('2026-06-01T00:00:00Z');
    folder.put('policies/inventory.yaml', INVENTORY.replace("owner: '@orders'", "owner: '@shop'"));
    await write('2026-07-01T00:00:00Z');
    expect(times()).toEqual({ created: '2026-06-01T00:00:00.000Z', modified: '2026-07-01T00:00:00.000Z' });
  });

  it('names only commands that there are', async () => {
    writeShop();
    const { out } = await folder.run('runbook', '--all');
    const named = new Set(
      [...out.matchAll(/^firebreak (\w+)(?: (\w+))?/gm)].map(([, command, sub]) => `${command} ${sub}`),
    );
    expect(named).toContain('incident scope');
    for (const words of named) {
      const [command = '', sub = ''] = words.split(' ');
      const { out: help } = await folder.run(command, '--help');
      if (command !== 'doctor') expect(help, words).toMatch(new RegExp(`^ {2}${sub}\\b`, 'm'));
    }
  });

  it.each([
    [['runbook'], 'name one scenario, or ask for all of them'],
    [['runbook', '--all', '-f', 'cacao'], 'do not fit into one document'],
    [['runbook', '--scenario', 'hmac_secret'], 'no verifier is concerned'],
    [['runbook', '--all', '--environment', 'nowhere'], 'no verifier is in environment "nowhere"'],
  ])('refuses %j', async (args, message) => {
    writeShop();
    const { code, err } = await folder.run(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  function texts(): Readonly<Record<string, string>> {
    const files = folder.filesThere().filter((file) => file.startsWith('runbooks/'));
    return Object.fromEntries(files.map((file) => [file, readFileSync(`${folder.path()}/${file}`, 'utf8')]));
  }
});
