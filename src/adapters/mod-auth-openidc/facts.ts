import type { ConfigFact, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO, millis } from '../../model/quantity.ts';
import {
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  listFact,
  numberFact,
  textFact,
  unknownConfigFact,
} from '../facts.ts';
import type { HttpdDirective, HttpdSection } from '../httpd-tree.ts';
import { requiredClaim, serverOf, settingOf, settingsOf } from '../httpd-tree.ts';
import type { ConfigNode } from '../config-node.ts';

const CONF = 'mod_auth_openidc 2.4.20: auth_openidc.conf';
const SINCE = '>= 2.4.20';

type Facts = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

/** What a section that asks for access tokens does with them. */
export function resourceFactsOf(section: HttpdSection): Facts {
  const introspection = settingOf(section, 'OIDCOAuthIntrospectionEndpoint');
  if (introspection !== null) {
    return {
      keySource: explicitFact('none', introspection.at, 'tokens are introspected'),
      introspectionCacheTtl: rememberedFor(section),
      tlsVerified: flagOf(section, 'OIDCOAuthSSLValidateServer'),
      queryTokenAccepted: queryOf(section),
    };
  }
  const keys = resourceKeysOf(section);
  // A file without keys is a part of a configuration: what it leaves open may stand where the keys do.
  const elsewhere =
    keys.keySource?.origin === 'unknown'
      ? unknownConfigFact(section.at, 'it may be set where the keys are')
      : undefined;
  return {
    ...keys,
    issuers: textsOf(settingOf(section, 'OIDCOAuthVerifyIssuer')) ?? demandedOf(section, 'iss') ?? elsewhere,
    audiences: textsOf(settingOf(section, 'OIDCOAuthVerifyAudience')) ?? demandedOf(section, 'aud') ?? elsewhere,
    verdictCacheTtl: rememberedFor(section),
    ...(/^(?:jwks|discovery)$/.test(knownValue(keys.keySource) ?? '') ? fetchFactsOf(section) : {}),
    queryTokenAccepted: queryOf(section),
  };
}

function fetchFactsOf(section: HttpdSection): Facts {
  return {
    keyCacheTtl: secondsOf(section, 'OIDCJWKSRefreshInterval'),
    fetchTimeout: timeoutOf(section),
    tlsVerified: flagOf(section, 'OIDCOAuthSSLValidateServer'),
  };
}

function resourceKeysOf(section: HttpdSection): Facts {
  const jwks = settingOf(section, 'OIDCOAuthVerifyJwksUri');
  const metadata = settingOf(section, 'OIDCOAuthServerMetadataURL');
  const files = settingOf(section, 'OIDCOAuthVerifyCertFiles');
  const shared = settingOf(section, 'OIDCOAuthVerifySharedKeys');
  if (jwks !== null) return { keySource: explicitFact('jwks', jwks.at), jwksUri: textFact(firstOf(jwks)) };
  if (metadata !== null) {
    return { keySource: explicitFact('discovery', metadata.at), discoveryUrl: textFact(firstOf(metadata)) };
  }
  if (files !== null) return { keySource: explicitFact('static', files.at) };
  if (shared !== null) return { keySource: explicitFact('shared-secret', shared.at) };
  return { keySource: unknownConfigFact(section.at, 'no key is named in this file') };
}

