/** Claims that are compared: issuer, audience, required claims, claim values. */
import type { DimensionCheck, UnverifiedToken } from '../model/decision.ts';
import type { EffectivePolicy, EffectiveTokenClass } from '../model/policy.ts';
import type { Case } from './decide-check.ts';
import { check, memberOf, showAllowed, showValue } from './decide-check.ts';

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
  const { words, fits } = AUDIENCE_MATCHES[rules.audienceMatch.value];
  return check(
    { dimension: 'audience', member: 'aud', reference: 'RFC 8725 section 3.9, RFC 9068 section 4' },
    rules.audiences,
    {
      satisfied: fits(audiencesOf(aud), allowed),
      value: showValue(aud),
      bound: allowed.length === 0 ? 'no audience is declared' : `${words} ${showAllowed(allowed)}`,
    },
  );
}

type AudienceMatch = EffectiveTokenClass['audienceMatch']['value'];

const AUDIENCE_MATCHES: Readonly<
  Record<
    AudienceMatch,
    { readonly words: string; readonly fits: (aud: readonly string[], allowed: readonly string[]) => boolean }
  >
> = {
  any: { words: 'at least one of', fits: (aud, allowed) => aud.some((audience) => allowed.includes(audience)) },
  all: { words: 'only', fits: (aud, allowed) => aud.length > 0 && aud.every((audience) => allowed.includes(audience)) },
  exact: {
    words: 'exactly one of',
    fits: (aud, allowed) => aud.length === 1 && aud.every((audience) => allowed.includes(audience)),
  },
};

/** RFC 7519 section 4.1.3: a string or a list of strings; anything else is no audience. Repetitions count once. */
function audiencesOf(aud: unknown): readonly string[] {
  if (typeof aud === 'string') return [aud];
  if (!Array.isArray(aud)) return [];
  const names = aud.filter((item: unknown): item is string => typeof item === 'string');
  return names.length === aud.length ? [...new Set(names)] : [];
}

interface ClaimType {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
}

const TEXT: ClaimType = { words: 'a string', fits: (value) => typeof value === 'string' && value !== '' };
const NUMBER: ClaimType = { words: 'a number', fits: (value) => typeof value === 'number' && Number.isFinite(value) };
const AUDIENCE: ClaimType = {
  words: 'a string or a list of strings',
  fits: (value) => audiencesOf(value).length > 0,
};

/** Types of the registered claims that policies require: RFC 7519 section 4.1, RFC 9068 section 2.2. */
const CLAIM_TYPES: ReadonlyMap<string, ClaimType> = new Map([
  ...['iss', 'sub', 'jti', 'client_id', 'sid', 'nonce', 'acr'].map((name) => [name, TEXT] as const),
  ...['exp', 'nbf', 'iat', 'auth_time'].map((name) => [name, NUMBER] as const),
  ['aud', AUDIENCE],
]);

function* checkRequired({ rules, token }: Case): Generator<DimensionCheck> {
  for (const name of rules.requiredClaims.value) {
    const value = memberOf(token.claims, name);
    const type = CLAIM_TYPES.get(name);
    const reference = 'RFC 7519 section 4, RFC 9068 section 2.2';
    yield check({ dimension: 'required_claim', member: name, reference }, rules.requiredClaims, {
      satisfied: value !== undefined && value !== null && (type === undefined || type.fits(value)),
      value: showValue(value),
      bound: type === undefined ? 'present' : `present, ${type.words}`,
    });
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
