import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionOf } from '../../../src/drill/steps/registry.ts';
import { Vault } from '../../../src/drill/vault.ts';
import { Secret } from '../../../src/model/secret.ts';
import { ISSUER, callOf, contextOf } from './conformance.ts';

/** A token that was rotated out last is renewed for this long, in milliseconds. */
const GRACE_MS = 400;

interface Issued {
  readonly subject: string;
  readonly generation: number;
  rotatedAt: number | null;
}

/** An issuer with a grace period, as several have: the lab's has none. */
function graceful(): ReturnType<typeof createServer> {
  const issued = new Map<string, Issued>();
  const dead = new Set<string>();
  let count = 0;
  const issue = (subject: string, generation: number): object => {
    count += 1;
    issued.set(`rt-${count}`, { subject, generation, rotatedAt: null });
    return { access_token: `at-${count}`, refresh_token: `rt-${count}` };
  };
  const renew = (token: string): object | null => {
    const held = issued.get(token);
    if (held === undefined || dead.has(held.subject)) return null;
    const newest = Math.max(
      ...[...issued.values()].filter(({ subject }) => subject === held.subject).map((each) => each.generation),
    );
    const graceful = held.generation === newest - 1 && performance.now() - (held.rotatedAt ?? 0) <= GRACE_MS;
    if (held.generation !== newest && !graceful) {
      dead.add(held.subject);
      return null;
    }
    held.rotatedAt ??= performance.now();
    return issue(held.subject, newest + (graceful ? 0 : 1));
  };
  return createServer(
    (asked, response) =>
      void text(asked).then((body) => {
        const [, resource = '', subject = ''] = (asked.url ?? '').split('/');
        const answer = (status: number, value?: object): void =>
          void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
        if (resource === 'login') return answer(200, issue((JSON.parse(body) as { sub: string }).sub, 0));
        if (resource === 'grants' && asked.method === 'DELETE') {
          dead.add(subject);
          return answer(204);
        }
        if (resource === 'grants') return answer(200, { count: dead.has(subject) ? 0 : 1 });
        const renewed = renew(new URLSearchParams(body).get('refresh_token') ?? '');
        return renewed === null ? answer(400, { error: 'invalid_grant' }) : answer(200, renewed);
      }),
  );
}

describe('oauth.sweep_reuse', () => {
  const server = graceful();
  const vault = new Vault();
  let url: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const token = new Secret('x', 'x');
    const tokens = { accessToken: token, refreshToken: token, rotatedOut: [] };
    vault.put('stolen', { kind: 'grant', subject: 'fbcanary-1', client: 'spa', ...tokens });
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const effectFor = (given: Readonly<Record<string, unknown>>) => {
    const call = callOf('oauth.sweep_reuse', { grant: 'stolen', ...given });
    const issuer = { ...ISSUER, tokenEndpoint: `${url}/token` };
    return { id: 'e1', ...actionOf(call).effect({ call, vault, issuer, admin: url, expiresAt: 1 }) };
  };
  const action = actionOf(callOf('oauth.sweep_reuse', {}));

  it('finds a grace period, how long it is and how far back it goes, and leaves no family behind', async () => {
    const effect = effectFor({ delays: ['0s', '900ms'], generations: [1, 2] });
    expect(await action.apply(effect, contextOf(vault))).toEqual({
      families: 4,
      accepted: 1,
      alive: 1,
      latest_accepted_ms: 0,
      oldest_accepted: 1,
    });
    expect(await action.isGone(effect, contextOf(null))).toBe(false);
    await action.undo(effect, contextOf(null));
    expect(await action.isGone(effect, contextOf(null))).toBe(true);
    expect(JSON.stringify(effect)).not.toContain('rt-');
  });

  it.for([
    { given: { delays: ['soon'], generations: [1] }, message: /with.delays to be a list of durations/ },
    {
      given: { delays: ['0s'], generations: [0] },
      message: /with.generations to be a list of at most 5 whole numbers/,
    },
    { given: { delays: Array.from({ length: 61 }, () => '0s'), generations: [1] }, message: /at most 60 combinations/ },
  ])('refuses $given', ({ given, message }) => {
    expect(() => effectFor(given)).toThrow(message);
  });
});
