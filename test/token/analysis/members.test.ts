import { describe, expect, it } from 'vitest';
import { analyseKey } from '../../../src/token/analysis/analyse-key.ts';
import { compromisedHash, readBlocklist } from '../../../src/token/analysis/known-compromised.ts';
import { EC_GOOD, EC_PRIVATE, ED_GOOD, RSA_GOOD } from '../../../src/rules/example-keys.ts';

const named = (jwk: Readonly<Record<string, unknown>>): readonly string[] =>
  analyseKey(jwk).map(({ weakness, severity, member }) => `${severity} ${weakness} ${member}`);

describe('analyseKey on members', () => {
  it.for([
    { name: 'nothing at all', jwk: {}, found: ['error malformed null'] },
    { name: 'a kty that is a number', jwk: { kty: 1 }, found: ['error malformed kty'] },
    { name: 'a kty of the future', jwk: { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' }, found: [] },
    { name: 'a private key of the future', jwk: { kty: 'AKP', priv: 'AAAA' }, found: ['error private-material priv'] },
    {
      name: 'an RSA key without numbers',
      jwk: { kty: 'RSA' },
      found: ['error malformed null', 'error malformed null'],
    },
    { name: 'an exponent that is a number', jwk: { ...RSA_GOOD, e: 65537 }, found: ['error malformed e'] },
    { name: 'an empty modulus', jwk: { ...RSA_GOOD, n: '' }, found: ['error malformed n'] },
    { name: 'a kid that is a number', jwk: { ...EC_GOOD, kid: 4 }, found: ['error malformed kid'] },
    { name: 'key_ops that is a text', jwk: { ...EC_GOOD, key_ops: 'verify' }, found: ['error malformed key_ops'] },
    {
      name: 'an unknown curve',
      jwk: { ...EC_GOOD, crv: 'P256' },
      found: ['error malformed crv', 'error alg-kty-mismatch alg'],
    },
    {
      name: 'an Edwards curve in an EC key',
      jwk: { ...EC_GOOD, alg: 'EdDSA', crv: 'Ed25519' },
      found: ['error malformed crv', 'error alg-kty-mismatch alg'],
    },
    { name: 'a private EC key', jwk: EC_PRIVATE, found: ['error private-material d'] },
    { name: 'a private key under another kty', jwk: { kty: 'XYZ', d: 'AAAA' }, found: ['error private-material d'] },
    { name: 'a symmetric key', jwk: { kty: 'oct', k: 'AAAA', alg: 'HS256' }, found: ['error symmetric k'] },
    { name: 'a k in an RSA key', jwk: { ...RSA_GOOD, k: 'AAAA' }, found: ['error symmetric k'] },
    { name: 'padding', jwk: { ...EC_GOOD, y: `${String(EC_GOOD['y'])}=` }, found: ['warning base64url-invalid y'] },
    {
      name: 'stray bits',
      jwk: { ...ED_GOOD, x: `${String(ED_GOOD['x']).slice(0, -1)}J` },
      found: ['error base64url-invalid x'],
    },
    { name: 'white space', jwk: { ...RSA_GOOD, e: 'AQ AB' }, found: ['error base64url-invalid e'] },
    { name: 'a leading zero', jwk: { ...RSA_GOOD, e: 'AAEAAQ' }, found: ['warning leading-zero-octets e'] },
    { name: 'HS256 on an RSA key', jwk: { ...RSA_GOOD, alg: 'HS256' }, found: ['error alg-kty-mismatch alg'] },
    { name: 'ES384 on P-256', jwk: { ...EC_GOOD, alg: 'ES384' }, found: ['error alg-kty-mismatch alg'] },
    { name: 'ES521, which is a slip', jwk: { ...EC_GOOD, alg: 'ES521' }, found: ['error alg-kty-mismatch alg'] },
    { name: 'none', jwk: { ...EC_GOOD, alg: 'none' }, found: ['error alg-kty-mismatch alg'] },
    { name: 'EdDSA on Ed25519', jwk: { ...ED_GOOD, alg: 'EdDSA' }, found: [] },
    { name: 'ECDH-ES on P-256', jwk: { ...EC_GOOD, use: 'enc', alg: 'ECDH-ES+A256KW' }, found: [] },
    { name: 'an algorithm nobody registered', jwk: { ...EC_GOOD, alg: 'X-CUSTOM' }, found: [] },
  ])('finds in $name: $found', ({ jwk, found }) => {
    expect(named(jwk)).toEqual(found);
  });

  it('writes no value of a private member into any message', () => {
    const messages = analyseKey({ ...EC_PRIVATE, k: EC_PRIVATE['d'] }).map(({ message }) => message);
    expect(messages.join()).not.toContain(String(EC_PRIVATE['d']));
  });
});

describe('block lists', () => {
  const own = BigInt(`0x${Buffer.from(String(EC_GOOD['x']), 'base64url').toString('hex')}`);
  const record = (hash: string, list: number): Buffer => Buffer.concat([Buffer.from(hash, 'hex'), Buffer.from([list])]);
  const hashes = [1n, 2n, 3n, own, 5n].map(compromisedHash).sort();
  const bytes = Buffer.concat(hashes.map((hash, index) => record(hash, index + 1)));

  it('hash as the lists do', () => {
    // The self-check value that the badkeys project has for the P-256 key of RFC 7515 appendix A.3.
    const x = Buffer.from('f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', 'base64url').toString('hex');
    expect(compromisedHash(BigInt(`0x${x}`))).toBe('c4a8d76ecf5f712a6f98052d967a15');
  });

  it('are searched for every key, also from the middle of a larger buffer', () => {
    const list = readBlocklist(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3));
    expect(list?.size).toBe(5);
    expect(hashes.map((hash) => list?.find(hash))).toEqual([1, 2, 3, 4, 5]);
    expect(list?.find(compromisedHash(99n))).toBeNull();
  });

  it('name a key that is on one', () => {
    const found = analyseKey(EC_GOOD, readBlocklist(bytes));
    expect(found).toMatchObject([{ weakness: 'known-compromised', severity: 'error', member: 'x' }]);
  });

  it('are refused when they are empty, cut off or not sorted', () => {
    const backwards = Buffer.concat(hashes.toReversed().map((hash) => record(hash, 1)));
    expect([new Uint8Array(), bytes.subarray(1), backwards].map(readBlocklist)).toEqual([null, null, null]);
  });
});
