import type { ActionCall } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { SecretReference } from '../../../model/machine.ts';
import type { HttpExchange } from '../../../model/ports.ts';
import type { StepContext } from '../../step.ts';
import { machineOf, sendOrExplain } from '../../step.ts';
import { argumentOf, isMapping, secretOf, textOf, wrong } from '../arguments.ts';
import { basicAuthorization } from '../oauth/basic.ts';

/** Attribute of a realm, or of one client, that says that drills may change it. */
const DRILL_ATTRIBUTE = 'firebreak.drill';

/** One realm, and the client with a service account that may manage it. */
export interface KeycloakPlace {
  /** Base URL, `https://keycloak.example.com`. */
  readonly server: string;
  readonly realm: string;
  readonly client: string;
  readonly secret: SecretReference;
}

/** What the Admin API says of a realm, a client, a key or a user; only what is asked for is believed. */
export type Representation = Readonly<Record<string, unknown>>;

/** The Admin API of one realm, with a token of its own for one operation. */
export interface KeycloakApi {
  /** @throws UserError http/unexpected, http/unreachable */
  readonly get: (path: string) => Promise<unknown>;
  /** Null when there is nothing of that name (404). */
  readonly find: (path: string) => Promise<Representation | null>;
  /** Sends a change; what is gone already (404) is no failure for DELETE. */
  readonly change: (method: 'PUT' | 'POST' | 'DELETE', path: string, body?: Representation) => Promise<void>;
}

/** @throws UserError document/invalid */
export function placeOf(call: ActionCall): KeycloakPlace {
  const at = argumentOf(call, 'server');
  const server = textOf(at).replace(/\/+$/, '');
  if (!/^https?:\/\//.test(server) || !URL.canParse(server)) throw wrong(at, 'a URL like https://keycloak.example.com');
  return {
    server,
    realm: textOf(argumentOf(call, 'realm')),
    client: textOf(argumentOf(call, 'client')),
    secret: secretOf(argumentOf(call, 'secret')),
  };
}

/** `realm drill of https://keycloak.example.com` */
export function showRealm({ server, realm }: KeycloakPlace): string {
  return `realm ${realm} of ${server}`;
}

/**
 * Opens the Admin API as the service account (RFC 6749 section 4.4).
 *
 * @throws UserError http/unexpected, http/unreachable, drill/host-not-allowed, secret/missing
 */
export async function openAdminApi(place: KeycloakPlace, context: StepContext): Promise<KeycloakApi> {
  const { server, realm } = place;
  const authorization = `Bearer ${await serviceToken(place, context)}`;
  const send = async (method: string, path: string, allowed: readonly number[], body?: Representation) => {
    const exchange = await sendOrExplain(context, {
      url: `${server}/admin/realms/${encodeURIComponent(realm)}${path}`,
      method,
      headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (allowed.includes(exchange.status)) return exchange;
    throw new UserError(
      'http/unexpected',
      `${method} ${path === '' ? '/' : path} of ${showRealm(place)} answered ${exchange.status}`,
      {
        hint:
          exchange.status === 403
            ? 'give the service account of the client the roles of realm-management that it needs'
            : 'check server and realm',
      },
    );
  };
  return {
    get: async (path) => parsed(await send('GET', path, [200])),
    find: async (path) => {
      const exchange = await send('GET', path, [200, 404]);
      const found = exchange.status === 404 ? null : parsed(exchange);
      return isMapping(found) ? found : null;
    },
    change: async (method, path, body) =>
      void (await send(method, path, method === 'DELETE' ? [200, 204, 404] : [200, 201, 204], body)),
  };
}

async function serviceToken({ server, realm, client, secret }: KeycloakPlace, context: StepContext): Promise<string> {
  const exchange = await sendOrExplain(context, {
    url: `${server}/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`,
    method: 'POST',
    headers: {
      ...basicAuthorization({ id: client, secret: await machineOf(context).readSecret(secret) }),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials' }).toString(),
  });
  const answer = exchange.status === 200 ? parsed(exchange) : null;
  if (isMapping(answer) && typeof answer['access_token'] === 'string') return answer['access_token'];
  throw new UserError(
    'http/unexpected',
    `${server} answered ${exchange.status} to client "${client}" of realm ${realm}`,
    {
      hint: 'check the realm, the client, its secret, and that it has a service account',
    },
  );
}

function parsed({ body }: HttpExchange): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

/** A client or user, with what its path is made of. */
export type Identified = Representation & { readonly id: string };

/** One client by its client_id; null when there is none. */
export async function findClient(api: KeycloakApi, clientId: string): Promise<Identified | null> {
  return first(await api.get(`/clients?clientId=${encodeURIComponent(clientId)}`));
}

/** One user by name. @throws UserError document/not-found */
export async function findUser(api: KeycloakApi, name: string): Promise<Identified> {
  const found = first(await api.get(`/users?exact=true&username=${encodeURIComponent(name)}`));
  if (found !== null) return found;
  throw new UserError('document/not-found', `the realm has no user "${name}"`, { hint: 'check user of the step' });
}

function first(answer: unknown): Identified | null {
  const found: unknown = Array.isArray(answer) ? answer[0] : undefined;
  return isMapping(found) && typeof found['id'] === 'string' ? { ...found, id: found['id'] } : null;
}

/**
 * What a drill may change must say so itself: the realm, or for changes of one client that client, carries the attribute
 * `firebreak.drill: "true"`. A realm with users of somebody else does not.
 *
 * @throws UserError drill/not-a-canary
 */
export async function requireMark(
  api: KeycloakApi,
  place: KeycloakPlace,
  client: Representation | null,
): Promise<void> {
  if (client !== null && isMarked(client)) return;
  const realm = await api.get('');
  if (isMapping(realm) && isMarked(realm)) return;
  const who = client === null ? showRealm(place) : `neither ${showRealm(place)} nor the client`;
  throw new UserError('drill/not-a-canary', `${who} is${client === null ? ' not' : ''} marked for drills`, {
    hint: `set the attribute ${DRILL_ATTRIBUTE} to "true" where only drills are concerned`,
  });
}

function isMarked({ attributes }: Representation): boolean {
  return isMapping(attributes) && String(attributes[DRILL_ATTRIBUTE]) === 'true';
}
