import type { Estate } from '../model/finding.ts';
import type { JwksFacts, KeyFacts, TokenFacts } from '../model/key.ts';
import type { EffectivePolicy, EffectiveTokenClass } from '../model/policy.ts';
import { jwtClasses } from './policy-facts.ts';

/** One class of tokens of one policy that a token falls under. */
export interface Governing {
  readonly policy: EffectivePolicy;
  readonly rules: EffectiveTokenClass;
}

/**
 * Everything that governs a token: its `iss` is an issuer of the policy and one of its audiences is one of the class.
 * Where the `typ` of the token names some of the classes, only those remain. Empty when nothing speaks of the token.
 */
export function governing({ header, claims }: TokenFacts, { policies }: Estate): readonly Governing[] {
  const audiences = [claims['aud']].flat();
  const found = policies
    .filter(({ issuers }) => issuers.value.some(({ issuer }) => issuer === claims['iss']))
    .flatMap((policy) => jwtClasses(policy).map((rules) => ({ policy, rules })))
    .filter(({ rules }) => rules.audiences.value.some((audience) => audiences.includes(audience)));
  const typ = typeof header['typ'] === 'string' ? header['typ'].toLowerCase().replace(/^application\//, '') : 'absent';
  const ofType = found.filter(({ rules }) => rules.typ.value.includes(typ));
  return ofType.length > 0 ? ofType : found;
}

/**
 * Key sets that should hold the key of a token: those of its issuer, or the ones whose issuer nobody declared when
 * there are none. PEM files have no `kid` to look for.
 */
export function setsOf({ claims }: TokenFacts, { jwks }: Estate): readonly JwksFacts[] {
  const sets = jwks.filter(({ container }) => container !== 'pem');
  const own = sets.filter(({ issuer }) => issuer !== null && issuer === claims['iss']);
  return own.length > 0 ? own : sets.filter(({ issuer }) => issuer === null);
}

/** The key a token names, in the sets where it should be. */
export function keyOf(token: TokenFacts, estate: Estate): KeyFacts | null {
  const { kid } = token.header;
  if (typeof kid !== 'string') return null;
  return (
    setsOf(token, estate)
      .flatMap(({ keys }) => keys)
      .find((key) => key.kid === kid) ?? null
  );
}

/**
 * Whether the key that a token names has left the published sets while the token could still be used. The token must
 * say when it ends, and a set to look in must be there; tokens under an HMAC have no published key.
 */
export function isStranded(token: TokenFacts, estate: Estate): boolean {
  const exp = secondsOf(token.claims, 'exp');
  const { kid } = token.header;
  if (exp === null || exp * 1000 <= estate.now || typeof kid !== 'string' || kid === '') return false;
  return !hasNoPublishedKey(token) && setsOf(token, estate).length > 0 && keyOf(token, estate) === null;
}

/** Unsigned tokens have no key, and those of an HMAC none that could be published. */
export function hasNoPublishedKey(token: TokenFacts): boolean {
  return /^(?:none|hs\d+)$/i.test(algOf(token));
}

/** A NumericDate claim (RFC 7519 section 2) in seconds; null when it is absent or no finite number. */
export function secondsOf(claims: Readonly<Record<string, unknown>>, name: 'exp' | 'iat' | 'nbf'): number | null {
  const value = claims[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** `alg` of the header as a text, for messages and comparisons; the empty text when it is none. */
export function algOf({ header }: TokenFacts): string {
  return typeof header['alg'] === 'string' ? header['alg'] : '';
}

/** RFC 9864 section 2.2: EdDSA stands for Ed25519 and Ed448, so it is allowed where both are. */
export function isAllowedAlgorithm(alg: string, allowed: readonly string[]): boolean {
  if (allowed.includes(alg)) return true;
  if (alg === 'EdDSA') return allowed.includes('Ed25519') && allowed.includes('Ed448');
  return (alg === 'Ed25519' || alg === 'Ed448') && allowed.includes('EdDSA');
}
