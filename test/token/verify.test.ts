import { createHmac, createPublicKey, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JwkLike } from '../../src/token/verify.ts';
import { verifySignature } from '../../src/token/verify.ts';

interface Signer {
  readonly jwk: JWK;
  readonly sign: (
    header?: Readonly<Record<string, unknown>>,
    crit?: Readonly<Record<string, boolean>>,
  ) => Promise<string>;
}

const PAYLOAD = Buffer.from(JSON.stringify({ sub: 'u1' }));

async function signer(alg: string, kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    jwk: { ...(await exportJWK(publicKey)), kid },
    sign: (header = {}, crit = {}) =>
      new CompactSign(PAYLOAD).setProtectedHeader({ alg, kid, ...header }).sign(privateKey, { crit }),
  };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let es256: Signer;
let other: Signer;
let ed25519: Signer;

beforeAll(async () => {
  [es256, other, ed25519] = await Promise.all([signer('ES256', 'k1'), signer('ES256', 'k2'), signer('Ed25519', 'ed')]);
});

const ES256 = { algorithms: ['ES256'] };

describe('verifySignature', () => {
  it('takes the key of that kid', async () => {
    const verdict = await verifySignature(await es256.sign(), { keys: [other.jwk, es256.jwk] }, ES256);
    expect(verdict).toEqual({ valid: true, reason: 'signature verifies with key "k1"', kid: 'k1', alg: 'ES256' });
  });

  it('does not try the keys of another kid, although one of them would do', async () => {
    const token = await es256.sign({ kid: 'k2' });
    expect(await verifySignature(token, { keys: [es256.jwk, other.jwk] }, ES256)).toMatchObject({
      valid: false,
      reason: 'signature does not verify with key "k2"',
    });
    expect(await verifySignature(await es256.sign({ kid: 'k3' }), { keys: [es256.jwk] }, ES256)).toMatchObject({
      valid: false,
      reason: 'no key in the set has kid "k3"',
    });
  });

  it('tries every key for a token without kid, unless one is required', async () => {
    const token = await es256.sign({ kid: undefined });
    const keys = [ed25519.jwk, other.jwk, es256.jwk];
    expect(await verifySignature(token, { keys }, ES256)).toMatchObject({ valid: true, kid: null });
    expect(await verifySignature(token, { keys }, { ...ES256, kidRequired: true })).toMatchObject({
      valid: false,
      reason: 'token has no kid and one is required',
    });
  });

  it('tries all keys that share a kid', async () => {
    const keys = [{ ...other.jwk, kid: 'k1' }, es256.jwk];
    expect(await verifySignature(await es256.sign(), { keys }, ES256)).toMatchObject({ valid: true });
  });

  it.for([
    { alg: 'Ed25519', algorithms: ['Ed25519'], valid: true },
    { alg: 'Ed25519', algorithms: ['EdDSA'], valid: true },
    { alg: 'EdDSA', algorithms: ['EdDSA'], valid: true },
    { alg: 'EdDSA', algorithms: ['Ed25519', 'Ed448'], valid: true },
    { alg: 'EdDSA', algorithms: ['Ed25519'], valid: false },
  ])('reads $alg under $algorithms as valid: $valid', async ({ alg, algorithms, valid }) => {
    expect((await verifySignature(await ed25519.sign({ alg }), { keys: [ed25519.jwk] }, { algorithms })).valid).toBe(
      valid,
    );
  });

  it('verifies RSA and holds the key to the minimum size', async () => {
    const rsa = await signer('PS256', 'rsa');
    const token = await rsa.sign();
    const allowed = { algorithms: ['PS256', 'RS256'] };
    expect(await verifySignature(token, { keys: [rsa.jwk] }, allowed)).toMatchObject({ valid: true });
    expect(await verifySignature(token, { keys: [rsa.jwk] }, { ...allowed, minRsaBits: 3072 })).toMatchObject({
      valid: false,
      reason: 'key "rsa" has 2048 bits, the minimum is 3072',
    });
    expect(await verifySignature(token, { keys: [{ ...rsa.jwk, e: 'AQ' }] }, allowed)).toMatchObject({
      valid: false,
      reason: 'key "rsa" has a public exponent that is no RSA exponent',
    });
    expect(await verifySignature(token, { keys: [{ ...rsa.jwk, alg: 'RS256' }] }, allowed)).toMatchObject({
      valid: false,
      reason: 'key "rsa" is declared for another alg',
    });
    // The classic confusion: the public key's text as the secret of an HMAC.
    const pem = createPublicKey({ key: rsa.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const input = `${encode({ alg: 'HS256', kid: 'rsa' })}.${encode({ sub: 'admin' })}`;
    const forged = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    expect(await verifySignature(forged, { keys: [rsa.jwk] }, { algorithms: ['HS256', 'PS256'] })).toMatchObject({
      valid: false,
      reason: 'key "rsa" is not a key for alg HS256: kty is not oct',
    });
  });

  it('verifies an HMAC only with a key of the length of its hash', async () => {
    const sign = (secret: Uint8Array): Promise<string> =>
      new CompactSign(PAYLOAD).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    const jwk = (secret: Uint8Array): JwkLike => ({ kty: 'oct', k: Buffer.from(secret).toString('base64url') });
    const [long, short] = [randomBytes(32), randomBytes(31)];
    expect(await verifySignature(await sign(long), { keys: [jwk(long)] }, { algorithms: ['HS256'] })).toMatchObject({
      valid: true,
    });
    expect(await verifySignature(await sign(short), { keys: [jwk(short)] }, { algorithms: ['HS256'] })).toMatchObject({
      valid: false,
      reason: 'a key without kid has 31 octets, HS256 needs 32',
    });
  });

  it.for([
    { name: 'alg none', header: { alg: 'none' }, reason: 'token is unsigned: alg none is never accepted' },
    { name: 'alg None', header: { alg: 'None' }, reason: 'token is unsigned: alg none is never accepted' },
    {
      name: 'alg in another case',
      header: { alg: 'es256' },
      reason: 'alg "es256" is not allowed, allowed: ES256, none, Ed448',
    },
    { name: 'no alg', header: {}, reason: 'header has no alg' },
    {
      name: 'an algorithm nobody here can verify',
      header: { alg: 'Ed448' },
      reason: 'alg "Ed448" is allowed but this verifier cannot check it',
    },
  ])('refuses $name', async ({ header, reason }) => {
    const token = `${encode(header)}.${encode({ sub: 'u1' })}.`;
    const verdict = await verifySignature(token, { keys: [es256.jwk] }, { algorithms: ['ES256', 'none', 'Ed448'] });
    expect(verdict).toMatchObject({ valid: false, reason });
  });

  it('never takes a key from the token', async () => {
    const token = await other.sign({ kid: 'k1', jwk: other.jwk });
    expect(await verifySignature(token, { keys: [es256.jwk] }, ES256)).toMatchObject({ valid: false });
    expect(
      await verifySignature(await other.sign({ kid: undefined, jwk: other.jwk }), { keys: [] }, ES256),
    ).toMatchObject({
      valid: false,
      reason: 'key set is empty',
    });
  });

  it.for([
    {
      name: 'of another curve',
      change: { crv: 'P-384' },
      reason: 'key "k1" is not a key for alg ES256: crv is not P-256',
    },
    { name: 'of another type', change: { kty: 'OKP' }, reason: 'key "k1" is not a key for alg ES256: kty is not EC' },
    { name: 'for encryption', change: { use: 'enc' }, reason: 'key "k1" is not for signatures: use is not sig' },
    {
      name: 'for signing only',
      change: { key_ops: ['sign'] },
      reason: 'key "k1" is not for verifying: key_ops lacks verify',
    },
    {
      name: 'off the curve',
      change: { x: Buffer.alloc(32, 1).toString('base64url') },
      reason: 'key "k1" cannot be imported as a public key',
    },
    { name: 'without a coordinate', change: { y: undefined }, reason: 'key "k1" cannot be imported as a public key' },
  ])('refuses a key $name', async ({ change, reason }) => {
    const verdict = await verifySignature(await es256.sign(), { keys: [{ ...es256.jwk, ...change }] }, ES256);
    expect(verdict).toMatchObject({ valid: false, reason });
  });

  it('refuses a curve the policy does not name', async () => {
    expect(
      await verifySignature(await es256.sign(), { keys: [es256.jwk] }, { ...ES256, curves: ['P-384'] }),
    ).toMatchObject({
      valid: false,
      reason: 'key "k1" is on curve P-256, allowed: P-384',
    });
  });

  it.for(['AQ'.padEnd(43, 'A'), 'A'.repeat(43)])(
    'refuses the small-order point %s, which verifies forgeries',
    async (x) => {
      const input = `${encode({ alg: 'Ed25519' })}.${encode({ sub: 'admin' })}`;
      const forged = `${input}.${Buffer.concat([Buffer.from('01'.padEnd(64, '0'), 'hex'), Buffer.alloc(32)]).toString('base64url')}`;
      expect(
        await verifySignature(forged, { keys: [{ kty: 'OKP', crv: 'Ed25519', x }] }, { algorithms: ['Ed25519'] }),
      ).toMatchObject({
        valid: false,
        reason: 'a key without kid is a point of small order: it verifies forged signatures',
      });
    },
  );

  it('uses only the public half of a leaked private key', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(privateKey);
    const token = await new CompactSign(PAYLOAD).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
    expect(await verifySignature(token, { keys: [jwk] }, ES256)).toMatchObject({ valid: true });
  });

  it('takes critical extensions only where the caller checked them', async () => {
    const token = await es256.sign({ crit: ['x'], x: 1 }, { x: true });
    expect(await verifySignature(token, { keys: [es256.jwk] }, ES256)).toMatchObject({ valid: false });
    expect(await verifySignature(token, { keys: [es256.jwk] }, { ...ES256, crit: ['x'] })).toMatchObject({
      valid: true,
    });
  });

  it('notices a changed payload', async () => {
    const [header = '', , signature = ''] = (await es256.sign()).split('.');
    const token = `${header}.${encode({ sub: 'admin' })}.${signature}`;
    expect(await verifySignature(token, { keys: [es256.jwk] }, ES256)).toMatchObject({
      valid: false,
      reason: 'signature does not verify with key "k1"',
    });
  });

  it('answers for tokens and key sets that are none', async () => {
    expect(await verifySignature('a.b', { keys: [] }, ES256)).toMatchObject({ valid: false, kid: null, alg: '' });
    const keys = [null, 1, 'key', [], {}] as unknown as JwkLike[];
    expect(await verifySignature(await es256.sign({ kid: undefined }), { keys }, ES256)).toMatchObject({
      valid: false,
    });
  });
});
