import { createPrivateKey, sign } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { JWK } from 'jose';

/**
 * Makes a token response carry `typ: JWT` instead of `at+jwt`. RFC 9068 section 2.1 asks for at+jwt and oidc-provider
 * cannot be told otherwise, but hono/jwk refuses it, and every verifier of the lab must be able to take part.
 */
export function withPlainTyp(response: ServerResponse, signingKey: () => JWK): void {
  const end = response.end.bind(response);
  response.end = ((body?: unknown) => {
    const changed =
      typeof body === 'string' || Buffer.isBuffer(body) ? changeBody(body.toString(), signingKey()) : null;
    if (changed === null) return body === undefined ? end() : end(body);
    response.setHeader('content-length', Buffer.byteLength(changed));
    return end(changed);
  }) as ServerResponse['end'];
}

function changeBody(body: string, key: JWK): string | null {
  const answer = JSON.parse(body) as { access_token?: string };
  const [header = '', payload = ''] = answer.access_token?.split('.') ?? [];
  if (payload === '') return null;
  const plain = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), typ: 'JWT' };
  const input = `${Buffer.from(JSON.stringify(plain)).toString('base64url')}.${payload}`;
  // RFC 7518 section 3.4: R and S side by side, not DER.
  const signature = sign('sha256', Buffer.from(input), {
    key: createPrivateKey({ key, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  });
  return JSON.stringify({ ...answer, access_token: `${input}.${signature.toString('base64url')}` });
}
