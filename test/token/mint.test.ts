import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { breakSignature, generateSigningKey, signToken, tokenFingerprint } from '../../src/token/mint.ts';
import { verifySignature } from '../../src/token/verify.ts';

describe.each(['ES256', 'Ed25519', 'RS256'] as const)('a %s key', (alg) => {
  it('signs what its public half verifies, and cannot be exported', async () => {
    const key = await generateSigningKey(alg, 'canary-1');
    const token = await signToken(key, { typ: 'at+jwt', alg: 'none', kid: 'other' }, { sub: 'u1' });
    const jwks = { keys: [{ ...key.publicJwk }] };
    expect(await verifySignature(token, jwks, { algorithms: [alg] })).toMatchObject({
      valid: true,
      alg,
      kid: 'canary-1',
    });
    expect(key.publicJwk).toMatchObject({ kid: 'canary-1', alg, use: 'sig' });
    expect(Object.keys(key.publicJwk)).not.toContain('d');
    await expect(webcrypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow();
  });

  it('makes tokens whose signature can be broken, every time, at the same length', async () => {
    const key = await generateSigningKey(alg, 'canary-1');
    for (let round = 0; round < 20; round += 1) {
      const token = await signToken(key, {}, { sub: 'u1', round });
      const broken = breakSignature(token);
      expect(broken).toHaveLength(token.length);
      expect(broken.split('.').slice(0, 2)).toEqual(token.split('.').slice(0, 2));
      expect(breakSignature(broken)).toBe(token);
      const verdict = await verifySignature(broken, { keys: [{ ...key.publicJwk }] }, { algorithms: [alg] });
      expect(verdict).toMatchObject({ valid: false, reason: 'signature does not verify with key "canary-1"' });
    }
  });
});

describe('tokenFingerprint', () => {
  it('is the start of the SHA-256 of the token', () => {
    expect(tokenFingerprint('abc')).toBe('ba7816bf8f01');
  });
});

describe('breakSignature', () => {
  it('leaves a token without a signature as it is', () => {
    expect(breakSignature('a.b.')).toBe('a.b.');
  });
});
