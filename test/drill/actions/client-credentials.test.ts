import { describe, expect, it } from 'vitest';
import { mintCredentials } from '../../../src/drill/credentials.ts';
import type { MintInput } from '../../../src/drill/credentials.ts';
import type { IssuerDeclaration } from '../../../src/model/inventory.ts';
import { serve } from '../../real/products.ts';
import { EXPIRES_AT, ISSUER, RUN_ID, callOf, contextOf } from './conformance.ts';

const SECRET = 'se:cret of a client';

describe('oauth.client_credentials', () => {
  it('takes the secret from where the drill says, at an issuer without an admin interface', async () => {
    const asked: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      asked.push(request.headers.authorization);
      response.setHeader('content-type', 'application/json');
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      response.end(JSON.stringify({ access_token: `${part({ alg: 'ES256' })}.${part({ jti: 't-1' })}.c2ln` }));
    });
    const issuer: IssuerDeclaration = { ...ISSUER, tokenEndpoint: `http://127.0.0.1:${server.port}/token` };
    const obtain = callOf('oauth.client_credentials', { client: 'drill-a', secret: { env: 'DRILL_A_SECRET' } });
    const drill = { credentials: [{ name: 'canary', role: 'canary', obtain, arms: null, at: obtain.at }] };
    const input = {
      drill,
      issuer,
      runId: RUN_ID,
      arm: 'q',
      expiresAt: EXPIRES_AT,
      context: contextOf(null, { env: { DRILL_A_SECRET: SECRET } }),
      now: () => 0,
    } as unknown as MintInput;
    const vault = await mintCredentials(input);
    await server.close();
    // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
    expect(asked).toEqual([`Basic ${btoa(`drill-a:${encodeURIComponent(SECRET)}`)}`]);
    expect(vault.token('canary').claims).toEqual({ jti: 't-1' });
    await expect(mintCredentials({ ...input, context: contextOf(null) })).rejects.toMatchObject({
      code: 'secret/missing',
    });
  });
});
