import type {
  ConfigRemark,
  ConfigSubject,
  IssuerConfig,
  IssuerFactMap,
  VerifierConfig,
  VerifierFactMap,
} from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import { millis, minBound, showBound } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import type { DottedSettings } from '../dotted-settings.ts';
import { dottedList, settingOf, settingsBelow } from '../dotted-settings.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  explicitFact,
  flagFact,
  mapFact,
  numberFact,
  textFact,
} from '../facts.ts';
import { inlineKeysOf } from '../inline-keys.ts';
import { asPem } from './oidc.ts';
import { SMALLRYE_SETTINGS } from './settings.ts';
import { secretsOf } from '../secret.ts';

const VERIFY = 'mp.jwt.verify.';
const SMALLRYE = 'smallrye.jwt.';

/** The names below `mp.jwt.verify` that implementations read; they pass over others. */
const KNOWN_VERIFY =
  /^(?:publickey|publickey\.location|publickey\.algorithm|issuer|audiences(?:\[\d+\])?|clock\.skew|token\.age|requireiss)$/;

/** The verifier of MicroProfile JWT, and the issuer where the application builds tokens itself. */
export function smallryeSubjects(settings: DottedSettings): readonly ConfigSubject[] {
  const verifier = readVerifier(settings);
  const issuer = readIssuer(settings);
  return [...(verifier === null ? [] : [verifier]), ...(issuer === null ? [] : [issuer])];
}

function common(settings: DottedSettings, name: string, at: ConfigNode['at']): Omit<IssuerConfig, 'kind' | 'facts'> {
  return {
    adapter: 'quarkus',
    name,
    file: settings.document.file,
    at,
    profile: null,
    product: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
  };
}

/** Where keys come from; a key in the file comes before a secret, and that before a location. */
interface KeyPlace {
  readonly kind: 'static' | 'shared-secret' | 'jwks' | null;
  readonly node: ConfigNode | null;
}

function keyPlaceOf(settings: DottedSettings): KeyPlace {
  const inline = settingOf(settings, `${VERIFY}publickey`);
  if (inline !== null) return { kind: 'static', node: inline };
  const secret = settingOf(settings, `${SMALLRYE}verify.secretkey`);
  if (secret !== null) return { kind: 'shared-secret', node: secret };
  const location =
    settingOf(settings, `${SMALLRYE}verify.key.location`) ?? settingOf(settings, `${VERIFY}publickey.location`);
  if (location === null) return { kind: null, node: null };
  const url = textFact(location);
  if (url === undefined || url.origin === 'unknown') return { kind: null, node: location };
  return { kind: url.value.startsWith('http') ? 'jwks' : 'static', node: location };
}

function readVerifier(settings: DottedSettings): VerifierConfig | null {
  const [first] = [...settingsBelow(settings, VERIFY), ...settingsBelow(settings, `${SMALLRYE}verify.`)];
  if (first === undefined) return null;
  const { kind, node } = keyPlaceOf(settings);
  const at = node?.keyAt ?? first.node.keyAt;
  const product = kind === 'jwks' ? 'smallrye-jwt' : kind === null ? null : 'static-keys';
  return {
    ...common(settings, 'jwt', at),
    kind: 'verifier',
    product: product === null || !isSmallRye(settings) ? null : { id: product, version: null },
    secrets: kind === 'shared-secret' ? secretsOf(node, 'hmac') : [],
    inlineKeys: kind === 'static' ? inlineKeysOf(asPem(node)) : [],
    remarks: remarksOf(settings, kind),
    facts: completeFacts<VerifierFactMap>(defaultsFor(settings, kind), 'verifier', factsOf(settings, kind, node), at),
  };
}

/** The names of MicroProfile are read by other servers too, whose defaults may be others. */
function isSmallRye(settings: DottedSettings): boolean {
  return (
    [...settings.byName.keys()].some((name) => /^(?:quarkus|smallrye)\./.test(name)) ||
    /(?:^|\/)application[^/]*$/.test(settings.document.file)
  );
}

