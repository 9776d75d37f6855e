import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabDescription } from '../../src/model/lab.ts';
import { breakSignature, generateSigningKey, signToken } from '../../src/token/mint.ts';
import { folderWith, start } from '../cli/command.ts';
import type { Running } from '../cli/command.ts';

let folder: { path: string; remove: () => void };
let process_: Running;
let lab: LabDescription;

beforeAll(async () => {
  folder = folderWith({ 'policies/lab-inventory.yaml': readFileSync('policies/lab-inventory.yaml', 'utf8') });
  process_ = start(['lab', 'up'], { cwd: folder.path });
  await process_.sees('lab is ready');
  lab = JSON.parse(readFileSync(join(folder.path, '.firebreak/lab.json'), 'utf8')) as LabDescription;
});

afterAll(async () => {
  process_.child.kill('SIGTERM');
  await process_.outcome;
  folder.remove();
});

async function admin(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${lab.admin.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${lab.admin.secret}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function clientToken(clientId: string): Promise<string> {
  const { clients } = (await (await admin('GET', '/clients')).json()) as {
    clients: { client_id: string; client_secret: string }[];
  };
  const client = clients.find(({ client_id }) => client_id === clientId);
  const response = await fetch(`${lab.issuer.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${client?.client_secret ?? ''}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function refresh(token: string): Promise<{
  readonly status: number;
  readonly body: { readonly error?: string; readonly refresh_token?: string; readonly access_token?: string };
}> {
  const response = await fetch(`${lab.issuer.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'drill-spa', refresh_token: token }),
  });
  return {
    status: response.status,
    body: (await response.json()) as { error?: string; refresh_token?: string; access_token?: string },
  };
}

async function logIn(sub: string): Promise<{ readonly access_token: string; readonly refresh_token: string }> {
  return (await (await admin('POST', '/login', { sub })).json()) as { access_token: string; refresh_token: string };
}

/** Status of every verifier for a token. */
async function statuses(token: string | null): Promise<Readonly<Record<string, number>>> {
  const rows = await Promise.all(
    lab.verifiers.map(
      async ({ name, url }) =>
        [
          name,
          (await fetch(`${url}/orders`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } }))
            .status,
        ] as const,
    ),
  );
  return Object.fromEntries(rows);
}

const all = (status: number): Readonly<Record<string, number>> =>
  Object.fromEntries(lab.verifiers.map(({ name }) => [name, status]));

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('not within 10 s');
    await new Promise((done) => setTimeout(done, 50));
  }
}

const claimsOf = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('the lab', () => {
  it('has at least seven real verifiers, each its own process on its own port', () => {
    expect(lab.verifiers.length).toBeGreaterThanOrEqual(7);
    expect(new Set(lab.verifiers.map(({ pid }) => pid)).size).toBe(lab.verifiers.length);
    expect(new Set(lab.verifiers.map(({ url }) => url)).size).toBe(lab.verifiers.length);
    for (const { url } of [...lab.verifiers, lab.issuer, lab.admin]) expect(new URL(url).hostname).toBe('127.0.0.1');
  });

  it('accepts a good token everywhere and refuses a broken one and none', async () => {
    const token = await clientToken('drill-a');
    expect(await statuses(token)).toEqual(all(200));
    expect(await statuses(breakSignature(token))).toEqual(all(401));
    expect(await statuses(null)).toEqual(all(401));
  });

  it('gives JWT access tokens with what revocation needs', async () => {
    expect(claimsOf(await clientToken('drill-a'))).toMatchObject({
      iss: lab.issuer.issuer,
      client_id: 'drill-a',
      jti: expect.any(String) as string,
      aud: 'https://orders.firebreak.test',
    });
    expect(claimsOf((await logIn('lab-user')).access_token)).toMatchObject({
      sub: 'lab-user',
      sid: expect.any(String) as string,
    });
  });

  it('rotates refresh tokens, and a second use of an old one ends the family', async () => {
    const { refresh_token: first } = await logIn('reuse-user');
    const second = await refresh(first);
    expect(second.status).toBe(200);
    expect(await refresh(first)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await refresh(second.body.refresh_token ?? '')).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it('rotates its signing key without losing grants; the old key stays until it is removed', async () => {
    const { refresh_token: token, access_token: before } = await logIn('rotation-user');
    const { kid, previous } = (await (await admin('POST', '/rotate')).json()) as { kid: string; previous: string };
    const after = await refresh(token);
    expect(after.status).toBe(200);
    expect(
      JSON.parse(Buffer.from((after.body.access_token ?? '').split('.')[0] ?? '', 'base64url').toString()),
    ).toMatchObject({ kid });
    expect(await statuses(before)).toEqual(all(200));
    expect((await admin('DELETE', `/keys/${kid}`)).status).toBe(409);
    expect((await admin('DELETE', `/keys/${previous}`)).status).toBe(204);
    expect((await admin('DELETE', `/keys/${previous}`)).status).toBe(404);
  });

  it('refuses a denied jti everywhere, and that one only', async () => {
    const [leaked, other] = [await clientToken('drill-a'), await clientToken('drill-a')];
    const value = String(claimsOf(leaked)['jti']);
    expect(
      (await admin('POST', '/denylist', { type: 'jti', value, expires_at: Math.floor(Date.now() / 1000) + 600 }))
        .status,
    ).toBe(204);
    await until(async () => Object.values(await statuses(leaked)).every((status) => status === 401));
    expect(await statuses(other)).toEqual(all(200));
    expect((await admin('DELETE', `/denylist/jti/${value}`)).status).toBe(204);
    await until(async () => Object.values(await statuses(leaked)).every((status) => status === 200));
  });

  it('publishes public keys only, and forgets what a restarted verifier had cached', async () => {
    const key = await generateSigningKey('ES256', 'fbcanary-lab-test');
    expect((await admin('POST', '/keys', { jwk: { ...key.publicJwk, d: 'x' } })).status).toBe(400);
    expect((await admin('POST', '/keys', { jwk: { kty: 'oct', k: 'x', kid: 'y' } })).status).toBe(400);
    expect((await admin('POST', '/keys', { jwk: key.publicJwk })).status).toBe(204);
    const now = Math.floor(Date.now() / 1000);
    const token = await signToken(
      key,
      { typ: 'JWT' },
      {
        iss: lab.issuer.issuer,
        aud: 'https://orders.firebreak.test',
        sub: 'canary',
        client_id: 'x',
        jti: 'j',
        iat: now,
        exp: now + 600,
      },
    );
    await until(async () => (await statuses(token))['aws-jwt-verify'] === 200);
    expect((await admin('DELETE', '/keys/fbcanary-lab-test')).status).toBe(204);
    expect((await statuses(token))['aws-jwt-verify']).toBe(200);
    expect((await admin('POST', '/verifiers/aws-jwt-verify/restart')).status).toBe(204);
    expect((await statuses(token))['aws-jwt-verify']).toBe(401);
  });

  it('answers nobody without its secret', async () => {
    for (const authorization of [undefined, 'Bearer wrong', `Basic ${btoa('a:b')}`]) {
      const response = await fetch(`${lab.admin.url}/clients`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(response.status).toBe(401);
    }
  });

  it('keeps its secret in a file that only its owner reads', async () => {
    const { statSync } = await import('node:fs');
    expect(statSync(join(folder.path, '.firebreak/lab.json')).mode & 0o077).toBe(0);
  });
});
