/** Claims that are compared: issuer, audience, required claims, claim values. */
import type { DimensionCheck } from '../model/decision.ts';
import type { Case } from './decide-check.ts';
import { check, memberOf, showAllowed, showValue } from './decide-check.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { UnverifiedToken } from '../model/decision.ts';

/** RFC 7519 section 4.1.1 and RFC 8414 section 3.3: the exact string, no normalisation. */
export function checkIssuer({ issuers }: EffectivePolicy, token: UnverifiedToken): DimensionCheck {
  const iss = memberOf(token.claims, 'iss');
  const trusted = issuers.value.map(({ issuer }) => issuer);
  return check({ dimension: 'issuer', member: 'iss', reference: 'RFC 8725 section 3.8, RFC 9068 section 4' }, issuers, {
    satisfied: typeof iss === 'string' && trusted.includes(iss),
    value: showValue(iss),
    bound: trusted.length === 0 ? 'no issuer is declared' : showAllowed(trusted),
  });
}

export function* checkClaims(subject: Case): Generator<DimensionCheck> {
  yield checkAudience(subject);
  yield* checkRequired(subject);
  yield* checkValues(subject);
}

/**
 * `any`: one audience of the token is in the list. `all`: every one is. `exact`: the token has exactly one and it is in
 * the list. Each implies the one before, and a shorter list never accepts more, so that overlays can tighten both.
 */
function checkAudience({ rules, token }: Case): DimensionCheck {
  const aud = memberOf(token.claims, 'aud');
  const { value: allowed } = rules.audiences;
  const match = rules.audienceMatch.value;
  return check(
    { dimension: 'audience', member: 'aud', reference: 'RFC 8725 section 3.9, RFC 9068 section 4' },
    rules.audiences,
    {
      satisfied: audienceMatches(audiencesOf(aud), allowed, match),
      value: showValue(aud),
      bound: allowed.length === 0 ? 'no audience is declared' : `${AUDIENCE_WORDS[match]} ${showAllowed(allowed)}`,
    },
  );
}

const AUDIENCE_WORDS = { any: 'at least one of', all: 'only', exact: 'exactly one of' } as const;

function audienceMatches(aud: readonly string[], allowed: readonly string[], match: 'any' | 'all' | 'exact'): boolean {
  switch (match) {
    case 'any':
      return aud.some((audience) => allowed.includes(audience));
    case 'all':
      return aud.length > 0 && aud.every((audience) => allowed.includes(audience));
    case 'exact':
      return aud.length === 1 && aud.every((audience) => allowed.includes(audience));
  }
}

/** RFC 7519 section 4.1.3: a string or a list of strings; anything else is no audience. Repetitions count once. */
function audiencesOf(aud: unknown): readonly string[] {
  if (typeof aud === 'string') return [aud];
  if (!Array.isArray(aud)) return [];
  const names = aud.filter((item: unknown): item is string => typeof item === 'string');
  return names.length === aud.length ? [...new Set(names)] : [];
}

type ClaimType = 'a string' | 'a number' | 'a string or a list of strings';

/** Types of the registered claims that policies require: RFC 7519 section 4.1, RFC 9068 section 2.2. */
const CLAIM_TYPES: ReadonlyMap<string, ClaimType> = new Map([
  ['iss', 'a string'],
  ['sub', 'a string'],
  ['jti', 'a string'],
  ['client_id', 'a string'],
  ['sid', 'a string'],
  ['nonce', 'a string'],
  ['acr', 'a string'],
  ['aud', 'a string or a list of strings'],
  ['exp', 'a number'],
  ['nbf', 'a number'],
  ['iat', 'a number'],
  ['auth_time', 'a number'],
]);

function* checkRequired({ rules, token }: Case): Generator<DimensionCheck> {
  for (const name of rules.requiredClaims.value) {
    const value = memberOf(token.claims, name);
    const type = CLAIM_TYPES.get(name);
    const reference = 'RFC 7519 section 4, RFC 9068 section 2.2';
    yield check({ dimension: 'required_claim', member: name, reference }, rules.requiredClaims, {
      satisfied: value !== undefined && value !== null && hasType(value, type),
      value: showValue(value),
      bound: type === undefined ? 'present' : `present, ${type}`,
    });
  }
}

function hasType(value: unknown, type: ClaimType | undefined): boolean {
  switch (type) {
    case undefined:
      return true;
    case 'a string':
      return typeof value === 'string' && value !== '';
    case 'a number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'a string or a list of strings':
      return audiencesOf(value).length > 0;
  }
}

/**
 * A constrained claim must be there. Of a list every member must be allowed. Numbers and booleans are compared by
 * their JSON text, because a policy writes all values as strings.
 */
function* checkValues({ rules, token }: Case): Generator<DimensionCheck> {
  for (const [name, allowed] of Object.entries(rules.claimValues.value)) {
    const value = memberOf(token.claims, name);
    const members: readonly unknown[] = Array.isArray(value) ? value : [value];
    yield check({ dimension: 'claim_value', member: name, reference: 'RFC 7519 section 4' }, rules.claimValues, {
      satisfied: members.length > 0 && members.every((member) => isAmong(member, allowed)),
      value: showValue(value),
      bound: showAllowed(allowed),
    });
  }
}

function isAmong(value: unknown, allowed: readonly string[]): boolean {
  if (typeof value === 'string') return allowed.includes(value);
  return (typeof value === 'number' || typeof value === 'boolean') && allowed.includes(String(value));
}
