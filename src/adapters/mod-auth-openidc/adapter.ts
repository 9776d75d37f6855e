import type { RouteConfig, VerifierConfig } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import { completeFacts, explicitFact, unknownConfigFact } from '../facts.ts';
import type { HttpdSection } from '../httpd-tree.ts';
import { everySection, ownDirectives, sectionLabel, sectionsOf, serverOf, settingOf } from '../httpd-tree.ts';
import { loginFactsOf, resourceFactsOf } from './facts.ts';
import { settings, settingsWithoutFetch } from './settings.ts';
import { loginSecretsOf, remarksOf, resourceSecretsOf } from './secrets.ts';

export const adapter: Adapter = {
  id: 'mod-auth-openidc',
  title: 'Apache httpd, mod_auth_openidc',
  role: 'gateway',
  reads:
    'Configurations of Apache httpd and `.htaccess` with `OIDC...` directives: every section with `AuthType oauth20` or `auth-openidc` as a resource server, every server with `AuthType openid-connect` as a place to log in, and what they inherit.',
  assumes: [
    'Files that `Include` names are not followed; a section without the settings it needs says nothing about them.',
    'Conditions such as `<IfModule>` are taken for true.',
    'The version is not in the file: defaults are those of 2.4.20.',
  ],
  sources: [
    'https://github.com/OpenIDC/mod_auth_openidc/blob/master/auth_openidc.conf',
    'https://github.com/OpenIDC/mod_auth_openidc/security/advisories/GHSA-wcvh-g65p-v576',
  ],
  settings,
  examples: [
    {
      file: 'api.conf',
      text: `<VirtualHost *:443>
  ServerName api.example.com
  OIDCOAuthVerifyJwksUri https://id.example.com/jwks.json
  OIDCOAuthVerifyIssuer https://id.example.com
  OIDCOAuthVerifyAudience orders
  OIDCOAuthTokenIntrospectionInterval 60
  <Location /orders>
    AuthType oauth20
    Require valid-user
  </Location>
</VirtualHost>
`,
      note: 'Without OIDCOAuthTokenIntrospectionInterval a token that was seen once is accepted until its exp.',
    },
  ],
  mayHold: (_file, text) => /^[ \t]*OIDC[A-Z]|\bAuthType[ \t]+"?(?:openid-connect|oauth20|auth-openidc)\b/im.test(text),
  recognise: (document) => document.format === 'httpd' && [...everySection(sectionsOf(document))].some(isOurs),
  read(document) {
    const root = sectionsOf(document);
    const sections = [...everySection(root)];
    const verifiers = [
      ...sections.filter(isResource).map((section) => readResource(document, section)),
      ...loginServers(sections).map((server) => readLogin(document, server)),
    ];
    return [
      ...toldOnce(verifiers),
      ...sections.filter((section) => authTypeOf(section) !== null).map((section) => readRoute(document, section)),
    ];
  },
};

/** Sections inherit secrets; each is told of once. */
function toldOnce(verifiers: readonly VerifierConfig[]): readonly VerifierConfig[] {
  const told = new Set<string>();
  return verifiers.map((verifier) => {
    const secrets = verifier.secrets.filter(({ at }) => !told.has(`${at.line}:${at.column}`));
    for (const { at } of secrets) told.add(`${at.line}:${at.column}`);
    return { ...verifier, secrets };
  });
}

function isOurs(section: HttpdSection): boolean {
  return authTypeOf(section) !== null || section.directives.some(({ name }) => name.startsWith('oidc'));
}

type AuthType = 'openid-connect' | 'oauth20' | 'auth-openidc';

/** The kind of authentication of this module that a section itself turns on. */
function authTypeOf(section: HttpdSection): AuthType | null {
  for (const { name, texts } of section.directives) {
    if (name !== 'authtype') continue;
    const type = texts[0]?.toLowerCase();
    if (type === 'openid-connect' || type === 'oauth20' || type === 'auth-openidc') return type;
  }
  return null;
}

const KEYS = [
  'OIDCOAuthVerifyJwksUri',
  'OIDCOAuthVerifyCertFiles',
  'OIDCOAuthVerifySharedKeys',
  'OIDCOAuthIntrospectionEndpoint',
  'OIDCOAuthServerMetadataURL',
];

