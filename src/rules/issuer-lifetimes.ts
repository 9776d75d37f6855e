import type { ClientConfig, IssuerConfig } from '../model/config.ts';
import type { Estate, Report } from '../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../model/quantity.ts';
import { known, reportOn } from './config-facts.ts';
import { accessTokenRules, issuerOf, loosest, placeOfLimit, policiesOf } from './config-policies.ts';
import { shorten } from './repairs.ts';

/*
 * What is wrong with a lifetime is the same whether an issuer says it for all or one of its clients for itself.
 */

/** Past it, expiry no longer limits a leak: the limit of the OpenID CAEP interoperability profile. */
const LONG = millis(3_600_000);
/** A leak of the morning is still good the next morning. */
const VERY_LONG = millis(86_400_000);
/** Time for a client to repeat a request whose answer was lost. */
const LONG_GRACE = millis(60_000);

/** Access tokens over what the policy allows or, where it says nothing, over an hour. */
export function* longAccess(config: IssuerConfig | ClientConfig, estate: Estate): Iterable<Report> {
  const issuer = config.kind === 'client' ? issuerOf(config, estate) : config;
  const fact = known(config.facts.accessTokenLifetime);
  // An opaque token is asked about each time, so its life matters less.
  if (fact === null || fact.value === 'unknown' || known(issuer?.facts.accessTokenFormat)?.value === 'opaque') return;
  const life = isFiniteBound(fact.value) ? fact.value : Infinity;
  const limit =
    issuer === null
      ? null
      : loosest(accessTokenRules(issuer, estate).map(({ policy, rules }) => ({ policy, limit: rules.maxLifetime })));
  const isOver = limit !== null && life > limit.limit.value;
  if (!isOver && (limit !== null || life <= LONG)) return;
  const says = config.kind === 'client' ? 'gets access tokens with' : 'gives access tokens';
  yield reportOn(config, 'accessTokenLifetime', fact, {
    says: `${says} ${isFiniteBound(fact.value) ? `a life of ${showBound(fact.value)}` : 'no end'}`,
    so: isOver
      ? `; policy "${limit.policy.name}" allows ${showBound(limit.limit.value)}`
      : `, more than ${showBound(life > VERY_LONG ? VERY_LONG : LONG)}`,
    severity: (isOver && limit.limit.at !== null) || life > VERY_LONG ? 'error' : 'warning',
    unwritten: isOver && limit.limit.at !== null ? 'error' : 'warning',
    value: String(fact.value),
    repair: shorten(fact, isOver ? limit.limit.value : LONG),
    related: isOver ? placeOfLimit(limit.limit, 'lifetime.max') : [],
  });
}

/** Refresh tokens without an absolute end, or over what the policy allows. */
export function* longRefresh(config: IssuerConfig | ClientConfig, estate: Estate): Iterable<Report> {
  const issuer = config.kind === 'client' ? issuerOf(config, estate) : config;
  const fact = known(config.facts.refreshTokenLifetime);
  if (fact === null || fact.value === 'unknown') return;
  const policies = issuer === null ? [] : policiesOf(issuer, estate);
  const limits = policies.flatMap(({ name, tokens }) => {
    const limit = tokens.refresh_token?.absoluteMaxLifetime;
    return limit !== undefined && limit.at !== null && isFiniteBound(limit.value)
      ? [{ name, value: limit.value, at: limit.at }]
      : [];
  });
  const [highest] = limits.toSorted((a, b) => b.value - a.value);
  const isOver = highest !== undefined && (!isFiniteBound(fact.value) || fact.value > highest.value);
  if (!isOver && fact.value !== 'unbounded') return;
  const says = config.kind === 'client' ? 'gets refresh tokens with' : 'gives refresh tokens';
  yield reportOn(config, 'refreshTokenLifetime', fact, {
    says: `${says} ${isFiniteBound(fact.value) ? `a life of ${showBound(fact.value)}` : 'no absolute end'}`,
    so: isOver ? `; policy "${highest.name}" allows ${showBound(highest.value)}` : '',
    severity: isOver ? 'error' : 'warning',
    value: String(fact.value),
    repair: isOver ? shorten(fact, highest.value) : {},
    related: isOver ? placeOfLimit(highest, 'lifetime.absolute_max') : [],
  });
}

/** A replaced refresh token that works for over a minute. */
export function* longGrace(config: IssuerConfig | ClientConfig): Iterable<Report> {
  const fact = known(config.facts.refreshReuseGrace);
  if (fact === null || fact.value === 'unknown' || (isFiniteBound(fact.value) && fact.value <= LONG_GRACE)) return;
  const says = config.kind === 'client' ? 'may use' : 'accepts';
  yield reportOn(config, 'refreshReuseGrace', fact, {
    says: `${says} a refresh token ${isFiniteBound(fact.value) ? `for ${showBound(fact.value)}` : 'without end'} after it was replaced`,
    severity: 'warning',
    value: String(fact.value),
    repair: shorten(fact, LONG_GRACE),
  });
}
