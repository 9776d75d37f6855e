import type { ConfigFact, ConfigRemark, ConfigSubject, IssuerConfig, IssuerFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter, Setting } from '../adapter.ts';
import { nameOf, readClient } from './client.ts';
import { apiSettings, clientSettings, connectionSettings, tenantSettings } from './settings.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, isMapping, items, rootOf } from '../config-node.ts';
import { completeFacts, derivedFact, durationFact, listFact, mapFact, textFact } from '../facts.ts';
import { secretsOf } from '../secret.ts';

/** Reads what the Deploy CLI exports and imports. */
export const adapter: Adapter = {
  id: 'auth0',
  title: 'Auth0 Deploy CLI',
  role: 'issuer',
  reads:
    'A `tenant.yaml` of the Deploy CLI, the files of its directory layout (`clients/*.json`, `resource-servers/*.json`, `tenant.json`), and its `config.json`. Each API is an issuer of its own, because lifetimes are.',
  assumes: [
    'What a keyword such as `##ENV##` or `@@ORIGINS@@` stands for is not looked up.',
    'Tenants, clients and APIs belong to the domain of the one `config.json` of a run; with several domains, to none.',
    'What actions and rules change in a token is not seen.',
  ],
  sources: [
    'https://github.com/auth0/auth0-deploy-cli/blob/master/docs/available-resource-config-formats.md',
    'https://auth0.com/docs/secure/tokens',
  ],
  settings: [...tenantSettings, ...apiSettings, ...connectionSettings, ...clientSettings],
  examples: [
    {
      file: 'tenant.yaml',
      text: `tenant: { friendly_name: '##ENV## shop', session_lifetime: 24, idle_session_lifetime: 8 }
resourceServers:
  - name: Orders
    identifier: https://orders.example.com
    signing_alg: RS256
    token_lifetime: 900
clients:
  - name: Shop
    app_type: spa
    token_endpoint_auth_method: none
    grant_types: [authorization_code, refresh_token]
    callbacks: [https://shop.example.com/callback]
    refresh_token: { rotation_type: rotating, expiration_type: expiring, token_lifetime: 86400, leeway: 0 }
`,
    },
  ],
  mayHold: (_file, text) =>
    /\b(?:app_type|token_lifetime|resourceServers|session_lifetime(?:_in_minutes)?|token_endpoint_auth_method|AUTH0_DOMAIN)\b/.test(
      text,
    ),
  recognise: (document) => subjectsOf(document).length > 0,
  read: subjectsOf,
  join: joinDomain,
};

function subjectsOf(document: ConfigDocument): readonly ConfigSubject[] {
  const root = rootOf(document);
  if (isClient(root)) return [readClient(root, null)];
  if (isApi(root)) return [readApi(root)];
  if (isTenant(root)) return [readTenant(root, root)];
  if (typeof child(root, 'AUTH0_DOMAIN')?.value === 'string') return [readConnection(root)];
  const tenant = child(root, 'tenant');
  const apis = items(child(root, 'resourceServers')).filter(isApi);
  const clients = items(child(root, 'clients')).filter(isClient);
  if (!isWhole(root, apis.length + clients.length)) return [];
  return [
    readTenant(tenant ?? root, root),
    ...apis.map(readApi),
    // The client that stands for all of them holds settings of the oldest kind only.
    ...clients
      .filter((client) => child(client, 'global')?.value !== true)
      .map((client) => readClient(client, 'tenant')),
  ];
}

const SECTIONS = ['clientGrants', 'rulesConfigs', 'guardianFactors', 'emailTemplates', 'attackProtection', 'databases'];

function isWhole(root: ConfigNode, found: number): boolean {
  const tenant = child(root, 'tenant');
  return found > 0 || (tenant !== null && (isTenant(tenant) || SECTIONS.some((name) => child(root, name) !== null)));
}

const APPLICATIONS: readonly unknown[] = ['native', 'spa', 'regular_web', 'non_interactive', 'sso_integration'];
const CLIENT_FIELDS = ['is_first_party', 'oidc_conformant', 'jwt_configuration', 'refresh_token', 'grant_types'];

function isClient(node: ConfigNode): boolean {
  if (!isMapping(node.value) || child(node, 'name') === null || child(node, 'clientId') !== null) return false;
  const marks = CLIENT_FIELDS.filter((name) => child(node, name) !== null).length;
  return APPLICATIONS.includes(child(node, 'app_type')?.value) ? marks >= 1 : marks >= 3;
}

function isApi(node: ConfigNode): boolean {
  const named = child(node, 'name') !== null && child(node, 'identifier') !== null;
  return (
    named && ['token_lifetime', 'token_dialect', 'signing_alg', 'scopes'].some((name) => child(node, name) !== null)
  );
}

const TENANT_FIELDS = ['friendly_name', 'sandbox_version', 'default_directory', 'enabled_locales', 'support_email'];

