import type { ClientConfig, RouteConfig } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, rootOf } from '../config-node.ts';
import { completeFacts, explicitFact, listFact, textFact, unknownConfigFact } from '../facts.ts';
import { credentialsOf } from './credentials.ts';
import type { Entities, Plugin, Route } from './entities.ts';
import { entitiesOf, isDeclarative, isPluginResource } from './entities.ts';
import { VERIFYING, readCredentials, readPlugin } from './plugins.ts';
import { JWT_SETTINGS, OAUTH2_SETTINGS, OIDC_SETTINGS, ROUTE_SETTINGS } from './settings.ts';
import { nameOfPlugin } from './verifier.ts';
import { secretsOf } from '../secret.ts';

const READ: readonly string[] = [...VERIFYING, 'oauth2'];

/** Reads plugins and credentials of Kong that have to do with tokens. */
export const adapter: Adapter = {
  id: 'kong',
  title: 'Kong',
  role: 'gateway',
  reads:
    'Declarative configurations and dumps of decK (YAML or JSON with `_format_version`): the plugins jwt, openid-connect, jwt-signer and oauth2, the `jwt_secrets` and `oauth2_credentials` of consumers, and the routes; KongPlugin and KongClusterPlugin of the ingress controller.',
  assumes: [
    'Every jwt plugin of a file takes every credential of the file; credentials in other files are not joined to it.',
    'Of jwt-signer only what is written is read.',
    'Plugins of your own may authenticate too: a route with one whose name speaks of it is unknown.',
  ],
  sources: [
    'https://developer.konghq.com/plugins/jwt/reference/',
    'https://developer.konghq.com/plugins/openid-connect/reference/',
    'https://github.com/Kong/kong/tree/master/kong/plugins',
  ],
  settings: [...JWT_SETTINGS, ...OIDC_SETTINGS, ...OAUTH2_SETTINGS, ...ROUTE_SETTINGS],
  examples: [
    {
      file: 'kong.yml',
      text: `_format_version: "3.0"
services:
  - name: orders
    url: http://orders.internal:8080
    routes:
      - { name: orders, paths: [/orders] }
    plugins:
      - name: jwt
        config: { claims_to_verify: [exp, nbf], maximum_expiration: 900, uri_param_names: [] }
consumers:
  - username: shop
    jwt_secrets:
      - { key: "https://id.example.com", algorithm: HS256, secret: "\${{ env \\"DECK_SHOP_SECRET\\" }}" }
`,
    },
  ],
  mayHold: (_file, text) =>
    /_format_version|configuration\.konghq\.com\//.test(text) &&
    /\bjwt(?:_secrets|-signer)?\b|\bopenid-connect\b|\boauth2\b/.test(text),
  recognise: (document) =>
    (isDeclarative(document) || isPluginResource(document)) && isAboutTokens(entitiesOf(document)),
  read(document) {
    const entities = entitiesOf(document);
    const { plugins, credentials, routes, oauthClients } = entities;
    const isUnused = credentials.length > 0 && !plugins.some(({ type }) => type === 'jwt');
    const shared = credentialsOf(credentials);
    return [
      ...plugins.flatMap((plugin) => readPlugin(plugin, entities, shared)),
      ...(isUnused ? [readCredentials(rootOf(document), shared)] : []),
      ...oauthClients.map((client, index) => readClient(document, client, index)),
      ...routes.map((route) => readRoute(document, route, plugins)),
    ];
  },
};

function isAboutTokens({ plugins, credentials, oauthClients }: Entities): boolean {
  return plugins.some(({ type }) => READ.includes(type)) || credentials.length > 0 || oauthClients.length > 0;
}

/** Names of plugins, bundled or not, that let in callers by other means. */
const OTHER_AUTHENTICATION =
  /auth|jwt|oidc|openid|token|saml|session|keycloak|introspection|forward|pre-function|access-control/i;

function readRoute(document: ConfigDocument, route: Route, plugins: readonly Plugin[]): RouteConfig {
  const { node, name, scopes } = route;
  const reaching = plugins.filter(({ scope }) => scopes.includes(scope));
  const guards = reaching.filter(({ type }) => VERIFYING.includes(type));
  const paths = listFact(child(node, 'paths'));
  const methods = listFact(child(node, 'methods'));
  return {
    kind: 'route',
    adapter: adapter.id,
    name,
    file: document.file,
    at: node.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: guards.map(nameOfPlugin),
    facts: completeFacts<RouteConfig['facts']>(
      ROUTE_SETTINGS,
      'route',
      { paths: paths ?? explicitFact(['*'], node.at), methods, requirement: requirementOf(node, guards, reaching) },
      node.at,
    ),
  };
}

function requirementOf(
  node: ConfigNode,
  guards: readonly Plugin[],
  reaching: readonly Plugin[],
): RouteConfig['facts']['requirement'] {
  const strict = guards.find(({ config }) => !isAnonymous(config));
  if (strict !== undefined) return explicitFact('required', strict.node.at);
  const other = reaching.find(({ type }) => !VERIFYING.includes(type) && OTHER_AUTHENTICATION.test(type));
  if (other !== undefined) return unknownConfigFact(other.node.at, `plugin ${other.type} may authenticate`);
  const [lax] = guards;
  return lax === undefined ? undefined : unknownOrOptional(lax, node);
}

/** What an anonymous consumer may do is up to further plugins. */
function unknownOrOptional({ config }: Plugin, node: ConfigNode): RouteConfig['facts']['requirement'] {
  const setting = child(config, 'anonymous') ?? child(config, 'access_token_optional');
  const fact = textFact(setting);
  return setting === null || fact?.origin === 'unknown'
    ? unknownConfigFact(node.at, 'it is filled in elsewhere')
    : explicitFact('optional', setting.at);
}

function isAnonymous(config: ConfigNode | null): boolean {
  const value = child(config, 'anonymous')?.value;
  return (
    (value !== undefined && value !== null && value !== '') || child(config, 'access_token_optional')?.value === true
  );
}

function readClient(document: ConfigDocument, client: ConfigNode, index: number): ClientConfig {
  const id = textFact(child(client, 'client_id'));
  const name = textFact(child(client, 'name'));
  const shown = knownValue(name) ?? knownValue(id) ?? String(index);
  return {
    kind: 'client',
    adapter: adapter.id,
    name: `client ${shown}`,
    file: document.file,
    at: client.at,
    profile: null,
    issuer: null,
    secrets: secretsOf(child(client, 'client_secret'), 'client'),
    remarks: [],
    facts: completeFacts<ClientConfig['facts']>(
      [],
      'client',
      { clientId: id, redirectUris: listFact(child(client, 'redirect_uris')) },
      client.at,
    ),
  };
}
