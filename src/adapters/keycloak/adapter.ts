import type { ConfigSubject } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, rootOf } from '../config-node.ts';
import { readClient } from './client.ts';
import { KEY_PROVIDER } from './keys.ts';
import { readRealm } from './realm.ts';
import { clientSettings, realmSettings } from './settings.ts';

/** Reads realms and their clients. */
export const adapter: Adapter = {
  id: 'keycloak',
  title: 'Keycloak',
  role: 'issuer',
  reads:
    'Realm exports and imports (JSON, also a list of realms), files of keycloak-config-cli (JSON and YAML), and the realm in a `KeycloakRealmImport` of the operator.',
  assumes: [
    'Absent fields are what an import makes of them; a file that only updates a realm leaves them as they are.',
    'Grants and addresses of the clients that Keycloak puts into every realm are taken to be as it made them, unless the implicit flow is on.',
    'The host of the issuer is decided by the server, unless the realm has a `frontendUrl`.',
    'Client policies and the settings of single client scopes are not seen.',
  ],
  sources: [
    'https://www.keycloak.org/docs/latest/server_admin/',
    'https://github.com/keycloak/keycloak/blob/main/model/storage-private/src/main/java/org/keycloak/storage/datastore/DefaultExportImportManager.java',
    'https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/protocol/oidc/TokenManager.java',
  ],
  settings: [...realmSettings, ...clientSettings],
  examples: [
    {
      file: 'shop-realm.json',
      text: `{
  "realm": "shop",
  "enabled": true,
  "sslRequired": "external",
  "accessTokenLifespan": 300,
  "revokeRefreshToken": true,
  "refreshTokenMaxReuse": 0,
  "offlineSessionMaxLifespanEnabled": true,
  "offlineSessionMaxLifespan": 2592000,
  "clients": [
    {
      "clientId": "web",
      "publicClient": true,
      "redirectUris": ["https://shop.example.com/callback"],
      "attributes": { "pkce.code.challenge.method": "S256" }
    }
  ]
}
`,
    },
  ],
  mayHold: (_file, text) =>
    /\brealm["']?\s*:/.test(text) &&
    /clientId|Lifespan|ssoSession|revokeRefreshToken|keycloakVersion|sslRequired|org\.keycloak\.|registrationAllowed/.test(
      text,
    ),
  recognise: (document) => realmsOf(document).length > 0,
  read: (document) => realmsOf(document).flatMap(readAll),
};

function readAll(realm: ConfigNode): readonly ConfigSubject[] {
  const clients = items(child(realm, 'clients')).filter((client) => child(client, 'clientId') !== null);
  return [readRealm(realm), ...clients.flatMap((client) => readClient(client, realm) ?? [])];
}

function realmsOf(document: ConfigDocument): readonly ConfigNode[] {
  const root = rootOf(document);
  const custom = child(root, 'kind')?.value === 'KeycloakRealmImport' ? child(root, 'spec', 'realm') : null;
  return [root, ...items(root), ...(custom === null ? [] : [custom])].filter(isRealm);
}

const FIELDS = [
  'accessTokenLifespan',
  'ssoSessionMaxLifespan',
  'ssoSessionIdleTimeout',
  'revokeRefreshToken',
  'sslRequired',
  'registrationAllowed',
  'keycloakVersion',
];

/** A list of users has the name of its realm too, and the file of a client adapter has it beside the server's address. */
function isRealm(node: ConfigNode): boolean {
  const name = child(node, 'realm')?.value;
  if (typeof name !== 'string' || name === '' || child(node, 'auth-server-url') !== null) return false;
  const hasClients = items(child(node, 'clients')).some((client) => child(client, 'clientId') !== null);
  const hasKeys = child(node, 'components', KEY_PROVIDER) !== null;
  return hasClients || hasKeys || FIELDS.some((name) => child(node, name) !== null);
}
