import { describe, expect, it } from 'vitest';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import { UserError } from '../../../src/model/failure.ts';
import { JTI, callOf, contextOf, describeConformance, effectOf, undoAndTell, vaultWithCanary } from './conformance.ts';
import type { Place } from './conformance.ts';
import { ADMIN_TOKEN, adminServer } from './http-server.ts';

const PLACE: Place = { env: { ADMIN: `Bearer ${ADMIN_TOKEN}` } };
const HEADERS = { authorization: { env: 'ADMIN' } };

describeConformance('http', async () => {
  const server = await adminServer();
  const url = `${server.url}/entries/{value}`;
  return {
    call: callOf('http', {
      type: 'jti',
      of: 'canary',
      request: { method: 'PUT', url, headers: HEADERS, body: { deny: '{value}' } },
      undo: { url, headers: HEADERS },
      check: { url, headers: HEADERS },
    }),
    place: PLACE,
    state: () => JSON.stringify([...server.entries]),
    down: server.down,
    up: server.up,
    close: server.down,
    secrets: [ADMIN_TOKEN],
  };
});

describeConformance('jwks.http.add_key', async () => {
  const server = await adminServer();
  return {
    call: callOf('jwks.http.add_key', { key: 'leaked_key', url: `${server.url}/jwks`, headers: HEADERS }),
    place: PLACE,
    state: () => server.document,
    down: server.down,
    up: server.up,
    close: server.down,
    secrets: [ADMIN_TOKEN],
  };
});

describe('http', () => {
  it('puts the identifier of the canary where the texts say, encoded for its place', async () => {
    const server = await adminServer();
    const call = callOf('http', {
      type: 'jti',
      of: 'canary',
      request: { url: `${server.url}/entries/{value}`, headers: HEADERS, body: { deny: '{value}' } },
      undo: 'none',
      reason: 'entries end by themselves',
    });
    const vault = await vaultWithCanary();
    const context = contextOf(vault, PLACE);
    expect(await actionOf(call).apply(await effectOf(call, vault, context), context)).toEqual({ status: 201 });
    expect([...server.entries]).toEqual([[JTI, JSON.stringify({ deny: JTI })]]);
    await server.down();
  });

  it('does not speak to a host that the environment does not allow, not even to undo', async () => {
    const server = await adminServer();
    const call = callOf('http', {
      request: { url: `${server.url}/entries/x` },
      undo: { url: `${server.url}/entries/x` },
    });
    const vault = await vaultWithCanary();
    const context = contextOf(vault, { allow: ['api.example.com'] });
    const effect = await effectOf(call, vault, context);
    await expect(actionOf(call).apply(effect, context)).rejects.toMatchObject({ code: 'drill/host-not-allowed' });
    expect(await undoAndTell(effect, context)).toMatchObject({ gone: false, why: expect.stringMatching(/allow-list/) });
    expect(server.requests).toEqual([]);
    await server.down();
  });

  it('tells a status that nobody expected, and shows no secret', async () => {
    const server = await adminServer();
    const call = callOf('http', {
      request: { url: `${server.url}/entries/x`, headers: HEADERS },
      undo: 'none',
      reason: 'nothing is left behind',
    });
    const vault = await vaultWithCanary();
    const context = contextOf(vault, { env: { ADMIN: 'Bearer wrong-token-0815' } });
    const fault = await actionOf(call)
      .apply(await effectOf(call, vault, context), context)
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(UserError);
    expect(String(fault)).toContain(`POST ${server.url}/entries/x answered 401`);
    expect(JSON.stringify(fault)).not.toContain('wrong-token');
    await server.down();
  });

  it.for([
    {
      name: 'a literal credential',
      request: { url: 'http://a', headers: { Authorization: 'Bearer x' } },
      message: /holds a secret/,
    },
    { name: 'a URL that is not HTTP', request: { url: 'file:///etc/passwd' }, message: /an http or https URL/ },
    { name: 'a method in small letters', request: { url: 'http://a', method: 'post' }, message: /method in capitals/ },
    {
      name: 'a secret without a place',
      request: { url: 'http://a', headers: { a: {} } },
      message: /where the secret is/,
    },
    {
      name: 'statuses that are none',
      request: { url: 'http://a', expected: ['ok'] },
      message: /list of HTTP statuses/,
    },
  ])('refuses $name', async ({ request, message }) => {
    const call = callOf('http', { request, undo: 'none', reason: 'nothing is left behind' });
    expect(() => actionOf(call).planned?.(call)).toThrow(message);
  });
});

describe('a key set behind HTTP', () => {
  it('is not overwritten when somebody else writes between reading and writing', async () => {
    const server = await adminServer();
    const vault = await vaultWithCanary();
    const context = contextOf(vault, PLACE);
    const call = callOf('jwks.http.add_key', { key: 'leaked_key', url: `${server.url}/jwks`, headers: HEADERS });
    const effect = await effectOf(call, vault, context);
    const theirs = '{"keys":[{"kty":"EC","kid":"theirs"}]}';
    const slow = {
      ...context,
      http: {
        send: async (request: Parameters<typeof context.http.send>[0]) => {
          const answered = await context.http.send(request);
          if (request.method === 'GET') server.document = theirs;
          return answered;
        },
      },
    };
    await expect(actionOf(call).apply(effect, slow)).rejects.toThrow(/changed while it was edited/);
    expect(server.document).toBe(theirs);
    await server.down();
  });
});
