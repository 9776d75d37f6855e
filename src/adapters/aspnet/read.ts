import type {
  ConfigFact,
  ConfigRemark,
  ConfigSecret,
  ConfigSubject,
  VerifierConfig,
  VerifierFactMap,
} from '../../model/config.ts';
import { readIssuer, unitOf } from './issuer.ts';
import { CHECK_SETTINGS, FETCH_SETTINGS } from './settings.ts';
import type { Section } from './section.ts';
import { SECRET_NAMES, isToBeFilled, setting, timeSpanFact, valueFact, valuesFact } from './section.ts';
import type { ConfigNode } from '../config-node.ts';
import { items, members } from '../config-node.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  mapFact,
  unknownConfigFact,
} from '../facts.ts';
import { secretsOf } from '../secret.ts';

const ID = 'aspnet';

/** Why nothing is known of the audience of a scheme without one. */
export const NO_AUDIENCE = 'before 8.0.7 no audience is then checked, later versions accept no token';

/** The verifier of a section, and the issuer where the same service signs its tokens. */
export function readSection(section: Section, profile: string | null): readonly ConfigSubject[] {
  const issuer = section.kind === 'secret' ? readIssuer(section, profile) : null;
  return [readVerifier(section, profile), ...(issuer === null ? [] : [issuer])];
}

function readVerifier(section: Section, profile: string | null): VerifierConfig {
  const { kind, name, node } = section;
  const address = addressOf(section);
  const secrets = signingSecrets(section);
  const isShared = kind === 'secret' || (address === undefined && secrets.length > 0);
  return {
    kind: 'verifier',
    adapter: ID,
    name: `section ${name}`,
    file: node.document.file,
    at: node.keyAt,
    profile,
    product: { id: isShared ? 'static-keys' : 'aspnet-jwtbearer', version: null },
    secrets: [...secrets, ...clientSecrets(node)],
    remarks: remarksOf(section),
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(
      isShared ? CHECK_SETTINGS : [...CHECK_SETTINGS, ...FETCH_SETTINGS],
      'verifier',
      {
        ...checksOf(section, address),
        ...(isShared ? {} : fetchingOf(node, address)),
        keySource: isShared
          ? explicitFact('shared-secret', (setting(node, ...SECRET_NAMES, 'SigningKeys') ?? node).at)
          : explicitFact('discovery', node.keyAt),
      },
      node.keyAt,
    ),
  };
}

/** Where the discovery document is. */
function addressOf({ kind, node }: Section): ConfigFact<string> | undefined {
  const metadata = valueFact(setting(node, 'MetadataAddress'));
  if (metadata !== undefined) return metadata;
  const base = kind === 'azure' ? azureAuthority(node) : kind === 'keycloak' ? keycloakIssuer(node) : null;
  const authority = base ?? valueFact(setting(node, 'Authority'));
  if (authority === undefined || authority.origin === 'unknown') return authority;
  const address = `${authority.value.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`;
  return derivedFact(address, authority.at, 'the authority and the well-known path');
}

function joined(
  parts: readonly (ConfigFact<string> | undefined)[],
  at: ConfigNode,
  build: (texts: readonly string[]) => string,
): ConfigFact<string> {
  const texts: string[] = [];
  for (const part of parts) {
    if (part === undefined || part.origin === 'unknown')
      return unknownConfigFact(at.at, 'a part is filled in elsewhere');
    texts.push(part.value.replace(/(?<!\/)\/+$/, ''));
  }
  return derivedFact(build(texts), parts[0]?.at ?? at.at, 'put together from its parts');
}

function azureAuthority(node: ConfigNode): ConfigFact<string> {
  const parts = [valueFact(setting(node, 'Instance')), valueFact(setting(node, 'TenantId', 'Domain'))];
  return joined(parts, node, ([instance, tenant]) => `${instance}/${tenant}/v2.0`);
}

