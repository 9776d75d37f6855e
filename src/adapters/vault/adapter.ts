import type { ConfigRemark, ConfigSubject, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter, Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, isMapping, items, rootOf } from '../config-node.ts';
import { completeFacts, explicitFact, listFact, mapFact, textFact } from '../facts.ts';
import { part, referencesIn, resourcesOf, scopeOf } from '../infrastructure.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { secretsOf } from '../secret.ts';
import { isJwtRole, positive, roleFacts, roleRemarks } from './role.ts';
import { ANY_ROLE, JWT_ROLE, METHOD, METHOD_KEYS, METHOD_OF_JWT, ROLE_KEYS, settings } from './settings.ts';

/** Reads the JWT/OIDC auth method: what logs in with a token, and how long the Vault token lives that it gets. */
export const adapter: Adapter = {
  id: 'vault',
  title: 'HashiCorp Vault, auth method JWT/OIDC',
  role: 'resource server',
  reads:
    'Terraform (`vault_jwt_auth_backend`, `vault_jwt_auth_backend_role`, `vault_generic_endpoint`) and JSON files that `vault write auth/jwt/config` and `auth/jwt/role/…` take.',
  assumes: [
    'A role is joined with its auth method within one folder of Terraform; a role whose auth method is not there is read alone.',
    'The server has no max_lease_ttl of its own, where neither role nor mount says how long a Vault token may live.',
    'What policies allow a Vault token is not read.',
  ],
  sources: [
    'https://developer.hashicorp.com/vault/api-docs/auth/jwt',
    'https://github.com/hashicorp/vault-plugin-auth-jwt',
  ],
  settings,
  examples: [
    {
      file: 'vault.tf',
      text: `resource "vault_jwt_auth_backend" "ci" {
  path               = "ci"
  oidc_discovery_url = "https://id.example.com"
  bound_issuer       = "https://id.example.com"
  jwt_supported_algs = ["ES256"]
}

resource "vault_jwt_auth_backend_role" "deploy" {
  backend         = vault_jwt_auth_backend.ci.path
  role_name       = "deploy"
  role_type       = "jwt"
  user_claim      = "sub"
  bound_audiences = ["vault"]
  token_ttl       = 300
  token_max_ttl   = 900
}
`,
    },
  ],
  mayHold: (_file, text) =>
    /vault_jwt_auth_backend|vault_generic_endpoint|"(?:jwks_url|oidc_discovery_url|jwt_validation_pubkeys|user_claim)"/.test(
      text,
    ),
  recognise: (document) => readDocument(document).length > 0,
  read: readDocument,
  join: joinRoles,
};

interface Part {
  readonly name: string;
  readonly node: ConfigNode;
}

function readDocument(document: ConfigDocument): readonly VerifierConfig[] {
  return [
    ...methodsOf(document).map((each) => readMethod(document.file, each)),
    ...rolesOf(document).map((each) => readRole(document.file, each)),
  ];
}

function methodsOf(document: ConfigDocument): readonly Part[] {
  const resources = resourcesOf(document, { terraform: 'vault_jwt_auth_backend', cloudFormation: null });
  const declared = resources.map(({ id, node }) => {
    const path = knownValue(textFact(child(node, 'path'))) ?? null;
    return { name: methodName(id, child(node, 'path') === null ? 'jwt' : path), node };
  });
  const written = endpointsOf(document).flatMap(({ path, node }) => {
    const [, method] = /^\/?auth\/(.+)\/config$/.exec(path) ?? [];
    return method === undefined || !isMethod(node) ? [] : [{ name: methodName(method, method), node }];
  });
  const root = rootOf(document);
  const payload = document.format === 'json' && isMethod(root) && hasOnly(root, METHOD_KEYS);
  return [...declared, ...written, ...(payload ? [{ name: 'auth method', node: root }] : [])];
}

function methodName(label: string, path: string | null): string {
  return `auth method ${label}${path === null || path === label ? '' : ` at ${path}`}`;
}

