/** Which key a verifier of the policy takes, and whether it is good enough. */
import type { KeyObject } from 'node:crypto';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Presented, PublishedKey } from './mint.ts';

/** @throws Error when there is none that the policy lets a verifier use */
export function findKey(policy: EffectivePolicy, presented: Presented, issuer: string): KeyObject {
  const found = lookUp(policy, presented, issuer);
  const { asymmetricKeyDetails, asymmetricKeyType } = found.key;
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < policy.keys.minRsaBits.value) {
    throw new Error('the RSA key is too small');
  }
  const curve = CURVES[asymmetricKeyDetails?.namedCurve ?? ''];
  if (asymmetricKeyType === 'ec' && (curve === undefined || !policy.keys.curves.value.includes(curve))) {
    throw new Error('the curve of the key is not allowed');
  }
  return found.key;
}

/** OpenSSL's names of the curves of RFC 7518 section 6.2.1.1 and RFC 8812 section 3.1. */
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  secp256k1: 'secp256k1',
};

function lookUp({ keys, issuers }: EffectivePolicy, presented: Presented, issuer: string): PublishedKey {
  const { point, token } = presented.candidate;
  const { header } = token;
  if (!keys.sources.value.some((source) => source === point.keySource)) {
    throw new Error(`keys are not taken from ${point.keySource}`);
  }
  if (presented.fromHeader !== null) {
    if (header['kid'] === undefined && keys.kidRequired.value) throw new Error('kid is missing');
    return presented.fromHeader;
  }
  const pinned = issuers.value.find((trusted) => trusted.issuer === issuer)?.jwksUri ?? null;
  if (pinned !== null && pinned !== point.keyUri) throw new Error('the key is not published at the pinned address');
  const kid = header['kid'];
  if (kid === undefined && keys.kidRequired.value) throw new Error('kid is missing');
  if (kid === undefined) return first(presented.cached, 'no key');
  const known = presented.cached.find((key) => key.kid === kid);
  if (known !== undefined) return known;
  if (keys.unknownKid.value === 'reject') throw new Error('no cached key has this kid');
  const fetched = presented.current.find((key) => key.kid === kid);
  if (fetched !== undefined) return fetched;
  if (keys.unknownKid.value === 'refresh') throw new Error('no published key has this kid');
  return first(presented.current, 'no key');
}

function first(keys: readonly PublishedKey[], problem: string): PublishedKey {
  const [key] = keys;
  if (key === undefined) throw new Error(problem);
  return key;
}