/** Values that `Require claim` demands in the section. */
function demandedOf(section: HttpdSection, claim: string): ConfigFact<readonly string[]> | undefined {
  const demand = requiredClaim(section, claim);
  if (demand === null) return undefined;
  const isFilled = demand.values.some((value) => /\$\{|\uE000/.test(value));
  return isFilled ? unknownConfigFact(demand.at, 'it is filled in elsewhere') : explicitFact(demand.values, demand.at);
}

/** How long a token that was verified or introspected once is taken for good: 0 is until its exp, -1 is not at all. */
function rememberedFor(section: HttpdSection): ConfigFact<Bound> {
  const written = settingOf(section, 'OIDCOAuthTokenIntrospectionInterval');
  if (written === null) {
    const source = `${CONF}, OIDCOAuthTokenIntrospectionInterval 0: until the exp that the token names`;
    return { origin: 'default', value: 'unbounded', at: section.at, source, versions: SINCE };
  }
  const seconds = numberFact(firstOf(written));
  if (seconds === undefined) return unknownConfigFact(written.at, 'its value is not understood');
  if (seconds.origin === 'unknown') return seconds;
  const value: Bound = seconds.value < 0 ? ZERO : seconds.value === 0 ? 'unbounded' : millis(seconds.value * 1000);
  return { ...seconds, value };
}

/** What a server does that logs users in and keeps a session. */
export function loginFactsOf(server: HttpdSection): Facts {
  const metadata = settingOf(server, 'OIDCProviderMetadataURL');
  const jwks = settingOf(server, 'OIDCProviderJwksUri');
  const client = settingOf(server, 'OIDCClientID');
  const clientId = textFact(client === null ? null : firstOf(client));
  return {
    keySource: loginKeysOf(server, metadata, jwks),
    ...(metadata === null ? {} : { discoveryUrl: textFact(firstOf(metadata)) }),
    ...(jwks === null ? {} : { jwksUri: textFact(firstOf(jwks)) }),
    issuers: loginIssuersOf(server, metadata),
    audiences:
      clientId === undefined || clientId.origin === 'unknown'
        ? unknownConfigFact((client ?? server).at, 'the client id is filled in elsewhere')
        : derivedFact([clientId.value], clientId.at, 'ID tokens are taken for the client id only'),
    algorithms:
      textsOf(settingOf(server, 'OIDCIDTokenSignedResponseAlg')) ??
      unknownConfigFact(server.at, 'the metadata of the provider decides'),
    keyCacheTtl: secondsOf(server, 'OIDCJWKSRefreshInterval'),
    fetchTimeout: timeoutOf(server),
    tlsVerified: flagOf(server, 'OIDCSSLValidateServer'),
    missingTokenAllowed: passOf(server),
    derivedSessionLifetime: sessionOf(server),
    derivedSessionRecheck: recheckOf(server),
  };
}

function loginKeysOf(
  server: HttpdSection,
  metadata: HttpdDirective | null,
  jwks: HttpdDirective | null,
): ConfigFact<'discovery' | 'jwks'> {
  if (metadata !== null) return explicitFact('discovery', metadata.at);
  return jwks === null ? unknownConfigFact(server.at, 'no key is named in this file') : explicitFact('jwks', jwks.at);
}

function loginIssuersOf(server: HttpdSection, metadata: HttpdDirective | null): ConfigFact<readonly string[] | null> {
  const validate = settingOf(server, 'OIDCValidateIssuer');
  const isValidated = validate === null ? undefined : flagFact(firstOf(validate));
  if (validate !== null && isValidated !== undefined && isValidated.origin !== 'unknown' && !isValidated.value) {
    return explicitFact(null, validate.at);
  }
  const written = textsOf(settingOf(server, 'OIDCProviderIssuer'));
  if (written !== undefined) return written;
  const url = metadata === null ? undefined : textFact(firstOf(metadata));
  const suffix = /\/\.well-known\/openid-configuration$/;
  return url === undefined || url.origin === 'unknown' || !suffix.test(url.value)
    ? unknownConfigFact((metadata ?? server).at, 'the metadata of the provider names it')
    : derivedFact([url.value.replace(suffix, '')], url.at, 'OIDCProviderMetadataURL');
}

function sessionOf(server: HttpdSection): ConfigFact<Bound> {
  const written = settingOf(server, 'OIDCSessionMaxDuration');
  const source = `${CONF}, OIDCSessionMaxDuration: 8 hours`;
  if (written === null) return { origin: 'default', value: millis(28_800_000), at: server.at, source, versions: null };
  const duration = durationFact(firstOf(written), 's') ?? unknownConfigFact(written.at, 'its value is not understood');
  return duration.origin !== 'unknown' && duration.value === 0
    ? unknownConfigFact(written.at, 'it ends with the ID token')
    : duration;
}

function recheckOf(server: HttpdSection): ConfigFact<Bound> {
  const written = settingOf(server, 'OIDCUserInfoRefreshInterval');
  const source = `${CONF}, OIDCUserInfoRefreshInterval: only when the session is made`;
  if (written === null) return { origin: 'default', value: 'unbounded', at: server.at, source, versions: null };
  const seconds = numberFact(firstOf(written));
  if (seconds === undefined || seconds.origin === 'unknown')
    return seconds ?? unknownConfigFact(written.at, 'its value is not understood');
  return { ...seconds, value: seconds.value < 0 ? 'unbounded' : millis(seconds.value * 1000) };
}

/** `OIDCUnAuthAction pass` without an expression lets everybody through who has not logged in. */
function passOf(section: HttpdSection): ConfigFact<boolean> | undefined {
  const action = settingOf(section, 'OIDCUnAuthAction');
  if (action === null || action.texts[0] !== 'pass') return undefined;
  return action.words.length > 1
    ? unknownConfigFact(action.at, 'an expression decides')
    : explicitFact(true, action.at);
}

/** `<seconds> [<connect-timeout>] [<retries>[:<interval in ms>]]` */
function timeoutOf(section: HttpdSection): ConfigFact<Bound> | undefined {
  const written = settingOf(section, 'OIDCHTTPTimeoutLong');
  if (written === null) return undefined;
  const [seconds, , retry = '1'] = written.texts;
  const [retries = 1, interval = 500] = retry.split(':').map(Number);
  const total = Number(seconds) * 1000 * (retries + 1) + retries * interval;
  return Number.isFinite(total) && total >= 0
    ? derivedFact(millis(total), written.at, `${seconds}s for each attempt, and the wait before another`)
    : unknownConfigFact(written.at, 'its value is not understood');
}

function queryOf(section: HttpdSection): ConfigFact<boolean> | undefined {
  const [accepted] = settingsOf(section, 'OIDCOAuthAcceptTokenAs');
  return accepted === undefined ? undefined : explicitFact(accepted.texts.includes('query'), accepted.at);
}

function firstOf(directive: HttpdDirective): ConfigNode | null {
  return directive.words[0] ?? null;
}

function textsOf(directive: HttpdDirective | null): ConfigFact<readonly string[]> | undefined {
  if (directive === null) return undefined;
  const facts = directive.words.map((word) => listFact(word));
  const unknown = facts.find((fact) => fact?.origin === 'unknown');
  if (unknown !== undefined) return unknown;
  return explicitFact(
    facts.flatMap((fact) => (fact === undefined || fact.origin === 'unknown' ? [] : fact.value)),
    directive.at,
  );
}

function secondsOf(section: HttpdSection, name: string): ConfigFact<Bound> | undefined {
  // Directives about servers are looked up there even where a section repeats them: httpd refuses them inside.
  const written = settingOf(serverOf(section), name);
  return written === null ? undefined : durationFact(firstOf(written), 's');
}

function flagOf(section: HttpdSection, name: string): ConfigFact<boolean> | undefined {
  const written = settingOf(section, name);
  return written === null ? undefined : flagFact(firstOf(written));
}
