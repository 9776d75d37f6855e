/**
 * A verifier as one would set it up from a policy, on jose. It shares no code with `decide` or with the boxes: where it answers
 * otherwise than they do, one of them is wrong, and the witness is not shown.
 */
import { BlockList, isIPv6 } from 'node:net';
import type { JWTVerifyOptions } from 'jose';
import { UnsecuredJWT, decodeJwt, jwtVerify } from 'jose';
import type { EffectivePolicy, EffectiveTokenClass } from '../model/policy.ts';
import { isFiniteBound } from '../model/quantity.ts';
import { findKey } from './find-key.ts';
import type { Presented } from './mint.ts';
import { possessionProblem } from './possession.ts';
import { isSpokenByJose, verifyPlainly } from './signature.ts';

/** Null when the verifier lets the token in; else why not, in its own words. */
export async function refusal(policy: EffectivePolicy, presented: Presented): Promise<string | null> {
  const { tokenClass } = presented.candidate;
  const rules = policy.tokens[tokenClass];
  if (rules === undefined || !rules.present.value) return `${tokenClass} is not accepted`;
  if (rules.format.value !== presented.candidate.point.format) return `${rules.format.value} tokens are expected`;
  try {
    const claims = await verifiedClaims(policy, rules, presented);
    return (
      claimProblem(rules, claims, presented.candidate.context.now) ??
      (await possessionProblem(rules, presented, claims)) ??
      addressProblem(rules, presented) ??
      useProblem(rules, presented)
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type Claims = Readonly<Record<string, unknown>>;

/** jose checks signature, issuer, audience, type, times, critical extensions; one call for each type that is allowed. */
async function verifiedClaims(
  policy: EffectivePolicy,
  rules: EffectiveTokenClass,
  presented: Presented,
): Promise<Claims> {
  const { header } = presented.candidate.token;
  const types = rules.typ.value.filter((typ) => typ !== 'absent');
  if (header['typ'] === undefined && !rules.typ.value.includes('absent')) throw new Error('typ is missing');
  // jose understands b64 (RFC 7797) whatever it is told, so what the policy understands is looked at here.
  const named = Array.isArray(header['crit']) ? header['crit'].map(String) : [];
  if (named.some((name) => !rules.crit.value.includes(name))) throw new Error('a critical extension is not understood');
  const wanted = header['typ'] === undefined ? [undefined] : types;
  let problem: unknown = new Error('no typ is allowed');
  for (const typ of wanted) {
    try {
      return await verifyOnce(policy, presented, optionsOf(policy, rules, presented, typ));
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

async function verifyOnce(policy: EffectivePolicy, presented: Presented, options: JWTVerifyOptions): Promise<Claims> {
  const { compact, candidate } = presented;
  const key = findKey(policy, presented, String(decodeJwt(compact).iss));
  const { algorithm } = candidate.point;
  if (isSpokenByJose(algorithm, key)) return (await jwtVerify(compact, key, options)).payload;
  if (options.algorithms?.includes(algorithm) !== true) throw new Error(`alg ${algorithm} is not allowed`);
  if (!verifyPlainly(compact, algorithm, key)) throw new Error('signature verification failed');
  const { typ, crit: _, ...ofClaims } = options;
  const header = candidate.token.header;
  if (typ !== undefined && String(header['typ']).toLowerCase() !== typ) throw new Error('unexpected typ');
  return UnsecuredJWT.decode(new UnsecuredJWT(decodeJwt(compact)).encode(), ofClaims).payload;
}

function optionsOf(
  policy: EffectivePolicy,
  rules: EffectiveTokenClass,
  { candidate }: Presented,
  typ: string | undefined,
): JWTVerifyOptions {
  const algorithms = rules.algorithms.value.filter((alg) => alg !== 'none');
  const both = algorithms.includes('Ed25519') && algorithms.includes('Ed448');
  const age = rules.maxAge.value;
  return {
    algorithms: both ? [...algorithms, 'EdDSA'] : [...algorithms],
    issuer: policy.issuers.value.map(({ issuer }) => issuer),
    audience: [...rules.audiences.value],
    currentDate: new Date(candidate.context.now),
    clockTolerance: rules.clockSkew.value / 1000,
    ...(isFiniteBound(age) ? { maxTokenAge: age / 1000 } : {}),
    requiredClaims: [...rules.requiredClaims.value, 'exp', 'iat'],
    ...(typ === undefined ? {} : { typ }),
    crit: Object.fromEntries(rules.crit.value.map((name) => [name, true])),
  };
}

/** What jose has no option for. */
function claimProblem(rules: EffectiveTokenClass, claims: Claims, now: number): string | null {
  const lifetime = (Number(claims['exp']) - Number(claims['iat'])) * 1000;
  if (!(lifetime >= 0 && Math.round(lifetime) <= rules.maxLifetime.value)) return 'exp - iat is over the limit';
  if (Math.round(Number(claims['iat']) * 1000) > now + rules.clockSkew.value) return 'iat is in the future';
  const audiences = [claims['aud']].flat();
  const foreign = audiences.some((audience) => !rules.audiences.value.includes(String(audience)));
  if (rules.audienceMatch.value !== 'any' && foreign) return 'aud names somebody else too';
  if (rules.audienceMatch.value === 'exact' && audiences.length !== 1) return 'aud names several';
  for (const [name, allowed] of Object.entries(rules.claimValues.value)) {
    const given = Object.hasOwn(claims, name) ? [claims[name]].flat() : [];
    if (given.length === 0 || given.some((value) => !allowed.includes(String(value)))) return `${name} is not allowed`;
  }
  return null;
}

function addressProblem({ ipCidrs }: EffectiveTokenClass, { candidate }: Presented): string | null {
  if (ipCidrs.contributions.length === 0) return null;
  const { clientIp } = candidate.context;
  if (clientIp === undefined) return 'the client address is not known';
  const networks = new BlockList();
  for (const cidr of ipCidrs.value) {
    const [address = '', prefix = ''] = cidr.split('/');
    networks.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return networks.check(clientIp, isIPv6(clientIp) ? 'ipv6' : 'ipv4') ? null : `${clientIp} is in no allowed network`;
}

/** What the store of refresh tokens knows (RFC 9700 section 4.14.2). */
function useProblem(rules: EffectiveTokenClass, { candidate }: Presented): string | null {
  const { point, tokenClass } = candidate;
  if (tokenClass !== 'refresh_token') return null;
  const absolute = rules.absoluteMaxLifetime.value;
  if (isFiniteBound(absolute) && point.familyAge > absolute) return 'the family of the token is too old';
  if (!rules.oneTimeUse.value || rules.reuseDetection.value === 'off') return null;
  if (point.use === 'repeated') return 'the token was used before';
  const isRevoked = point.use === 'after_reuse' && rules.reuseDetection.value === 'revoke_family';
  return isRevoked ? 'a token of the family was used twice' : null;
}