function keycloakIssuer(node: ConfigNode): ConfigFact<string> {
  const server = valueFact(setting(node, 'auth-server-url', 'AuthServerUrl', 'BaseAuthServerUrl'));
  return joined([server, valueFact(setting(node, 'Realm'))], node, ([base, realm]) => `${base}/realms/${realm}`);
}

function checksOf(section: Section, address: ConfigFact<string> | undefined): VerifierFactMap {
  const { kind, node } = section;
  const within = setting(node, 'TokenValidationParameters');
  const either = (...names: readonly string[]): ConfigNode | null =>
    kind === 'scheme' ? null : (setting(within, ...names) ?? setting(node, ...names));
  return definedOnly({
    issuers: issuersOf(section, within, address),
    audiences: audiencesOf(section, within),
    algorithms: algorithmsOf(either),
    expVerified: flagFact(either('ValidateLifetime')),
    requiresExp: flagFact(either('RequireExpirationTime')),
    leeway: skewOf(setting(within, 'ClockSkew'), node, kind),
  });
}

/** Bound to a TimeSpan below TokenValidationParameters; elsewhere a number is whatever code makes of it. */
function skewOf(bound: ConfigNode | null, node: ConfigNode, kind: Section['kind']): VerifierFactMap['leeway'] {
  if (bound !== null) return timeSpanFact(bound);
  if (kind === 'scheme') return undefined;
  const own = setting(node, 'ClockSkew');
  if (own !== null && String(own.value).includes(':')) return timeSpanFact(own);
  const named = members(node).find(([key]) => /^clock_?skew/i.test(key));
  if (named === undefined) return undefined;
  const unit = unitOf(named[0]);
  return unit === null ? unknownConfigFact(named[1].at, 'code decides its unit') : durationFact(named[1], unit);
}

function algorithmsOf(either: (...names: readonly string[]) => ConfigNode | null): VerifierFactMap['algorithms'] {
  const signed = flagFact(either('RequireSignedTokens'));
  if (signed !== undefined && signed.origin !== 'unknown' && !signed.value)
    return derivedFact(['none'], signed.at, 'RequireSignedTokens is off');
  return listFact(either('ValidAlgorithms'));
}

function issuersOf(
  { kind, node }: Section,
  within: ConfigNode | null,
  address: ConfigFact<string> | undefined,
): VerifierFactMap['issuers'] {
  const off = flagFact(setting(within, 'ValidateIssuer') ?? setting(node, 'ValidateIssuer'));
  if (off !== undefined && off.origin !== 'unknown' && !off.value) return mapFact(off, () => null);
  const names = kind === 'scheme' ? ['ValidIssuer'] : ['ValidIssuer', 'Issuer'];
  const single = setting(within, ...names) ?? setting(node, ...names);
  const written = valuesFact([single, setting(within, 'ValidIssuers') ?? setting(node, 'ValidIssuers')]);
  if (written !== undefined) return written;
  // Entra has issuers of two versions and of other tenants; which of them count is code of Microsoft.Identity.Web.
  if (kind === 'azure' || address === undefined || address.origin === 'unknown') return undefined;
  return mapFact(derivedFact(address.value, address.at, 'the issuer that its discovery document names'), (url) => [
    url.replace(/\/\.well-known\/[^]*$/, ''),
  ]);
}

function audiencesOf({ kind, node }: Section, within: ConfigNode | null): VerifierFactMap['audiences'] {
  const off = flagFact(
    setting(within, 'ValidateAudience') ?? setting(node, 'ValidateAudience', 'verify-token-audience'),
  );
  if (off !== undefined && off.origin !== 'unknown' && !off.value) return mapFact(off, () => null);
  const names = kind === 'scheme' ? ['ValidAudience'] : ['ValidAudience', 'Audience'];
  const lists = kind === 'scheme' ? ['ValidAudiences'] : ['ValidAudiences', 'Audiences'];
  const written = valuesFact([
    setting(within, ...names) ?? setting(node, ...names),
    setting(within, ...lists) ?? setting(node, ...lists),
  ]);
  if (written !== undefined) return written;
  if (kind === 'scheme') {
    return unknownConfigFact(node.keyAt, NO_AUDIENCE);
  }
  if (kind !== 'azure') return undefined;
  const client = valueFact(setting(node, 'ClientId'));
  if (client === undefined || client.origin === 'unknown') return client;
  const byVersion = 'Microsoft.Identity.Web: RegisterValidAudience.cs, the client id, with api:// in version 1 tokens';
  return derivedFact([client.value, `api://${client.value}`], client.at, byVersion);
}

