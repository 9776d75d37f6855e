import type { ConfigFact, ConfigRemark, IssuerConfig, IssuerFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO, isFiniteBound } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { completeFacts, derivedFact, durationFact, flagFact, mapFact, numberFact, textFact } from '../facts.ts';
import { keysOfRealm, rotatesByItself, secretsOfRealm } from './keys.ts';
import { OFFLINE_MAX, SESSION_IDLE, SESSION_MAX, realmSettings } from './settings.ts';

type Duration = ConfigFact<Bound> | undefined;

export function realmName(realm: ConfigNode): string {
  const name = textFact(child(realm, 'realm'));
  return `realm ${name !== undefined && name.origin !== 'unknown' ? name.value : realm.pointer}`.trim();
}

export function readRealm(realm: ConfigNode): IssuerConfig {
  return {
    kind: 'issuer',
    adapter: 'keycloak',
    name: realmName(realm),
    file: realm.document.file,
    at: realm.at,
    profile: null,
    product: null,
    secrets: secretsOfRealm(realm),
    remarks: remarksOf(realm),
    inlineKeys: keysOfRealm(realm),
    facts: completeFacts<IssuerFactMap>(
      realmSettings,
      'issuer',
      { ...identityOf(realm), ...lifetimesOf(realm), ...refreshOf(realm) },
      realm.at,
    ),
  };
}

function identityOf(realm: ConfigNode): IssuerFactMap {
  const name = textFact(child(realm, 'realm'));
  const front = textFact(given(child(realm, 'attributes', 'frontendUrl')));
  const realmOf = name !== undefined && name.origin !== 'unknown' ? name.value : null;
  const facts = {
    issuer:
      front === undefined || front.origin === 'unknown' || realmOf === null
        ? front
        : derivedFact(`${front.value.replace(/(?<!\/)\/+$/, '')}/realms/${realmOf}`, front.at, 'frontendUrl and realm'),
    issuerSuffix: mapFact(name, (text) => `/realms/${text}`),
    signingAlgorithms: mapFact(textFact(given(child(realm, 'defaultSignatureAlgorithm'))), (algorithm) => [algorithm]),
    httpsRequired: mapFact(textFact(child(realm, 'sslRequired')), (word) => word.toLowerCase() !== 'none'),
    keyRotationInterval: rotatesByItself(realm),
  };
  return present(facts);
}

function lifetimesOf(realm: ConfigNode): IssuerFactMap {
  const access = accessLifetime(child(realm, 'accessTokenLifespan'), realm);
  return present({
    accessTokenLifetime: access,
    idTokenLifetime: access,
    sessionLifetime: sessionBound(realm, 'ssoSessionMaxLifespan'),
    sessionIdle: sessionBound(realm, 'ssoSessionIdleTimeout'),
    refreshTokenLifetime: refreshLifetime(realm),
    refreshTokenIdle: refreshIdle(realm),
    offlineSessionLifetime: offlineLifetime(realm),
  });
}

export function refreshLifetime(realm: ConfigNode | null): Duration {
  return shorter(sessionBound(realm, 'ssoSessionMaxLifespan'), override(realm, 'clientSessionMaxLifespan'));
}

export function refreshIdle(realm: ConfigNode | null): Duration {
  return shorter(sessionBound(realm, 'ssoSessionIdleTimeout'), override(realm, 'clientSessionIdleTimeout'));
}

/** A lifespan of -1 ends with the session (TokenManager.java, getTokenExpiration). */
export function accessLifetime(node: ConfigNode | null, realm: ConfigNode | null): Duration {
  const written = numberFact(given(node));
  if (written === undefined || written.origin === 'unknown' || written.value !== -1)
    return durationFact(given(node), 's');
  const session = sessionBound(realm, 'ssoSessionMaxLifespan');
  return session === undefined || session.origin === 'unknown'
    ? { origin: 'unknown', at: written.at, source: 'it lasts as long as the session' }
    : derivedFact(session.value, written.at, '-1 lasts as long as the session');
}

/** What holds for a session; where people may be remembered, the longer of both. */
function sessionBound(realm: ConfigNode | null, name: 'ssoSessionMaxLifespan' | 'ssoSessionIdleTimeout'): Duration {
  if (realm === null) return undefined;
  const fallback = name === 'ssoSessionMaxLifespan' ? SESSION_MAX : SESSION_IDLE;
  const plain = durationFact(child(realm, name), 's') ?? defaultOf(realm, name, fallback);
  const remembers = flagFact(child(realm, 'rememberMe'));
  if (remembers === undefined || (remembers.origin !== 'unknown' && !remembers.value)) return plain;
  const longer = override(realm, `${name}RememberMe`);
  if (longer === undefined || plain.origin === 'unknown') return plain;
  if (longer.origin === 'unknown') return longer;
  if (height(longer.value) <= height(plain.value)) return plain;
  return remembers.origin === 'unknown' ? remembers : longer;
}

