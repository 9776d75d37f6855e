import type { ConfigFact, ConfigRemark, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO, isFiniteBound, millis, minBound } from '../../model/quantity.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { derivedFact, durationFact, explicitFact, listFact, numberFact, textFact } from '../facts.ts';

type Read = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

/** Whether tokens are shown to a role, or log-ins are sent to the issuer: `oidc` is what a role is by default. */
export function isJwtRole(body: ConfigNode): boolean {
  return knownValue(textFact(child(body, 'role_type'))) === 'jwt';
}

export function roleFacts(body: ConfigNode): Read {
  const life = sessionOf(body);
  if (!isJwtRole(body)) return { derivedSessionLifetime: life };
  return {
    audiences: listFact(child(body, 'bound_audiences'), /,/),
    leeway: leewayOf(child(body, 'clock_skew_leeway')),
    derivedSessionLifetime: life,
  };
}

const SIXTY_SECONDS = millis(60_000);

/** @see path_role.go of vault-plugin-auth-jwt: 0 stands for the default, a negative number for none */
function leewayOf(node: ConfigNode | null): ConfigFact<Bound> | undefined {
  const number = knownValue(numberFact(node));
  if (node !== null && number !== undefined && number < 0)
    return explicitFact(ZERO, node.at, 'a negative leeway is none');
  const written = durationFact(node, 's');
  if (written === undefined || written.origin === 'unknown' || written.value !== 0) return written;
  return explicitFact(SIXTY_SECONDS, written.at, 'Vault takes 0 for the default');
}

const LEEWAYS = [
  ['clock_skew_leeway', '60s'],
  ['expiration_leeway', '150s'],
  ['not_before_leeway', '150s'],
] as const;

export function roleRemarks(body: ConfigNode): readonly ConfigRemark[] {
  return LEEWAYS.flatMap(([setting, byDefault]): readonly ConfigRemark[] => {
    const node = child(body, setting);
    if (node === null || knownValue(durationFact(node, 's')) !== 0) return [];
    const message = `${setting} 0 does not switch leeway off but stands for the default of ${byDefault}; -1 does`;
    return [{ kind: 'ignored-setting', message, at: node.at }];
  });
}

/**
 * The longest life of the Vault token. Whoever holds it renews it, so that the maximum counts and not `token_ttl`; a
 * periodic token has none. Batch tokens cannot be renewed.
 */
function sessionOf(body: ConfigNode): ConfigFact<Bound> | undefined {
  const explicitMax = positive(child(body, 'token_explicit_max_ttl'));
  const period = positive(child(body, 'token_period|period'));
  const most = positive(child(body, 'token_max_ttl|max_ttl'));
  const type = textFact(child(body, 'token_type'));
  const unknown = [explicitMax, period, most, type].find((fact) => fact?.origin === 'unknown');
  if (unknown?.origin === 'unknown') return unknown;
  if (knownValue(type) === 'batch') return positive(child(body, 'token_ttl|ttl'));
  const ends = [explicitMax, period === undefined ? most : undefined].filter((fact) => fact !== undefined);
  const [first] = ends;
  if (first === undefined) {
    return period === undefined
      ? undefined
      : derivedFact('unbounded', period.at, 'a periodic token is renewed without end');
  }
  const shortest = minBound(ends.map((fact) => knownValue(fact) ?? 'unknown'));
  return ends.find((fact) => knownValue(fact) === shortest) ?? first;
}

/** A duration; zero stands for nothing written. */
export function positive(node: ConfigNode | null): ConfigFact<Bound> | undefined {
  const fact = durationFact(node, 's');
  if (fact === undefined || fact.origin === 'unknown') return fact;
  return isFiniteBound(fact.value) && fact.value === 0 ? undefined : fact;
}