function rolesOf(document: ConfigDocument): readonly Part[] {
  const resources = resourcesOf(document, { terraform: 'vault_jwt_auth_backend_role', cloudFormation: null });
  const declared = resources.map(({ id, node }) => ({ name: `role ${methodOf(node)}/${id}`, node }));
  const written = endpointsOf(document).flatMap(({ path, node }) => {
    const [, method, role] = /^\/?auth\/(.+)\/role\/([^/]+)$/.exec(path) ?? [];
    return method === undefined || role === undefined || !isRole(node)
      ? []
      : [{ name: `role ${method}/${role}`, node }];
  });
  const root = rootOf(document);
  const payload = document.format === 'json' && isRole(root) && hasOnly(root, ROLE_KEYS);
  return [...declared, ...written, ...(payload ? [{ name: 'role', node: root }] : [])];
}

/** Label or path of the auth method of a role; the path is `jwt` when none is written. */
function methodOf(role: ConfigNode): string {
  const backend = child(role, 'backend');
  if (backend === null) return 'jwt';
  const [label] = referencesIn(backend, 'vault_jwt_auth_backend');
  return label ?? knownValue(textFact(backend))?.replaceAll(/^\/+|(?<!\/)\/+$/g, '') ?? 'elsewhere';
}

/** Paths that Terraform writes to without a resource of their own. */
function endpointsOf(document: ConfigDocument): readonly { readonly path: string; readonly node: ConfigNode }[] {
  return resourcesOf(document, { terraform: 'vault_generic_endpoint', cloudFormation: null }).flatMap(({ node }) => {
    const path = knownValue(textFact(child(node, 'path')));
    const data = child(node, 'data_json');
    return path === undefined || data === null ? [] : [{ path, node: data }];
  });
}

const KEY_SOURCES = ['oidc_discovery_url', 'jwks_url', 'jwks_pairs', 'jwt_validation_pubkeys'];

function isMethod(node: ConfigNode): boolean {
  return KEY_SOURCES.some((key) => child(node, key) !== null);
}

function isRole(node: ConfigNode): boolean {
  const bound = ['bound_audiences', 'bound_claims', 'bound_subject', 'allowed_redirect_uris', 'role_type'];
  return child(node, 'user_claim') !== null && bound.some((key) => child(node, key) !== null);
}