/** A section that asks for access tokens, or a server that can check them where no section of this file asks. */
function isResource(section: HttpdSection): boolean {
  const type = authTypeOf(section);
  if (type !== null) return type !== 'openid-connect';
  if (section !== serverOf(section)) return false;
  const own = [...ownDirectives(section)].some(({ name }) => KEYS.some((key) => key.toLowerCase() === name));
  return own && ![...everySection(section)].some((each) => (authTypeOf(each) ?? 'openid-connect') !== 'openid-connect');
}

/** Servers and virtual hosts that log users in: those with a client of their own, or a section that asks for a log-in. */
function loginServers(sections: readonly HttpdSection[]): readonly HttpdSection[] {
  const asking = sections.filter((section) => /^(?:openid-connect|auth-openidc)$/.test(authTypeOf(section) ?? ''));
  const owning = sections.filter((section) => [...ownDirectives(section)].some(({ name }) => name === 'oidcclientid'));
  return [...new Set([...owning, ...asking].map(serverOf))].filter(
    (server) => settingOf(server, 'OIDCClientID') !== null,
  );
}

function readResource(document: ConfigDocument, section: HttpdSection): VerifierConfig {
  const facts = resourceFactsOf(section);
  const source = knownValue(facts.keySource);
  const isFetched = source === 'jwks' || source === 'discovery';
  const product = isFetched
    ? 'mod_auth_openidc'
    : source === 'static' || source === 'shared-secret'
      ? 'static-keys'
      : null;
  const table =
    source === 'none'
      ? settings.filter(({ fact }) => fact === 'tlsVerified')
      : isFetched
        ? settings
        : settingsWithoutFetch;
  return {
    ...common(document, section),
    name: `resource server, ${sectionLabel(section)}`,
    product: product === null ? null : { id: product, version: null },
    secrets: resourceSecretsOf(section),
    remarks: remarksOf(section),
    facts: completeFacts<VerifierConfig['facts']>(table, 'verifier', facts, section.at),
  };
}

function readLogin(document: ConfigDocument, server: HttpdSection): VerifierConfig {
  return {
    ...common(document, server),
    name: `log-in, ${sectionLabel(server)}`,
    // What the tables of products say is about access tokens.
    product: null,
    secrets: loginSecretsOf(server),
    remarks: [],
    facts: completeFacts<VerifierConfig['facts']>(settings, 'verifier', loginFactsOf(server), server.at),
  };
}

function common(document: ConfigDocument, { at }: HttpdSection) {
  return {
    kind: 'verifier',
    adapter: adapter.id,
    file: document.file,
    at,
    profile: null,
    inlineKeys: [],
  } as const;
}

function readRoute(document: ConfigDocument, section: HttpdSection): RouteConfig {
  const type = authTypeOf(section);
  const path = section.argument;
  const requires = section.directives.filter(({ name }) => name === 'require');
  const open = requires.find(({ texts }) => texts.join(' ') === 'all granted');
  const label = sectionLabel(section);
  return {
    kind: 'route',
    adapter: adapter.id,
    name: label,
    file: document.file,
    at: section.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: [
      ...(type === 'openid-connect' ? [] : [`resource server, ${label}`]),
      ...(type === 'oauth20' ? [] : [`log-in, ${sectionLabel(serverOf(section))}`]),
    ],
    facts: {
      ...(section.kind.startsWith('location') && path !== ''
        ? {
            paths: pathFact(path, section),
          }
        : {}),
      requirement:
        open !== undefined
          ? explicitFact('none', open.at)
          : requires.length === 0 && section.sections.length === 0
            ? unknownConfigFact(section.at, 'no Require stands beside AuthType')
            : explicitFact('required', requires[0]?.at ?? section.at),
    },
  };
}

function pathFact(path: string, section: HttpdSection): NonNullable<RouteConfig['facts']['paths']> {
  return /\$\{|\uE000/.test(path)
    ? unknownConfigFact(section.at, 'it is filled in elsewhere')
    : explicitFact([path], section.at);
}
