import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A token as one would find it in a log, really signed, with a key that nobody keeps. */
export function leakedToken(claims: Readonly<Record<string, unknown>> = {}): {
  readonly compact: string;
  readonly hash: string;
} {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = `${part({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })}.${part({
    iss: 'https://id.example',
    aud: 'orders',
    sub: 'u1',
    client_id: 'web',
    jti: 'j1',
    iat: 1_767_225_600,
    exp: 1_767_226_200,
    ...claims,
  })}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const compact = `${signed}.${signature.toString('base64url')}`;
  return { compact, hash: createHash('sha256').update(compact).digest('hex') };
}