function isTenant(node: ConfigNode): boolean {
  const hasSession = ['', '_in_minutes'].some((suffix) => child(node, `session_lifetime${suffix}`) !== null);
  const marks = TENANT_FIELDS.filter((name) => child(node, name) !== null).length;
  return (hasSession && marks >= 1) || (marks >= 3 && child(node, 'flags') !== null);
}

interface IssuerParts {
  readonly name: string;
  readonly settings: readonly Setting[];
  readonly facts: { readonly [Name in keyof IssuerFactMap]?: IssuerFactMap[Name] | undefined };
  readonly secrets?: IssuerConfig['secrets'];
  readonly remarks?: readonly ConfigRemark[];
}

function issuerAt(node: ConfigNode, { name, settings, facts, secrets = [], remarks = [] }: IssuerParts): IssuerConfig {
  return {
    kind: 'issuer',
    adapter: adapter.id,
    name,
    file: node.document.file,
    at: node.at,
    profile: null,
    product: null,
    secrets,
    remarks,
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(settings, 'issuer', facts, node.at),
  };
}

function readTenant(tenant: ConfigNode, root: ConfigNode): IssuerConfig {
  return issuerAt(tenant, {
    name: 'tenant',
    settings: tenantSettings,
    facts: {
      sessionLifetime: sessionFact(tenant, 'session_lifetime'),
      sessionIdle: sessionFact(tenant, 'idle_session_lifetime'),
    },
    secrets: [
      ...items(child(root, 'connections')).flatMap((connection) =>
        secretsOf(child(connection, 'options', 'client_secret'), 'client'),
      ),
      ...['smtp_pass', 'api_key', 'secretAccessKey'].flatMap((name) =>
        secretsOf(child(root, 'emailProvider', 'credentials', name), 'admin'),
      ),
    ],
    remarks: hoursRemarks(tenant),
  });
}

function sessionFact(tenant: ConfigNode, name: string): ConfigFact<Bound> | undefined {
  return durationFact(child(tenant, `${name}_in_minutes`), 'm') ?? durationFact(child(tenant, name), 'h');
}

/** No plan allows more than a year (https://auth0.com/docs/manage-users/sessions/configure-session-lifetime-settings). */
const YEAR_HOURS = 8760;

function hoursRemarks(tenant: ConfigNode): readonly ConfigRemark[] {
  return ['session_lifetime', 'idle_session_lifetime']
    .map((name) => [name, child(tenant, name)] as const)
    .flatMap(([name, node]) =>
      node !== null && typeof node.value === 'number' && node.value > YEAR_HOURS
        ? [{ kind: 'unit-suspect', message: `${name} counts hours; ${node.value} is over a year`, at: node.at }]
        : [],
    );
}

function readApi(api: ConfigNode): IssuerConfig {
  const algorithm = textFact(child(api, 'signing_alg'));
  return issuerAt(api, {
    name: `API ${nameOf(api)}`.trim(),
    settings: apiSettings,
    facts: {
      audiences: listFact(child(api, 'identifier')),
      accessTokenLifetime: durationFact(child(api, 'token_lifetime'), 's'),
      signingAlgorithms: mapFact(algorithm, (name) => [name]),
    },
    secrets: secretsOf(child(api, 'signing_secret'), 'hmac', { algorithm: knownValue(algorithm) ?? null }),
  });
}

function readConnection(root: ConfigNode): IssuerConfig {
  const domain = textFact(child(root, 'AUTH0_DOMAIN'));
  return issuerAt(root, {
    name: `domain ${knownValue(domain) ?? ''}`.trim(),
    settings: connectionSettings,
    facts: { issuer: mapFact(domain, (host) => `https://${host}/`) },
    secrets: secretsOf(child(root, 'AUTH0_CLIENT_SECRET'), 'admin'),
  });
}

/** Where one domain is written in all files of a run, it is that of every tenant and API. */
function joinDomain(subjects: readonly ConfigSubject[]): readonly ConfigSubject[] {
  const domains = subjects.flatMap((subject) =>
    subject.kind === 'issuer' && subject.facts.issuer !== undefined ? [subject.facts.issuer] : [],
  );
  const [domain] = domains;
  const issuer = knownValue(domain);
  if (domain === undefined || typeof issuer !== 'string') return subjects;
  if (domains.some((other) => knownValue(other) !== issuer)) return subjects;
  const facts = {
    issuer: derivedFact(issuer, domain.at, 'AUTH0_DOMAIN'),
    jwksUri: derivedFact(`${issuer}.well-known/jwks.json`, domain.at, 'AUTH0_DOMAIN'),
  };
  return subjects.map((subject) =>
    subject.kind === 'issuer' && subject.facts.issuer === undefined
      ? { ...subject, facts: { ...subject.facts, ...facts } }
      : subject,
  );
}
