import type { ConfigRemark, ConfigSecret, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import { ZERO } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import type { DottedSettings } from '../dotted-settings.ts';
import { dottedList, settingOf, settingsBelow, withValue } from '../dotted-settings.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  mapFact,
  textFact,
  unknownConfigFact,
} from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import type { Own } from './caches.ts';
import { ignoredTimes, keyCacheOf, productOf, tokenCacheOf } from './caches.ts';
import { OIDC_SETTINGS } from './settings.ts';
import { secretsOf } from '../secret.ts';

export const OIDC = 'quarkus.oidc.';

/** Groups and settings of a tenant; whatever else stands behind the prefix is the name of one. */
const OF_TENANT = new Set(
  'token jwks credentials authentication roles logout tls proxy code-grant token-state-manager introspection-credentials certificate-chain token-cache devui dev-ui enabled default-token-cache-enabled resolve-tenants-with-issuer priority tenant-id tenant-enabled tenant-paths application-type authorization-path user-info-path introspection-path jwks-path end-session-path public-key provider auth-server-url discovery-enabled discovery-path registration-path registration connection-delay connection-retry-count connection-timeout use-blocking-dns-lookup max-pool-size follow-redirects token-path revoke-path client-id client-name allow-token-introspection-cache allow-user-info-cache cache-user-info-in-idtoken health dpop resource-metadata log'.split(
    ' ',
  ),
);
const KNOWN_JWKS = /^(?:resolve-early|cache-size|cache-time-to-live|clean-up-timer-interval|try-all)$/;
/** Names that people give settings which have another one. */
const MISTAKEN_TOKEN =
  /^(?:audiences|aud|issuers|iss|clock-skew|leeway|algorithm|algorithms|signature-algorithms|max-age|lifespan)$/;

/** The verifiers of quarkus-oidc: the default tenant and named ones. */
export function oidcTenantsOf(settings: DottedSettings): readonly VerifierConfig[] {
  return [null, ...tenantNames(settings)].flatMap((tenant) => {
    const reading = readTenant(settings, tenant);
    return reading === null ? [] : [reading];
  });
}

function tenantNames(settings: DottedSettings): readonly string[] {
  const names = new Set<string>();
  for (const { rest } of settingsBelow(settings, OIDC)) {
    const [name = '', ...below] = rest.split('.');
    if (below.length > 0 && !OF_TENANT.has(name)) names.add(name);
  }
  return [...names].sort();
}

function readTenant(settings: DottedSettings, tenant: string | null): VerifierConfig | null {
  const prefix = tenant === null ? OIDC : `${OIDC}${tenant}.`;
  const own = (name: string): ConfigNode | null => settingOf(settings, `${prefix}${name}`);
  const [first] = [own('auth-server-url'), own('public-key'), own('provider'), own('jwks-path')].filter(
    (node) => node !== null,
  );
  if (first === undefined || knownValue(flagFact(own('tenant-enabled'))) === false) return null;
  const isAsked = knownValue(flagFact(own('token.require-jwt-introspection-only'))) === true;
  return {
    kind: 'verifier',
    adapter: 'quarkus',
    name: tenant === null ? 'oidc' : `oidc ${tenant}`,
    file: settings.document.file,
    at: first.keyAt,
    profile: null,
    product: isAsked ? null : { id: productOf(own), version: null },
    secrets: secretsIn(own),
    remarks: remarksOf(settings, prefix),
    inlineKeys: inlineKeysOf(asPem(own('public-key'))),
    facts: isAsked ? askingFacts(settings, own, first) : verifyingFacts(settings, prefix, own, first),
  };
}

function ofAll(settings: DottedSettings): Own {
  return (name) => settingOf(settings, `${OIDC}${name}`);
}

function verifyingFacts(settings: DottedSettings, prefix: string, own: Own, first: ConfigNode): VerifierFactMap {
  const isStatic = own('public-key') !== null;
  const read: VerifierFactMap = completeFacts<VerifierFactMap>(
    OIDC_SETTINGS.filter(
      ({ fact }) => !isStatic || !['keyCacheTtl', 'cooldown', 'refetchOnUnknownKid', 'issuers'].includes(fact),
    ),
    'verifier',
    {
      ...sourcesOf(own, first),
      audiences: audiencesOf(settings, prefix, own),
      algorithms: mapFact(textFact(own('token.signature-algorithm')), (algorithm) => [
        algorithm.toUpperCase() === 'EDDSA' ? 'EdDSA' : algorithm.toUpperCase(),
      ]),
      leeway: durationFact(own('token.lifespan-grace'), 's'),
      maxLifetime: durationFact(own('token.age'), 's'),
      ...(isStatic ? {} : keyCacheOf(own)),
      introspectionCacheTtl: tokenCacheOf(ofAll(settings)),
      tlsVerified: tlsOf(own),
      senderConstraint: mapFact(flagFact(own('token.certificate-bound')), (bound) => (bound ? 'required' : 'none')),
    },
    first.keyAt,
  );
  return read;
}

/** A tenant that has every token introspected: keys and caches of keys do not matter. */
function askingFacts(settings: DottedSettings, own: Own, first: ConfigNode): VerifierFactMap {
  const flag = own('token.require-jwt-introspection-only') ?? first;
  const cached = tokenCacheOf(ofAll(settings));
  const tls = tlsOf(own);
  return {
    keySource: explicitFact('none', flag.at, 'every token is introspected'),
    introspectionCacheTtl: cached ?? {
      origin: 'default',
      value: ZERO,
      at: flag.at,
      source: 'Quarkus 3: OidcConfig.java, token-cache.max-size is 0',
      versions: null,
    },
    ...(tls === undefined ? {} : { tlsVerified: tls }),
  };
}

