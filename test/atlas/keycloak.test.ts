import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionOf } from '../../src/drill/steps/registry.ts';
import { firebreak, folderWith } from '../cli/command.ts';
import {
  callOf,
  contextOf,
  describeConformance,
  effectOf,
  undoAndTell,
  vaultWithCanary,
} from '../drill/actions/conformance.ts';
import { openDoor } from '../drill/actions/door.ts';
import { expectPass, runDrillIn } from '../lab/measured.ts';
import { overTls, startApache } from '../real/apache.ts';
import { bootstrap } from '../real/envoy-bootstrap.ts';
import type { Started } from '../real/products.ts';
import { PRODUCTS, freePort, serve, startProduct, titleOf } from '../real/products.ts';
import { drillOf } from './drill-documents.ts';
import type { Keycloak } from './keycloak.ts';
import { KEPT_SECONDS, asking, documents, keeping } from './keycloak-documents.ts';
import { SECRETS, UNMARKED_REALM, USER, startKeycloak, tokenOf } from './keycloak.ts';

const PLACE = { env: { KEYCLOAK_SECRET: SECRETS.firebreak } };

describe.skipIf(PRODUCTS.keycloak === null)(titleOf('keycloak', 'drills that act in Keycloak'), () => {
  let keycloak: Keycloak;
  let realm: string;
  const servers: Started[] = [];

  beforeAll(async () => {
    keycloak = await startKeycloak();
    realm = `${keycloak.url}/realms/drills`;
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await keycloak?.stop();
  });

  const given = (more: object, server = keycloak.url): Record<string, unknown> => ({
    server,
    realm: 'drills',
    client: 'firebreak',
    secret: { env: 'KEYCLOAK_SECRET' },
    ...more,
  });

  /** A part of the realm as the Admin API shows it, asked without the action. */
  const shown = async (path: string): Promise<unknown> => {
    const token = await tokenOf(realm, {
      grant_type: 'client_credentials',
      client_id: 'firebreak',
      client_secret: SECRETS.firebreak,
    });
    const answer = await fetch(`${keycloak.url}/admin/realms/drills${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return answer.json();
  };

  const CHANGES = [
    { uses: 'keycloak.push_not_before', more: { target: 'drill-a' }, path: '/clients?clientId=drill-a' },
    { uses: 'keycloak.push_not_before', more: {}, path: '' },
    { uses: 'keycloak.disable_client', more: { target: 'drill-a' }, path: '/clients?clientId=drill-a' },
    { uses: 'keycloak.rotate_key', more: { algorithm: 'ES256' }, path: '/keys' },
  ] as const;

  for (const { uses, more, path } of CHANGES) {
    describeConformance(`${uses} with ${JSON.stringify(more)}`, async () => {
      const door = await openDoor(Number(new URL(keycloak.url).port));
      return {
        call: callOf(uses, given(more, `http://127.0.0.1:${door.port}`)),
        place: PLACE,
        state: async () => JSON.stringify(await shown(path)),
        down: door.close,
        up: door.open,
        close: door.close,
        secrets: [SECRETS.firebreak],
      };
    });
  }

  it.for(CHANGES)('does not $uses where drills are not allowed to', async ({ uses, more }) => {
    const call = callOf(uses, { ...given(more), realm: UNMARKED_REALM });
    await expect(async () => actionOf(call).reach?.(call, contextOf(null, PLACE))).rejects.toMatchObject({
      code: 'drill/not-a-canary',
    });
  });

  it('leaves alone what somebody else has changed meanwhile', async () => {
    const call = callOf('keycloak.push_not_before', given({ target: 'drill-b' }));
    const context = contextOf(null, PLACE);
    const first = await effectOf(call, await vaultWithCanary(), context);
    await actionOf(call).apply(first, context);
    const second = {
      ...first,
      with: { ...first.with, before: first.with['after'], after: Number(first.with['after']) + 60 },
    };
    await actionOf(call).apply(second, context);
    expect(await undoAndTell(first, contextOf(null, PLACE))).toMatchObject({ gone: false });
    expect(await undoAndTell(second, contextOf(null, PLACE))).toMatchObject({ gone: true });
    expect(await undoAndTell(first, contextOf(null, PLACE))).toMatchObject({ gone: true });
  });

  it('ends the sessions of a user', async () => {
    const token = await tokenOf(realm, {
      grant_type: 'password',
      client_id: 'drill-b',
      client_secret: SECRETS['drill-b'],
      username: USER,
      password: 'canary-1',
    });
    expect(await isActive(token)).toBe(true);
    const call = callOf('keycloak.revoke_sessions', given({ user: USER }));
    const context = contextOf(null, PLACE);
    await actionOf(call).reach?.(call, context);
    const effect = await effectOf(call, await vaultWithCanary(), context);
    expect(await actionOf(call).apply(effect, context)).toEqual({ sessions: 0 });
    expect(await isActive(token)).toBe(false);
  });

  const isActive = async (token: string): Promise<boolean> => {
    const answer = await fetch(`${realm}/protocol/openid-connect/token/introspect`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`ledger:${SECRETS.ledger}`)}` },
      body: new URLSearchParams({ token }),
    });
    return ((await answer.json()) as { active: boolean }).active;
  };

  describe.skipIf(PRODUCTS.apache2 === null)(titleOf('apache2', 'measured at Apache, which introspects'), () => {
    let folder: ReturnType<typeof folderWith>;

    beforeAll(async () => {
      const port = await freePort();
      folder = folderWith({ 'policies/policies.yaml': documents(realm, asking(port)) });
      const front = await overTls(folder.path, keycloak.url);
      servers.push({ stop: front.close });
      const lines = [
        `OIDCOAuthIntrospectionEndpoint https://127.0.0.1:${front.port}/realms/drills/protocol/openid-connect/token/introspect`,
        'OIDCOAuthClientID ledger',
        `OIDCOAuthClientSecret ${SECRETS.ledger}`,
        'OIDCOAuthRemoteUserClaim client_id',
        `OIDCOAuthTokenIntrospectionInterval ${KEPT_SECONDS}`,
      ];
      servers.unshift(await startApache(folder.path, [{ port, lines }]));
    });

    it.for([
      { name: 'not-before', step: { uses: 'keycloak.push_not_before', with: { target: 'drill-a' } } },
      { name: 'disabled-client', step: { uses: 'keycloak.disable_client', with: { target: 'drill-a' } } },
      { name: 'revoked-token', step: { uses: 'oauth.revoke', with: { of: 'canary' } } },
    ])('$name', async ({ name, step }) => {
      const call = step.uses === 'oauth.revoke' ? step : { ...step, with: given(step.with) };
      writeFileSync(
        join(folder.path, `${name}.json`),
        drillOf({
          name,
          scenario: 'access_token',
          inventory: 'keycloak',
          environment: 'keycloak',
          target: 'verifier',
          credentials: CREDENTIALS,
          method: [{ id: 'contain', ...call, containment: true }],
          horizon: '3s',
        }),
      );
      expectPass(`Keycloak, ${step.uses}`, await runDrillIn(folder.path, `${name}.json`, ENVIRONMENT));
    });
  });

  describe.skipIf(PRODUCTS.envoy === null)(titleOf('envoy', 'measured at Envoy, which keeps keys'), () => {
    let folder: ReturnType<typeof folderWith>;

    beforeAll(async () => {
      const port = await freePort();
      folder = folderWith({ 'policies/policies.yaml': documents(realm, keeping(port)) });
      const rendered = await firebreak(['render', 'envoy', 'policies', '--policy', 'edge'], { cwd: folder.path });
      const upstream = await serve((_, response) => response.end('reached'));
      servers.push({ stop: upstream.close });
      writeFileSync(join(folder.path, 'envoy.yaml'), bootstrap(rendered.out, '[]', { port, upstream: upstream.port }));
      const args = ['-c', join(folder.path, 'envoy.yaml'), '--use-dynamic-base-id', '--concurrency', '1'];
      servers.unshift(await startProduct('envoy', args, port));
    });

    it('a rotated and disabled key', async () => {
      writeFileSync(
        join(folder.path, 'key.json'),
        drillOf({
          name: 'keycloak-key',
          scenario: 'signing_key',
          inventory: 'keycloak',
          environment: 'keycloak',
          target: 'verifier',
          credentials: CREDENTIALS,
          method: [
            { id: 'rotate', uses: 'keycloak.rotate_key', with: given({ algorithm: 'ES256' }) },
            { id: 'disable', uses: 'keycloak.disable_key', with: given({ of: 'canary' }), containment: true },
          ],
          horizon: '6s',
        }),
      );
      const before = JSON.stringify(await shown('/keys'));
      expectPass('Keycloak, keycloak.disable_key', await runDrillIn(folder.path, 'key.json', ENVIRONMENT));
      expect(JSON.stringify(await shown('/keys'))).toBe(before);
    });
  });
});

const ENVIRONMENT = {
  KEYCLOAK_SECRET: SECRETS.firebreak,
  DRILL_A: SECRETS['drill-a'],
  DRILL_B: SECRETS['drill-b'],
};

/** Tokens of the other client are under another key, and must be accepted whatever happens to the canary's. */
const CREDENTIALS = {
  canary: minted('canary', 'drill-a', 'DRILL_A'),
  control: minted('control', 'drill-b', 'DRILL_B'),
  broken: { role: 'negative', obtain: { uses: 'token.break_signature', with: { of: 'canary' } } },
};

function minted(role: string, client: string, env: string): object {
  return { role, obtain: { uses: 'oauth.client_credentials', with: { client, secret: { env } } } };
}