const OF_KEY_SET = ['keyCacheTtl', 'cooldown', 'staleOnError', 'refetchOnUnknownKid', 'tlsVerified'];

function defaultsFor(settings: DottedSettings, kind: KeyPlace['kind']): typeof SMALLRYE_SETTINGS {
  if (!isSmallRye(settings)) return SMALLRYE_SETTINGS.filter(({ fact }) => fact === 'issuers' || fact === 'audiences');
  if (kind === 'jwks') return SMALLRYE_SETTINGS;
  return SMALLRYE_SETTINGS.filter(({ fact }) => !OF_KEY_SET.includes(fact) && !(fact === 'issuers' && kind !== null));
}

function factsOf(settings: DottedSettings, kind: KeyPlace['kind'], node: ConfigNode | null): Partial<VerifierFactMap> {
  const own = (name: string): ConfigNode | null => settingOf(settings, name);
  const read = {
    keySource: kind === null || node === null ? undefined : explicitFact(kind, node.at),
    jwksUri: kind === 'jwks' ? textFact(node) : undefined,
    issuers: mapFact(textFact(own(`${VERIFY}issuer`)), (issuer): readonly string[] => [issuer]),
    audiences: dottedList(settings, `${VERIFY}audiences`) ?? dottedList(settings, `${SMALLRYE}verify.aud`),
    algorithms: algorithmsOf(settings),
    leeway: leewayOf(settings),
    maxLifetime: maxLifetimeOf(settings),
    ...(kind === 'jwks' ? cacheOf(settings) : {}),
  };
  return Object.fromEntries(Object.entries(read).filter(([, fact]) => fact !== undefined));
}

function algorithmsOf(settings: DottedSettings): VerifierFactMap['algorithms'] {
  const own = mapFact(textFact(settingOf(settings, `${SMALLRYE}verify.algorithm`)), (name) => [name]);
  return own ?? dottedList(settings, `${VERIFY}publickey.algorithm`);
}

/** @see smallrye-jwt 4: JWTAuthContextInfoProvider.java, which sets a skew only above 0; JWTAuthContextInfo.java has 60 */
function leewayOf(settings: DottedSettings): VerifierFactMap['leeway'] {
  const grace = durationFact(settingOf(settings, `${SMALLRYE}expiration.grace`), 's');
  if (grace !== undefined && (grace.origin === 'unknown' || grace.value !== 0)) return grace;
  const skew = durationFact(settingOf(settings, `${VERIFY}clock.skew`), 's');
  if (skew === undefined || skew.origin === 'unknown' || skew.value !== 0 || !isSmallRye(settings)) return skew;
  return derivedFact(millis(60_000), skew.at, 'a skew of 0 is taken for unset, and 60 counts');
}

function maxLifetimeOf(settings: DottedSettings): VerifierFactMap['maxLifetime'] {
  const age = durationFact(settingOf(settings, `${VERIFY}token.age`), 's');
  const life = durationFact(settingOf(settings, `${SMALLRYE}time-to-live`), 's');
  if (age === undefined || age.origin === 'unknown') return life ?? age;
  if (life === undefined || life.origin === 'unknown') return age;
  return { ...age, value: minBound([age.value, life.value]) };
}

function cacheOf(settings: DottedSettings): Partial<VerifierFactMap> {
  const own = (name: string): ConfigNode | null => settingOf(settings, `${SMALLRYE}${name}`);
  const once = flagFact(own('resolve-remote-keys-at-startup'));
  const isOnce = once !== undefined && once.origin !== 'unknown' && once.value;
  const ttl = isOnce
    ? derivedFact('unbounded' as const, once.at, 'resolve-remote-keys-at-startup reads the keys once')
    : durationFact(own('jwks.refresh-interval'), 'm');
  const cooldown = durationFact(own('jwks.forced-refresh-interval'), 'm');
  const stale = durationFact(own('jwks.retain-cache-on-error-duration'), 'm');
  const tls = mapFact(flagFact(own('client.tls.trust-all')), (all) => !all);
  return {
    ...(ttl === undefined ? {} : { keyCacheTtl: ttl }),
    ...(isOnce
      ? { refetchOnUnknownKid: derivedFact('never' as const, once.at, 'resolve-remote-keys-at-startup') }
      : {}),
    ...(cooldown === undefined ? {} : { cooldown }),
    ...(stale === undefined ? {} : { staleOnError: stale }),
    ...(tls === undefined ? {} : { tlsVerified: tls }),
  };
}

