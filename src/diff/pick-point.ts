/** One token out of a box that a person finds plausible: whole seconds, usual names, nothing odd that the box does not ask for. */
import { pickAddress } from './address-set.ts';
import type { Box, Point } from './box.ts';
import type { ClaimRegion } from './claim-region.ts';
import { ANY_CLAIM } from './claim-region.ts';
import type { Interval } from './interval.ts';
import { hasNumber, pickNumber } from './interval.ts';
import type { KeyedSet } from './keyed-set.ts';
import { pickSet } from './set-family.ts';
import { pickTimes } from './time-zone.ts';
import { pickValue } from './value-set.ts';

/** `sub` and `client_id` of every made-up token, so that nobody takes one for a real one. */
export const WITNESS_NAME = 'firebreak-witness';

/** Claims that a token has unless the box forbids it: RFC 9068 section 2.2 without those with an axis of their own. */
const USUAL_CLAIMS: readonly string[] = ['sub', 'client_id', 'jti'];

/** Registered claims that hold a number (RFC 7519 section 4.1, OpenID Connect Core 1.0 section 2). */
export const NUMERIC_CLAIMS: ReadonlySet<string> = new Set(['auth_time', 'updated_at']);

/** Weakest last: what a reviewer would try first stands first. All can be made and verified here. */
const ALGORITHM_WISHES: readonly string[] = ['ES256', 'PS256', 'RS256', 'Ed25519', 'ES384', 'HS256'];

const SECOND = 1000;

/** 203.0.113.7 and 2001:db8::7, kept for documentation by RFC 5737 and RFC 3849. */
const ADDRESS_WISHES: readonly bigint[] = [0xffff_cb00_7107n, 0x2001_0db8_0000_0000_0000_0000_0000_0007n];

/** Some point of the box; null only for a box that is empty after all. */
export function pickPoint(box: Box): Point | null {
  const issuer = pickIssuer(box);
  const key = pickKey(box.signature);
  const audience = pickSet(box.audience, [], WITNESS_NAME);
  const crit = pickSet(box.crit, [], 'urn:example:extension');
  const claims = pickClaims(box);
  const names = {
    format: pickValue(box.format, ['jwt'], 'jwt'),
    typ: pickValue(box.typ, ['at+jwt', 'jwt'], 'example+jwt'),
    binding: pickValue(box.binding, ['bearer', 'dpop', 'mtls'], 'bearer'),
    proofAlgorithm: pickValue(box.proofAlgorithm, ['ES256', 'PS256', 'Ed25519'], 'ES256'),
    proofNonce: pickValue(box.proofNonce, ['present'], 'present'),
    proofAth: pickValue(box.proofAth, ['present'], 'present'),
    proofUse: pickValue(box.proofUse, ['first'], 'first'),
    kid: pickValue(box.kid, ['known'], 'known'),
    keySource: pickValue(box.keySource, ['jwks_uri', 'static'], 'jwks_uri'),
    use: pickValue(box.use, ['first', 'repeated'], 'first'),
  };
  if (issuer === null || key === null || audience === null || crit === null || claims === null) return null;
  const { format, typ, binding, proofAlgorithm, proofNonce, proofAth, proofUse, kid, keySource, use } = names;
  if (format === null || typ === null || binding === null || proofAlgorithm === null || proofNonce === null)
    return null;
  if (proofAth === null || proofUse === null || kid === null || keySource === null || use === null) return null;
  return {
    format,
    typ,
    binding,
    proofAlgorithm,
    proofNonce,
    proofAth,
    proofUse,
    kid,
    keySource,
    use,
    ...issuer,
    ...key,
    ...wholeTimes(box),
    audience,
    crit,
    claims,
    startsAhead: pickStart(box),
    proofAge: wholeSeconds(box.proofAge, 5 * SECOND),
    address: pickAddress(box.address, ADDRESS_WISHES),
    familyAge: wholeSeconds(box.familyAge, 3600 * SECOND),
  };
}

function pickIssuer({ issuer }: Box): Pick<Point, 'issuer' | 'keyUri'> | null {
  const first = [...issuer.keys()].sort()[0];
  const addresses = first === undefined ? undefined : issuer.get(first);
  if (first === undefined || addresses === undefined) return null;
  const keyUri = pickValue(addresses, [], 'https://witness.example/jwks');
  return keyUri === null ? null : { issuer: first, keyUri };
}

function pickKey(signature: KeyedSet<Interval>): Pick<Point, 'algorithm' | 'keyBits'> | null {
  const names = [...signature.keys()].sort();
  const algorithm = ALGORITHM_WISHES.find((name) => signature.has(name)) ?? names[0];
  const sizes = algorithm === undefined ? undefined : signature.get(algorithm);
  if (algorithm === undefined || sizes === undefined) return null;
  const usual = [2048, 3072, 4096, 1024, 8192].find((bits) => hasNumber(sizes, bits));
  return { algorithm, keyBits: usual ?? pickNumber(sizes, 2048) };
}

function pickClaims({ claims }: Box): Point['claims'] | null {
  const picked = new Map<string, readonly string[] | null>();
  for (const name of [...new Set([...USUAL_CLAIMS, ...claims.keys()])].sort()) {
    const region = claims.get(name) ?? ANY_CLAIM;
    const values = USUAL_CLAIMS.includes(name) || !region.mayBeAbsent ? pickClaim(name, region) : null;
    if (values === null && !region.mayBeAbsent) return null;
    picked.set(name, values);
  }
  return picked;
}

function pickClaim(name: string, { values }: ClaimRegion): readonly string[] | null {
  return pickSet(values, [], NUMERIC_CLAIMS.has(name) ? '1' : WITNESS_NAME);
}

function pickStart({ start }: Box): number | null {
  return start.mayBeAbsent ? null : wholeSeconds(start.ahead, 0);
}

/** A life as long as it may be, up to a day, and little of it gone: what is just allowed shows the limit best. */
function wholeTimes({ times }: Box): Pick<Point, 'lifetime' | 'age'> {
  const longest = Math.min(times.lifetime.max, Math.max(times.lifetime.min, 86_400 * SECOND));
  const lifetime = wholeSeconds(times.lifetime, Math.floor(longest / SECOND) * SECOND);
  const exact = pickTimes(times, { lifetime, age: 10 * SECOND });
  const open = { min: exact.lifetime + times.overdue.min, max: exact.lifetime + times.overdue.max };
  const ages = { min: Math.max(times.age.min, open.min), max: Math.min(times.age.max, open.max) };
  return { lifetime: exact.lifetime, age: wholeSeconds(ages, 10 * SECOND) };
}

/** The whole second nearest to the wish; where none lies inside, the nearest millisecond. */
function wholeSeconds(interval: Interval, wish: number): number {
  const nearest = pickNumber(interval, wish);
  const whole = [Math.round(nearest / SECOND), Math.ceil(nearest / SECOND), Math.floor(nearest / SECOND)];
  return whole.map((seconds) => seconds * SECOND).find((value) => hasNumber(interval, value)) ?? nearest;
}
