import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkPayload, readCheckingKey, readSigningKey, signPayload, signerOf } from '../../src/token/report-key.ts';

function pair(kind: 'ed25519' | 'p256'): {
  readonly pem: string;
  readonly jwk: string;
  readonly pub: string;
  readonly pubJwk: string;
} {
  const { privateKey, publicKey } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    jwk: JSON.stringify(privateKey.export({ format: 'jwk' })),
    pub: String(publicKey.export({ type: 'spki', format: 'pem' })),
    pubJwk: JSON.stringify(publicKey.export({ format: 'jwk' })),
  };
}

describe('a report key', () => {
  it.for(['ed25519', 'p256'] as const)('signs and checks with %s, in PEM and as a JWK', async (kind) => {
    const { pem, jwk, pub, pubJwk } = pair(kind);
    for (const text of [pem, jwk]) {
      const signature = await signPayload('{"a":1}', readSigningKey({ file: 'report.key', text }));
      for (const half of [pub, pubJwk]) {
        const key = readCheckingKey({ file: 'report.pub', text: half });
        expect(signerOf(signature)).toBe(key.kid);
        expect(await checkPayload('{"a":1}', signature, key)).toBe('valid');
        expect(await checkPayload('{"a":2}', signature, key)).toBe('invalid');
      }
    }
  });

  it('knows the signature of another key, and one of the same key over something else', async () => {
    const [mine, theirs] = [pair('ed25519'), pair('ed25519')];
    const signature = await signPayload('x', readSigningKey({ file: 'k', text: theirs.pem }));
    const key = readCheckingKey({ file: 'p', text: mine.pub });
    expect(await checkPayload('x', signature, key)).toBe('other-key');
    const renamed = Buffer.from(
      JSON.stringify({ alg: 'EdDSA', kid: key.kid, typ: 'firebreak-drill-result+jws' }),
    ).toString('base64url');
    expect(await checkPayload('x', { ...signature, protected: renamed }, key)).toBe('invalid');
    expect(await checkPayload('x', { protected: '!', signature: '' }, key)).toBe('other-key');
  });

  it('takes no JWS of the same key that is about something else', async () => {
    const { CompactSign } = await import('jose');
    const { pem, pub } = pair('ed25519');
    const key = readCheckingKey({ file: 'p', text: pub });
    const compact = await new CompactSign(new TextEncoder().encode('x'))
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'JWT' })
      .sign(createPrivateKey(pem));
    const [header = '', , signature = ''] = compact.split('.');
    expect(await checkPayload('x', { protected: header, signature }, key)).toBe('invalid');
  });

  const encrypted = String(
    generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'hunter2',
    }),
  );
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const { pub, pem } = pair('ed25519');
  it.for([
    { name: 'an encrypted key', text: encrypted, says: /^report\.key is encrypted, and no password/ },
    {
      name: 'a key of the old encrypted kind',
      text: '-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n',
      says: /is encrypted/,
    },
    { name: 'an encrypted JWK', text: '{"ciphertext":"x"}', says: /is encrypted/ },
    { name: 'a public key', text: pub, says: /holds no private key/ },
    { name: 'RSA', text: String(rsa), says: /is a key of another kind: rsa/ },
    {
      name: 'P-384',
      text: String(
        generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
      ),
      says: /of another kind: ec/,
    },
    { name: 'no key at all', text: 'hello', says: /holds no private key/ },
  ])('refuses $name to sign', ({ text, says }) => {
    expect(() => readSigningKey({ file: 'report.key', text })).toThrow(says);
  });

  it('refuses a private key where results are checked', () => {
    expect(() => readCheckingKey({ file: 'p', text: pem })).toThrow(/is a private key/);
    expect(createPublicKey(pem).asymmetricKeyType).toBe('ed25519');
  });
});
