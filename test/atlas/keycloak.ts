import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { PRODUCTS, freePort } from '../real/products.ts';

/** Secrets of the clients of the realm that drills use; they live as long as one test run. */
export const SECRETS = {
  firebreak: 'firebreak-1',
  'drill-a': 'drill-a-1',
  'drill-b': 'drill-b-1',
  ledger: 'ledger-1',
} as const;

export const USER = 'fbcanary-user';

/** A realm that anybody may use, and drills may not. */
export const UNMARKED_REALM = 'shop';

export interface Keycloak {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const ADMIN_PASSWORD = 'admin-1';

/** Starts Keycloak with a database in memory, and makes one realm that is marked for drills and one that is not. */
export async function startKeycloak(): Promise<Keycloak> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const address = [`--http-port=${port}`, '--http-host=127.0.0.1', `--hostname=${url}`];
  const child = spawn(
    PRODUCTS.keycloak ?? 'kc.sh',
    ['start-dev', ...address, '--db=dev-mem', '--health-enabled=true'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The script starts Java as its child: the whole group is ended.
      detached: true,
      env: {
        ...process.env,
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN_PASSWORD,
        JAVA_OPTS_APPEND: '-Xmx512m',
      },
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += String(data)));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  while (!(await answers(`${url}/realms/master`))) {
    if (child.exitCode !== null) throw new Error(`keycloak ended with ${child.exitCode}\n${said}`);
    await pause(250);
  }
  for (const realm of [realmOf('drills', true), realmOf(UNMARKED_REALM, false)]) await createRealm(url, realm);
  return { url, stop };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function createRealm(url: string, realm: object): Promise<void> {
  const token = await tokenOf(`${url}/realms/master`, {
    grant_type: 'password',
    client_id: 'admin-cli',
    username: 'admin',
    password: ADMIN_PASSWORD,
  });
  const { status } = await fetch(`${url}/admin/realms`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(realm),
  });
  if (status !== 201) throw new Error(`Keycloak answered ${status} to a new realm`);
}

/** An access token of a realm. */
export async function tokenOf(realm: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(`${realm}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(parameters),
  });
  const { access_token: token, error } = (await answer.json()) as { access_token?: string; error?: string };
  if (token === undefined) throw new Error(`Keycloak answered ${answer.status} ${error ?? ''}`);
  return token;
}

/** Keys of two algorithms: one can be disabled while tokens of another client go on under the other. */
function realmOf(realm: string, marked: boolean): object {
  const client = (clientId: keyof typeof SECRETS, algorithm: string): object => ({
    clientId,
    secret: SECRETS[clientId],
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    directAccessGrantsEnabled: clientId === 'drill-b',
    attributes: { 'access.token.signed.response.alg': algorithm },
  });
  const key = (providerId: string, config: object): object => ({
    name: providerId,
    providerId,
    config: { priority: ['100'], enabled: ['true'], active: ['true'], ...config },
  });
  return {
    realm,
    enabled: true,
    sslRequired: 'none',
    attributes: marked ? { 'firebreak.drill': 'true' } : {},
    clients: [
      client('firebreak', 'RS256'),
      client('drill-a', 'ES256'),
      client('drill-b', 'RS256'),
      client('ledger', 'RS256'),
    ],
    users: [
      {
        username: 'service-account-firebreak',
        enabled: true,
        serviceAccountClientId: 'firebreak',
        clientRoles: { 'realm-management': ['manage-realm', 'manage-clients', 'manage-users', 'view-users'] },
      },
      {
        username: USER,
        enabled: true,
        firstName: 'Canary',
        lastName: 'Bird',
        email: 'canary@example.com',
        credentials: [{ type: 'password', value: 'canary-1' }],
      },
    ],
    components: {
      'org.keycloak.keys.KeyProvider': [
        key('ecdsa-generated', { ecdsaEllipticCurveKey: ['P-256'] }),
        key('rsa-generated', { algorithm: ['RS256'] }),
      ],
    },
  };
}