function fetchingOf(node: ConfigNode, address: ConfigFact<string> | undefined): VerifierFactMap {
  const isKnown = address !== undefined && address.origin !== 'unknown';
  return definedOnly({
    discoveryUrl: address,
    tlsVerified: isKnown ? undefined : flagFact(setting(node, 'RequireHttpsMetadata')),
    keyCacheTtl: timeSpanFact(setting(node, 'AutomaticRefreshInterval')),
    cooldown: timeSpanFact(setting(node, 'RefreshInterval')),
    fetchTimeout: timeSpanFact(setting(node, 'BackchannelTimeout')),
    refetchOnUnknownKid: mapFact(flagFact(setting(node, 'RefreshOnIssuerKeyNotFound')), (on) =>
      on ? 'throttled' : 'never',
    ),
  });
}

function definedOnly(facts: { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined }) {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) satisfies VerifierFactMap;
}

function signingSecrets({ kind, node }: Section): readonly ConfigSecret[] {
  const keys = items(setting(node, 'SigningKeys')).map((entry) => setting(entry, 'Value'));
  const listed = keys.flatMap((key) => (isToBeFilled(key) ? [] : secretsOf(key, 'hmac', { encoding: 'base64' })));
  if (kind === 'scheme' || kind === 'azure' || kind === 'keycloak') return listed;
  const key = setting(node, ...SECRET_NAMES);
  if (isToBeFilled(key)) return listed;
  const isPrivateKey = typeof key?.value === 'string' && key.value.includes('PRIVATE KEY');
  return [...listed, ...secretsOf(key, isPrivateKey ? 'private-key' : 'hmac')];
}

function clientSecrets(node: ConfigNode): readonly ConfigSecret[] {
  const nodes = [
    setting(node, 'ClientSecret'),
    setting(setting(node, 'credentials'), 'secret'),
    ...items(setting(node, 'ClientCredentials')).map((entry) => setting(entry, 'ClientSecret')),
  ];
  return nodes.flatMap((secret) => (isToBeFilled(secret) ? [] : secretsOf(secret, 'client')));
}

/** Settings of TokenValidationParameters and JwtBearerOptions that a scheme's section does not read. */
const NOT_READ: readonly string[] =
  'Audience ClockSkew ValidateLifetime RequireExpirationTime RequireSignedTokens ValidAlgorithms TokenValidationParameters AutomaticRefreshInterval'.split(
    ' ',
  );

function remarksOf({ kind, node }: Section): readonly ConfigRemark[] {
  const skew = setting(setting(node, 'TokenValidationParameters'), 'ClockSkew');
  const days = /^\d+$/.test(String(skew?.value)) ? Number(skew?.value) : 0;
  const suspect: readonly ConfigRemark[] =
    skew === null || days === 0
      ? []
      : [
          {
            kind: 'unit-suspect',
            message: `ClockSkew is a TimeSpan, so the bare number ${days} counts days; five minutes are "00:05:00"`,
            at: skew.at,
          },
        ];
  if (kind !== 'scheme') return suspect;
  return members(node)
    .filter(([key]) => NOT_READ.some((name) => name.toLowerCase() === key.toLowerCase()))
    .map(([key, { keyAt }]) => ({
      kind: 'unknown-setting',
      message: `a section of Authentication:Schemes has no setting "${key}"${key.toLowerCase() === 'audience' ? ' (it is ValidAudience)' : ''}; ASP.NET Core passes over it in silence`,
      at: keyAt,
    }));
}