/** Of a payload nothing tells the product but its parameters: at least two, and no others. */
function hasOnly({ value }: ConfigNode, known: ReadonlySet<string>): boolean {
  if (!isMapping(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 1 && keys.every((key) => known.has(key));
}

function readMethod(file: string, { name, node }: Part): VerifierConfig {
  const pems = items(child(node, 'jwt_validation_pubkeys'));
  const source = KEY_SOURCES.filter((key) => filled(child(node, key)));
  return {
    ...verifierAt(file, { name, node }, METHOD, {
      keySource: keySourceOf(node, source),
      jwksUri: source.includes('jwks_url') ? textFact(child(node, 'jwks_url')) : undefined,
      discoveryUrl: source.includes('oidc_discovery_url')
        ? mapFact(
            textFact(child(node, 'oidc_discovery_url')),
            (url) => `${url.replace(/\/$/, '')}/.well-known/openid-configuration`,
          )
        : undefined,
      issuers: filled(child(node, 'bound_issuer')) ? listFact(child(node, 'bound_issuer')) : undefined,
      algorithms: filled(child(node, 'jwt_supported_algs'))
        ? listFact(child(node, 'jwt_supported_algs'), /,/)
        : undefined,
      derivedSessionLifetime: positive(part(node, 'tune', 'max_lease_ttl')),
    }),
    product: source.includes('jwt_validation_pubkeys')
      ? { id: 'static-keys', version: null }
      : source.length > 0
        ? { id: 'vault-jwt', version: null }
        : null,
    secrets: secretsOf(child(node, 'oidc_client_secret'), 'client'),
    inlineKeys: (pems.length > 0 ? pems : [child(node, 'jwt_validation_pubkeys')]).flatMap((pem) => inlineKeysOf(pem)),
    remarks: conflictsOf(node, source),
  };
}

function keySourceOf(node: ConfigNode, [first]: readonly string[]): VerifierFactMap['keySource'] | undefined {
  const setting = first === undefined ? null : child(node, first);
  if (setting === null) return undefined;
  if (first === 'jwt_validation_pubkeys') return explicitFact('static', setting.at);
  return explicitFact(first === 'oidc_discovery_url' ? 'discovery' : 'jwks', setting.at);
}

/** Written and not empty, as Terraform and exports write what is not set. */
function filled(node: ConfigNode | null): boolean {
  return (
    node !== null && node.value !== null && node.value !== '' && !(Array.isArray(node.value) && node.value.length === 0)
  );
}

function conflictsOf(node: ConfigNode, sources: readonly string[]): readonly ConfigRemark[] {
  const [first, second] = sources;
  const at = second === undefined ? null : child(node, second);
  if (first === undefined || second === undefined || at === null) return [];
  return [{ kind: 'conflict', message: `${first} and ${second} are both set; Vault takes exactly one`, at: at.keyAt }];
}

function readRole(file: string, role: Part): VerifierConfig {
  const rows = isJwtRole(role.node) ? [...JWT_ROLE, ...ANY_ROLE] : ANY_ROLE;
  return { ...verifierAt(file, role, rows, roleFacts(role.node)), remarks: roleRemarks(role.node) };
}

type Read = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

function verifierAt(file: string, { name, node }: Part, rows: readonly Setting[], facts: Read): VerifierConfig {
  return {
    kind: 'verifier',
    adapter: 'vault',
    name,
    file,
    at: node.at,
    profile: null,
    product: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(rows, 'verifier', facts, node.at),
  };
}

/** Gives each role what its auth method says. What the role or the product decides by default gives way to it. */
function joinRoles(subjects: readonly ConfigSubject[]): readonly ConfigSubject[] {
  const verifiers = subjects.filter((subject) => subject.kind === 'verifier');
  const methods = verifiers.filter(({ name }) => name.startsWith('auth method'));
  const roles = verifiers.filter(({ name }) => name.startsWith('role'));
  return [
    ...methods.map((method) =>
      withoutRoleFacts(
        method,
        roles.some((role) => isRoleOf(role, method)),
      ),
    ),
    ...roles.map((role) => {
      const method = methods.find((each) => isRoleOf(role, each));
      return method === undefined ? role : joined(role, method);
    }),
  ];
}

function isRoleOf(role: VerifierConfig, method: VerifierConfig): boolean {
  const [, name] = /^role (.+)\/[^/]+$/.exec(role.name) ?? [];
  const [, label, path] = /^auth method (\S+)(?: at (.+))?$/.exec(method.name) ?? [];
  return name !== undefined && (name === label || name === path) && scopeOf(role.file) === scopeOf(method.file);
}

/** Where its roles are known, an auth method is no verifier beside them: only what is wrong with it is told there. */
function withoutRoleFacts(method: VerifierConfig, hasRoles: boolean): VerifierConfig {
  return hasRoles ? { ...method, facts: {}, product: null } : method;
}

function joined(role: VerifierConfig, method: VerifierConfig): VerifierConfig {
  const isJwt = role.facts.signatureVerified !== undefined;
  const own = Object.entries(role.facts).filter(([, { origin }]) => origin !== 'default' && origin !== 'platform');
  const given = isJwt
    ? completeFacts<VerifierFactMap>(METHOD_OF_JWT, 'verifier', method.facts, method.at)
    : Object.fromEntries(Object.entries(method.facts).filter(([name]) => !['issuers', 'algorithms'].includes(name)));
  return { ...role, product: method.product, facts: { ...role.facts, ...given, ...Object.fromEntries(own) } };
}
