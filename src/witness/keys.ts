/** Throw-away keys: made when they are needed, kept for one run, never written anywhere. */
import type { KeyObject } from 'node:crypto';
import { createSecretKey, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

/** A key that signs and what a verifier gets to see of it. */
export interface ThrowAwayKey {
  readonly sign: KeyObject;
  readonly verify: KeyObject;
}

const generate = promisify(generateKeyPair);

/** RFC 7518 section 3.4, RFC 8812 section 3.2. */
const CURVES: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  ES256K: 'secp256k1',
};

const made = new Map<string, Promise<ThrowAwayKey | null>>();

/** A key for the algorithm; null when nobody here can make one. Making an RSA key takes a while, so it serves a whole run. */
export function keyFor(algorithm: string, rsaBits: number): Promise<ThrowAwayKey | null> {
  const name = /^[RP]S\d/.test(algorithm) ? `${algorithm} ${rsaBits}` : algorithm;
  const before = made.get(name);
  if (before !== undefined) return before;
  const key = makeKey(algorithm, rsaBits);
  made.set(name, key);
  return key;
}

async function makeKey(algorithm: string, rsaBits: number): Promise<ThrowAwayKey | null> {
  if (/^[RP]S(?:256|384|512)$/.test(algorithm)) return pair(await generate('rsa', { modulusLength: rsaBits }));
  const namedCurve = CURVES[algorithm];
  if (namedCurve !== undefined) return pair(await generate('ec', { namedCurve }));
  if (algorithm === 'Ed25519' || algorithm === 'EdDSA') return pair(await generate('ed25519'));
  if (algorithm === 'Ed448') return pair(await generate('ed448'));
  if (!/^HS(?:256|384|512)$/.test(algorithm)) return null;
  const secret = createSecretKey(randomBytes(64));
  return { sign: secret, verify: secret };
}

function pair({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): ThrowAwayKey {
  return { sign: privateKey, verify: publicKey };
}