/** A day of minutes: who writes more may have meant seconds. */
const MANY_MINUTES = 1440;

function remarksOf(settings: DottedSettings, kind: KeyPlace['kind']): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = settingsBelow(settings, VERIFY)
    .filter(({ rest }) => !KNOWN_VERIFY.test(rest))
    .map(({ rest, node }) => ({
      kind: 'unknown-setting',
      message: `MicroProfile JWT has no setting "${VERIFY}${rest}"`,
      at: node.keyAt,
    }));
  const skew = settingOf(settings, `${VERIFY}clock.skew`);
  if (skew !== null && isSmallRye(settings) && knownValue(numberFact(skew)) === 0) {
    const message = `${VERIFY}clock.skew of 0 is taken for unset, so 60s count; 1 is the least`;
    remarks.push({ kind: 'ignored-setting', message, at: skew.at });
  }
  const location = settingOf(settings, `${VERIFY}publickey.location`);
  if (location !== null && settingOf(settings, `${VERIFY}publickey`) !== null) {
    const message = `${VERIFY}publickey.location has no effect beside ${VERIFY}publickey`;
    remarks.push({ kind: 'ignored-setting', message, at: location.keyAt });
  }
  const interval = settingOf(settings, `${SMALLRYE}jwks.refresh-interval`);
  const minutes = knownValue(numberFact(interval));
  if (interval !== null && minutes !== undefined && minutes >= MANY_MINUTES) {
    const message = `jwks.refresh-interval counts minutes, so keys are kept for ${showBound(millis(minutes * 60_000))}`;
    remarks.push({ kind: 'unit-suspect', message, at: interval.at });
  }
  if (interval !== null && kind === 'static') {
    const message = 'jwks.refresh-interval has no effect on a key that is not fetched';
    remarks.push({ kind: 'ignored-setting', message, at: interval.keyAt });
  }
  return remarks;
}

function readIssuer(settings: DottedSettings): IssuerConfig | null {
  const own = (name: string): ConfigNode | null => settingOf(settings, `${SMALLRYE}${name}`);
  const [first] = [...settingsBelow(settings, `${SMALLRYE}sign.`), ...settingsBelow(settings, `${SMALLRYE}new-token.`)];
  if (first === undefined) return null;
  const lifespan = own('new-token.lifespan');
  const seconds = knownValue(numberFact(lifespan));
  const isLong = seconds !== undefined && seconds > 34_560_000;
  const key = own('sign.key');
  return {
    ...common(settings, 'jwt build', first.node.keyAt),
    kind: 'issuer',
    secrets: secretsOf(key, isPrivate(key) ? 'private-key' : 'hmac'),
    remarks:
      lifespan === null || !isLong
        ? []
        : [
            {
              kind: 'unit-suspect',
              message: `new-token.lifespan counts seconds, so ${seconds} is ${showBound(millis(seconds * 1000))}`,
              at: lifespan.at,
            },
          ],
    facts: completeFacts<IssuerFactMap>(
      SMALLRYE_SETTINGS,
      'issuer',
      {
        issuer: textFact(own('new-token.issuer')),
        accessTokenLifetime: durationFact(lifespan, 's'),
        signingAlgorithms: mapFact(textFact(own('new-token.signature-algorithm')), (name) => [name]),
      },
      first.node.keyAt,
    ),
  };
}

/** PKCS #8 in PEM or without the lines around it, or a JWK with a private part. */
function isPrivate(node: ConfigNode | null): boolean {
  return node !== null && typeof node.value === 'string' && /PRIVATE KEY|^MI[\w+/=\s]{40,}$|"d"\s*:/.test(node.value);
}
