/** Configuration files of rule examples: real layouts, with only what an example is about made different. */

function indented(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}\n`)
    .join('');
}

/** Members of a key set entry that leave nothing open. */
const JWKS_ENTRY = `issuers: [https://id.example.com]
audiences: [orders]
algorithms: [ES256]`;

export interface ApolloRouterExample {
  /** Members of the one key set entry beside its address, as YAML without indentation. */
  readonly entry?: string;
  readonly url?: string;
  /** Members of `jwt` beside the key sets. */
  readonly jwt?: string;
  readonly requireAuthentication?: boolean;
}

/** A router.yaml of Apollo Router with one key set. */
export function apolloRouter({
  entry = JWKS_ENTRY,
  url = 'https://id.example.com/jwks.json',
  jwt = '',
  requireAuthentication = true,
}: ApolloRouterExample = {}): string {
  return `authentication:
  router:
    jwt:
${jwt === '' ? '' : indented(jwt, 6)}      jwks:
        - url: ${url}
${indented(entry, 10)}authorization:
  require_authentication: ${requireAuthentication}
`;
}

/** A package-lock.json of a project that asks for the given packages. */
export function npmLock(packages: Readonly<Record<string, string>>): string {
  const root = { name: 'orders', dependencies: packages };
  const installed = Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version }]);
  return `${JSON.stringify(
    { name: 'orders', lockfileVersion: 3, packages: { '': root, ...Object.fromEntries(installed) } },
    null,
    2,
  )}\n`;
}

export interface KrakendExample {
  /** Members of the validator of the one endpoint that has one, over those of a sound configuration. */
  readonly validator?: Readonly<Record<string, unknown>>;
  /** Address of a second endpoint, without a validator. */
  readonly open?: string;
}

/** A krakend.json with one guarded endpoint. */
export function krakend({ validator = {}, open }: KrakendExample = {}): string {
  const sound = {
    alg: 'ES256',
    jwk_url: 'https://id.example.com/jwks.json',
    issuer: 'https://id.example.com',
    audience: ['orders'],
    cache: true,
    cache_duration: 300,
    failed_jwk_key_cooldown: '30s',
  };
  const guarded = { endpoint: '/orders', extra_config: { 'auth/validator': { ...sound, ...validator } } };
  const endpoints = open === undefined ? [guarded] : [guarded, { endpoint: open }];
  return `${JSON.stringify({ version: 3, endpoints }, null, 2)}\n`;
}

/** Lines of a frontend of haproxy.cfg that verifies tokens, after the one that reads the header. */
export function haproxy(lines: readonly string[]): string {
  return `frontend api
  bind :8443 ssl crt /etc/haproxy/api.pem
  http-request set-var(txn.bearer) http_auth_bearer
${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** HAProxy rules that verify signature, issuer, audience and expiry. */
export const HAPROXY_CHECKS: readonly string[] = [
  "http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')",
  "http-request set-var(txn.iss) var(txn.bearer),jwt_payload_query('$.iss')",
  "http-request set-var(txn.aud) var(txn.bearer),jwt_payload_query('$.aud')",
  'http-request deny unless { var(txn.alg) -m str RS256 }',
  'http-request deny unless { var(txn.iss) -m str https://id.example.com }',
  'http-request deny unless { var(txn.aud) -m str orders }',
  'http-request deny unless { var(txn.bearer),jwt_verify(txn.alg,"/etc/haproxy/id.pem") 1 }',
];

/** HAProxy rules that look at expiry. */
export const HAPROXY_EXPIRY: readonly string[] = [
  "http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')",
  'http-request set-var(txn.now) date()',
  'http-request deny if { var(txn.exp),sub(txn.now) -m int lt 0 }',
];

/** A hydra.yml of Ory Hydra, with further members as YAML without indentation. */
export function hydra(members: string, secret = '${SECRETS_SYSTEM}'): string {
  return `urls:
  self: { issuer: https://id.example.com }
secrets:
  system: ['${secret}']
strategies: { access_token: jwt }
${members.trim()}
`;
}

export interface DexExample {
  readonly issuer?: string;
  readonly responseTypes?: string;
  readonly expiry?: string;
  /** A list of clients, as YAML without indentation. */
  readonly clients?: string;
  /** Further members of the root. */
  readonly rest?: string;
}

/** A configuration of Dex whose tokens end soon. */
export function dex({
  issuer = 'https://id.example.com/dex',
  responseTypes = '[code]',
  expiry = 'idTokens: 15m\nrefreshTokens: { reuseInterval: 3s, validIfNotUsedFor: 24h, absoluteLifetime: 168h }',
  clients = "- { id: web, name: Web, secretEnv: WEB_SECRET, redirectURIs: ['https://shop.example.com/callback'] }",
  rest = '',
}: DexExample = {}): string {
  return `issuer: ${issuer}
storage: { type: postgres }
connectors: []
oauth2: { responseTypes: ${responseTypes} }
expiry:
${indented(expiry, 2)}staticClients:
${indented(clients, 2)}${rest}`;
}

export interface KeycloakExample {
  /** Members of the realm over those of a sound one. */
  readonly realm?: Readonly<Record<string, unknown>>;
  /** Attributes of its one client over those of a sound one. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A realm export of Keycloak with one public client. */
export function keycloak({ realm = {}, attributes = {} }: KeycloakExample = {}): string {
  const client = {
    clientId: 'web',
    publicClient: true,
    redirectUris: ['https://shop.example.com/callback'],
    attributes: { 'pkce.code.challenge.method': 'S256', ...attributes },
  };
  const sound = {
    realm: 'shop',
    enabled: true,
    sslRequired: 'external',
    accessTokenLifespan: 300,
    revokeRefreshToken: true,
    offlineSessionMaxLifespanEnabled: true,
    offlineSessionMaxLifespan: 604800,
    attributes: { frontendUrl: 'https://id.example.com' },
    clients: [client],
  };
  return `${JSON.stringify({ ...sound, ...realm }, null, 2)}\n`;
}

/** A tenant.yaml of the Auth0 Deploy CLI with one public client, whose refresh token settings are given over sound ones. */
export function auth0(refresh: Readonly<Record<string, unknown>> = {}): string {
  const settings = {
    rotation_type: 'rotating',
    expiration_type: 'expiring',
    token_lifetime: 604800,
    leeway: 10,
    ...refresh,
  };
  return `tenant: { friendly_name: Shop, session_lifetime: 24 }
resourceServers:
  - { name: Orders, identifier: https://orders.example.com, signing_alg: RS256, token_lifetime: 900 }
clients:
  - name: Shop
    app_type: spa
    is_first_party: true
    token_endpoint_auth_method: none
    grant_types: [authorization_code, refresh_token]
    callbacks: [https://shop.example.com/callback]
    refresh_token:
${Object.entries(settings)
  .map(([name, value]) => `      ${name}: ${String(value)}\n`)
  .join('')}`;
}
