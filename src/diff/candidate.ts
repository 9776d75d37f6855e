/** A point as the token and the circumstances that it stands for. Nothing is signed here. */
import type { WitnessContext } from '../model/change.ts';
import type { TokenContext, UnverifiedToken } from '../model/decision.ts';
import { toTimestamp } from '../model/instant.ts';
import type { TokenClass } from '../model/policy.ts';
import { millis, showBound } from '../model/quantity.ts';
import { showAddress } from '../policy/cidr.ts';
import { CURVE_OF_ALGORITHM } from '../policy/defaults.ts';
import type { Point } from './box.ts';
import { NUMERIC_CLAIMS } from './pick-point.ts';

/** A token that is not minted yet, with all a verifier would see of its use. */
export interface Candidate {
  readonly tokenClass: TokenClass;
  readonly point: Point;
  readonly token: UnverifiedToken;
  readonly context: TokenContext;
}

/** In place of a thumbprint: the key is made when the token is minted, and thrown away. */
export const PROOF_KEY = 'thumbprint-of-the-proof-key';

/** @param now milliseconds since the epoch; whole seconds, because most verifiers count in them */
export function candidateOf(point: Point, tokenClass: TokenClass, now: number): Candidate {
  const wholeNow = Math.floor(now / 1000) * 1000;
  return {
    tokenClass,
    point,
    token: { header: headerOf(point), claims: claimsOf(point, wholeNow) },
    context: {
      now: wholeNow,
      tokenClass,
      ...(point.address === null ? {} : { clientIp: showAddress(point.address) }),
      ...proofOf(point, wholeNow),
    },
  };
}

const KIDS: Readonly<Record<string, string>> = {
  known: 'witness-key',
  new: 'witness-key-published-since',
  unknown: 'witness-kid-of-no-key',
};

function headerOf({ algorithm, typ, kid, keySource, crit }: Point): Readonly<Record<string, unknown>> {
  const kidText = KIDS[kid];
  return {
    alg: algorithm,
    ...(typ === 'absent' ? {} : { typ }),
    ...(kidText === undefined ? {} : { kid: kidText }),
    ...(keySource === 'jku' || keySource === 'x5u' ? { [keySource]: 'https://witness.example/key' } : {}),
    ...(keySource === 'jwk' ? { jwk: 'the-public-key' } : {}),
    ...(crit.length === 0 ? {} : { crit, ...Object.fromEntries(crit.map((name) => [name, true])) }),
  };
}

function claimsOf(point: Point, now: number): Readonly<Record<string, unknown>> {
  const { issuer, audience, lifetime, age, startsAhead, claims } = point;
  const issued = now - age;
  const others = [...claims].flatMap(([name, values]) => (values === null ? [] : [[name, claimValue(name, values)]]));
  return {
    iss: issuer,
    aud: audience.length === 1 ? audience[0] : audience,
    iat: issued / 1000,
    exp: (issued + lifetime) / 1000,
    ...(startsAhead === null ? {} : { nbf: (now + startsAhead) / 1000 }),
    ...Object.fromEntries(others),
    ...CONFIRMATIONS[point.binding],
  };
}

function claimValue(name: string, values: readonly string[]): unknown {
  const [first] = values;
  if (values.length !== 1 || first === undefined) return values;
  return NUMERIC_CLAIMS.has(name) && Number.isFinite(Number(first)) ? Number(first) : first;
}

const CONFIRMATIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  dpop: { cnf: { jkt: PROOF_KEY } },
  mtls: { cnf: { 'x5t#S256': PROOF_KEY } },
};

function proofOf(point: Point, now: number): Pick<TokenContext, 'proof'> {
  const { binding, proofAlgorithm, proofAge, proofNonce, proofAth } = point;
  if (binding === 'mtls') return { proof: { kind: 'mtls', thumbprint: PROOF_KEY } };
  if (binding !== 'dpop') return {};
  return {
    proof: {
      kind: 'dpop',
      jkt: PROOF_KEY,
      alg: proofAlgorithm,
      issuedAt: now - proofAge,
      hasNonce: proofNonce === 'present',
      hasAth: proofAth === 'present',
    },
  };
}

/** The circumstances in words, without those that every use has. */
export function showContext({ point, context, tokenClass }: Candidate): WitnessContext {
  const { algorithm, keyBits, keyUri, kid, keySource, binding } = point;
  const curve = CURVE_OF_ALGORITHM.get(algorithm);
  return {
    now: toTimestamp(context.now),
    ...(context.clientIp === undefined ? {} : { client_ip: context.clientIp }),
    ...(binding === 'dpop' ? dpopContext(point) : {}),
    ...(binding === 'mtls' ? { proof: 'mtls' as const } : {}),
    key_from: keySource === 'jwks_uri' ? keyUri : keySource,
    ...(kid === 'known' || kid === 'new' || kid === 'unknown' ? { kid } : {}),
    ...(/^[RP]S\d/.test(algorithm) ? { key: `RSA ${keyBits}` } : curve === undefined ? {} : { key: `EC ${curve}` }),
    ...(tokenClass === 'refresh_token' ? refreshContext(point) : {}),
  };
}

function dpopContext({ proofAlgorithm, proofAge, proofNonce, proofAth, proofUse }: Point): Partial<WitnessContext> {
  return {
    proof: 'dpop',
    proof_algorithm: proofAlgorithm,
    proof_age: `${proofAge < 0 ? '-' : ''}${showBound(millis(Math.abs(proofAge)))}`,
    proof_nonce: proofNonce === 'present',
    proof_ath: proofAth === 'present',
    proof_replayed: proofUse === 'replayed',
  };
}

function refreshContext({ use, familyAge }: Point): Partial<WitnessContext> {
  return {
    ...(use === 'first' || use === 'repeated' || use === 'after_reuse' ? { use } : {}),
    family_age: showBound(millis(familyAge)),
  };
}