function sourcesOf(
  own: Own,
  first: ConfigNode,
): Pick<VerifierFactMap, 'keySource' | 'issuers' | 'jwksUri' | 'discoveryUrl'> {
  const publicKey = own('public-key');
  const written = mapFact(textFact(own('token.issuer')), (issuer): readonly string[] | null =>
    issuer === 'any' ? null : [issuer],
  );
  const issuers = written === undefined ? {} : { issuers: written };
  if (publicKey !== null) return { keySource: explicitFact('static', publicKey.at), ...issuers };
  const server = textFact(own('auth-server-url'));
  const base = mapFact(server, (url) => url.replace(/(?<!\/)\/+$/, ''));
  if (knownValue(flagFact(own('discovery-enabled'))) === false) {
    const path = textFact(own('jwks-path'));
    const uri = path === undefined ? undefined : absolute(path, base);
    return {
      keySource: explicitFact('jwks', (own('jwks-path') ?? first).at),
      ...(uri === undefined ? {} : { jwksUri: uri }),
      issuers: written ?? {
        origin: 'default',
        value: null,
        at: first.at,
        source: 'Quarkus 3: OidcProvider.java, without discovery nothing tells the issuer',
        versions: null,
      },
    };
  }
  if (base === undefined) return { keySource: explicitFact('discovery', first.at, 'of a known provider'), ...issuers };
  if (base.origin === 'unknown')
    return { keySource: explicitFact('discovery', base.at), discoveryUrl: base, issuers: written ?? base };
  const path = knownValue(textFact(own('discovery-path')))?.replace(/^\/+/, '') ?? '.well-known/openid-configuration';
  return {
    keySource: explicitFact('discovery', base.at),
    discoveryUrl: derivedFact(`${base.value}/${path}`, base.at, 'auth-server-url'),
    jwksUri: derivedFact(null, base.at, 'found by discovery at auth-server-url'),
    issuers: written ?? derivedFact([base.value], base.at, 'the issuer that discovery at auth-server-url has to name'),
  };
}

function absolute(path: VerifierFactMap['jwksUri'], base: VerifierFactMap['jwksUri']): VerifierFactMap['jwksUri'] {
  if (path === undefined || path.origin === 'unknown' || path.value === null) return path;
  if (/^https?:/i.test(path.value)) return path;
  const root = knownValue(base) ?? null;
  if (root === null) return unknownConfigFact(path.at, 'the server in front of the path is decided elsewhere');
  return derivedFact(`${root}/${path.value.replace(/^\/+/, '')}`, path.at, 'auth-server-url and jwks-path');
}

function audiencesOf(settings: DottedSettings, prefix: string, own: Own): VerifierFactMap['audiences'] {
  const written = dottedList(settings, `${prefix}token.audience`);
  if (written !== undefined) return mapFact(written, (list) => (list.includes('any') ? null : list));
  const type = knownValue(textFact(own('application-type')))
    ?.toLowerCase()
    .replace('_', '-');
  const id = textFact(own('client-id'));
  if (type !== 'web-app' || id === undefined || id.origin === 'unknown') return undefined;
  return derivedFact([id.value], id.at, 'ID tokens of a web-app are for its client-id');
}

function tlsOf(own: Own): VerifierFactMap['tlsVerified'] {
  const verification = textFact(own('tls.verification'));
  return mapFact(verification, (word) => word.toLowerCase() !== 'none');
}

function secretsIn(own: Own): readonly ConfigSecret[] {
  return [
    ...secretsOf(own('credentials.secret'), 'client'),
    ...secretsOf(own('credentials.client-secret.value'), 'client'),
    ...secretsOf(own('credentials.jwt.secret'), 'client'),
    ...secretsOf(own('credentials.jwt.key'), 'private-key'),
    ...secretsOf(own('introspection-credentials.secret'), 'client'),
    ...secretsOf(own('token-state-manager.encryption-secret'), 'cookie'),
    ...secretsOf(own('authentication.state-secret'), 'cookie'),
    ...secretsOf(own('authentication.pkce-secret'), 'cookie'),
  ];
}

function remarksOf(settings: DottedSettings, prefix: string): readonly ConfigRemark[] {
  const unknown = (group: string, isUnknown: (rest: string) => boolean): readonly ConfigRemark[] =>
    settingsBelow(settings, `${prefix}${group}.`)
      .filter(({ rest }) => isUnknown(rest))
      .map(({ name, node }) => ({
        kind: 'unknown-setting',
        message: `Quarkus has no setting "${name.replace(/^%[^.]+\./, '')}"`,
        at: node.keyAt,
      }));
  return [
    ...unknown('jwks', (rest) => !KNOWN_JWKS.test(rest)),
    ...unknown('token', (rest) => MISTAKEN_TOKEN.test(rest)),
    ...ignoredTimes((name) => settingOf(settings, `${prefix}${name}`)),
  ];
}

/** Public keys stand in settings without the lines around them. */
export function asPem(node: ConfigNode | null): ConfigNode | null {
  if (node === null || typeof node.value !== 'string' || !/^MI[\w+/=\s]+$/.test(node.value)) return node;
  return withValue(node, `-----BEGIN PUBLIC KEY-----\n${node.value.replaceAll(/\s/g, '')}\n-----END PUBLIC KEY-----\n`);
}
