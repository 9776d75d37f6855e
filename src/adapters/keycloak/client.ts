import type { ClientConfig, ClientFactMap, ConfigFact } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { completeFacts, durationFact, explicitFact, flagFact, listFact, mapFact, textFact } from '../facts.ts';
import { accessLifetime, given, override, realmName, refreshIdle, refreshLifetime, shorter } from './realm.ts';
import { clientSettings } from './settings.ts';
import { secretsOf } from '../secret.ts';

/** Clients that Keycloak puts into every realm (models/Constants.java, defaultClients). */
const BUILT_IN: readonly string[] = [
  'account',
  'account-console',
  'admin-cli',
  'broker',
  'realm-management',
  'security-admin-console',
];

/** One client; null for one that is off or speaks SAML. */
export function readClient(client: ConfigNode, realm: ConfigNode): ClientConfig | null {
  const protocol = child(client, 'protocol')?.value ?? 'openid-connect';
  if (protocol !== 'openid-connect' || child(client, 'enabled')?.value === false) return null;
  const id = textFact(child(client, 'clientId'));
  const shown = id !== undefined && id.origin !== 'unknown' ? id.value : client.pointer;
  return {
    kind: 'client',
    adapter: 'keycloak',
    name: `client ${shown}`,
    file: client.document.file,
    at: client.at,
    profile: null,
    issuer: realmName(realm),
    secrets: usesSecret(client) ? secretsOf(child(client, 'secret'), 'client') : [],
    remarks: [],
    facts: completeFacts<ClientFactMap>(
      clientSettings,
      'client',
      {
        clientId: id,
        public: flagFact(child(client, 'publicClient')),
        ...(isResourceServer(client, shown) && { resourceServer: explicitFact(true, placeOfFlag(client)) }),
        ...(BUILT_IN.includes(shown) ? builtInOpenings(client) : openingsOf(client)),
        ...limitsOf(client, realm),
      },
      client.at,
    ),
  };
}

function isResourceServer(client: ConfigNode, id: string): boolean {
  return child(client, 'bearerOnly')?.value === true && !BUILT_IN.includes(id);
}

function placeOfFlag(client: ConfigNode): ConfigNode['at'] {
  return child(client, 'bearerOnly')?.at ?? client.at;
}

/** Public clients have none, and a client that signs its requests does not use the one it may still have. */
function usesSecret(client: ConfigNode): boolean {
  const method = child(client, 'clientAuthenticatorType')?.value ?? 'client-secret';
  const isPublic = child(client, 'publicClient')?.value === true;
  return !isPublic && (method === 'client-secret' || method === 'client-secret-jwt');
}

function openingsOf(client: ConfigNode): ClientFactMap {
  const redirects = listFact(child(client, 'redirectUris'));
  const root = textFact(given(child(client, 'rootUrl')));
  const absolute = (uri: string): string =>
    uri.startsWith('/') && root !== undefined && root.origin !== 'unknown'
      ? root.value.replace(/(?<!\/)\/+$/, '') + uri
      : uri;
  const uris = mapFact(redirects, (all) => all.map(absolute));
  const grantTypes = grantsOf(client);
  // Without a flow through the browser nothing is ever sent there.
  const names = knownValue(grantTypes);
  const isUsed = names === undefined || names.some((grant) => BROWSER_GRANTS.includes(grant));
  return { ...(grantTypes && { grantTypes }), ...(uris === undefined || !isUsed ? {} : { redirectUris: uris }) };
}

const BROWSER_GRANTS: readonly string[] = ['authorization_code', 'implicit'];

const FLAGS = [
  // What opens most comes first: the finding points there.
  ['implicitFlowEnabled', 'implicit', false],
  ['directAccessGrantsEnabled', 'password', false],
  ['standardFlowEnabled', 'authorization_code', true],
  ['serviceAccountsEnabled', 'client_credentials', false],
] as const;

/** Undefined where no flag is written, so that the default takes its place. */
function grantsOf(client: ConfigNode): ConfigFact<readonly string[]> | undefined {
  if (child(client, 'bearerOnly')?.value === true) return explicitFact([], client.at, 'bearerOnly');
  const grants: string[] = [];
  let at: ConfigFact<unknown>['at'] | null = null;
  for (const [name, grant, byDefault] of FLAGS) {
    const flag = flagFact(child(client, name));
    if (flag?.origin === 'unknown') return flag;
    if (!(flag?.value ?? byDefault)) continue;
    grants.push(grant);
    at ??= flag?.at ?? client.at;
  }
  const isWritten = FLAGS.some(([name]) => child(client, name) !== null);
  return isWritten ? explicitFact(grants, at ?? client.at) : undefined;
}

/** As made by Keycloak, they are no finding of this file; an implicit flow was switched on by somebody. */
function builtInOpenings(client: ConfigNode): ClientFactMap {
  const grantTypes = grantsOf(client);
  if (grantTypes === undefined) return {};
  if (grantTypes.origin === 'unknown' || child(client, 'clientId')?.value !== 'admin-cli') return { grantTypes };
  return { grantTypes: { ...grantTypes, value: grantTypes.value.filter((grant) => grant !== 'password') } };
}

function limitsOf(client: ConfigNode, realm: ConfigNode): ClientFactMap {
  const attributes = child(client, 'attributes');
  const maximum = override(attributes, 'client.session.max.lifespan');
  const idle = override(attributes, 'client.session.idle.timeout');
  const facts = {
    accessTokenLifetime: longestAccess(client, realm),
    refreshTokenLifetime: maximum === undefined ? undefined : shorter(maximum, refreshLifetime(realm)),
    refreshTokenIdle: idle === undefined ? undefined : shorter(idle, refreshIdle(realm)),
    pkceRequired: mapFact(textFact(given(child(attributes, 'pkce.code.challenge.method'))), () => true),
    senderConstraint: bindingOf(attributes),
    signingAlgorithms: mapFact(textFact(given(child(attributes, 'access.token.signed.response.alg'))), (name) => [
      name,
    ]),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}

/** Tokens of the implicit flow have a lifespan of their own, which no client overrides (TokenManager, getTokenExpiration). */
function longestAccess(client: ConfigNode, realm: ConfigNode): ClientFactMap['accessTokenLifetime'] {
  const own = accessLifetime(child(client, 'attributes', 'access.token.lifespan'), realm);
  const implicit = durationFact(child(realm, 'accessTokenLifespanForImplicitFlow'), 's');
  if (knownValue(flagFact(child(client, 'implicitFlowEnabled'))) !== true || implicit === undefined) return own;
  const usual = own ?? accessLifetime(child(realm, 'accessTokenLifespan'), realm);
  if (usual === undefined || usual.origin === 'unknown' || implicit.origin === 'unknown') return own;
  return shorter(usual, implicit) === usual ? implicit : own;
}

/** Switched off, a client may still bind its tokens, so only the demand is a fact. */
function bindingOf(attributes: ConfigNode | null): ClientFactMap['senderConstraint'] | undefined {
  for (const name of ['dpop.bound.access.tokens', 'tls.client.certificate.bound.access.tokens']) {
    const flag = flagFact(given(child(attributes, name)));
    if (flag !== undefined && (flag.origin === 'unknown' || flag.value)) return mapFact(flag, () => 'required');
  }
  return undefined;
}