function defaultOf(realm: ConfigNode, name: string, value: Bound): ConfigFact<Bound> {
  const source = `Keycloak 26: DefaultExportImportManager.java, importRealm, ${name}`;
  return { origin: 'default', value, at: realm.at, source, versions: null };
}

/** A second setting that counts only above zero. */
export function override(parent: ConfigNode | null, name: string): Duration {
  const fact = durationFact(given(child(parent, name)), 's');
  return fact !== undefined && fact.origin !== 'unknown' && fact.value === 0 ? undefined : fact;
}

/** The one of two bounds that decides; unknown when that cannot be told. */
export function shorter(one: Duration, other: Duration): Duration {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.origin === 'unknown' || other.origin === 'unknown') return one.origin === 'unknown' ? one : other;
  return height(other.value) < height(one.value) ? other : one;
}

function height(bound: Bound): number {
  return isFiniteBound(bound) ? bound : Infinity;
}

function offlineLifetime(realm: ConfigNode): Duration {
  const limited = flagFact(child(realm, 'offlineSessionMaxLifespanEnabled'));
  if (limited === undefined || limited.origin === 'unknown') return limited;
  if (!limited.value) return { ...limited, value: 'unbounded' };
  const length =
    durationFact(child(realm, 'offlineSessionMaxLifespan'), 's') ??
    defaultOf(realm, 'offlineSessionMaxLifespan', OFFLINE_MAX);
  return shorter(length, override(realm, 'clientOfflineSessionMaxLifespan'));
}

function refreshOf(realm: ConfigNode): IssuerFactMap {
  const rotation = flagFact(child(realm, 'revokeRefreshToken'));
  const reuse = numberFact(child(realm, 'refreshTokenMaxReuse'));
  if (rotation === undefined || rotation.origin === 'unknown' || !rotation.value)
    return present({ refreshRotation: rotation });
  if (reuse?.origin === 'unknown') return { refreshRotation: rotation, refreshReuseGrace: reuse };
  const count = reuse === undefined ? 0 : reuse.value;
  const grace: ConfigFact<Bound> =
    count <= 0
      ? derivedFact(ZERO, (reuse ?? rotation).at, 'refreshTokenMaxReuse is 0')
      : derivedFact('unbounded', (reuse ?? rotation).at, `${count} more uses until its successor is used`);
  return { refreshRotation: rotation, refreshReuseGrace: grace };
}

function remarksOf(realm: ConfigNode): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [];
  const lifespan = child(realm, 'accessTokenLifespan');
  // Whole minutes in milliseconds that are no whole days in seconds.
  if (typeof lifespan?.value === 'number' && looksLikeMillis(lifespan.value)) {
    const message = `accessTokenLifespan counts seconds; ${lifespan.value} looks like milliseconds`;
    remarks.push({ kind: 'unit-suspect', message, at: lifespan.at });
  }
  const reuse = child(realm, 'refreshTokenMaxReuse');
  if (reuse !== null && Number(reuse.value) > 0 && child(realm, 'revokeRefreshToken')?.value !== true) {
    const message = `refreshTokenMaxReuse ${String(reuse.value)} has no effect without revokeRefreshToken`;
    remarks.push({ kind: 'ignored-setting', message, at: reuse.at });
  }
  const offline = child(realm, 'offlineSessionMaxLifespan');
  // Exports write the default of 60 days into every realm.
  const isChosen = typeof offline?.value === 'number' && offline.value * 1000 !== OFFLINE_MAX;
  if (offline !== null && isChosen && child(realm, 'offlineSessionMaxLifespanEnabled')?.value !== true) {
    const message = 'offlineSessionMaxLifespan has no effect without offlineSessionMaxLifespanEnabled';
    remarks.push({ kind: 'ignored-setting', message, at: offline.at });
  }
  return remarks;
}

function looksLikeMillis(seconds: number): boolean {
  return seconds >= 300_000 && seconds % 60_000 === 0 && seconds % 86_400 !== 0;
}

/** Attributes and component settings are texts, and an empty one is none. */
export function given(node: ConfigNode | null): ConfigNode | null {
  return node?.value === '' ? null : node;
}

function present(facts: { readonly [Name in keyof IssuerFactMap]: IssuerFactMap[Name] | undefined }): IssuerFactMap {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}
