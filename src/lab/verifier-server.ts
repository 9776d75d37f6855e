import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { followDenylist } from './denylist-follower.ts';
import type { LabLibrary } from './config.ts';
import type { LabPart } from './messages.ts';
import type { Outcome, VerifierFactory } from './verifier.ts';

const FACTORIES: Readonly<Record<LabLibrary, () => Promise<{ readonly createVerifier: VerifierFactory }>>> = {
  jose: () => import('./verifiers/jose.ts'),
  'jwks-rsa+jsonwebtoken': () => import('./verifiers/jwks-rsa-jsonwebtoken.ts'),
  'jwks-rsa+express-jwt': () => import('./verifiers/jwks-rsa-express-jwt.ts'),
  'jwks-rsa+passport-jwt': () => import('./verifiers/jwks-rsa-passport-jwt.ts'),
  'express-oauth2-jwt-bearer': () => import('./verifiers/express-oauth2-jwt-bearer.ts'),
  'get-jwks+fast-jwt': () => import('./verifiers/get-jwks-fast-jwt.ts'),
  'fast-jwt': () => import('./verifiers/fast-jwt.ts'),
  'aws-jwt-verify': () => import('./verifiers/aws-jwt-verify.ts'),
  'hono/jwk': () => import('./verifiers/hono-jwk.ts'),
  'static-keys': () => import('./verifiers/static-secrets.ts'),
  oauth4webapi: () => import('./verifiers/oauth4webapi.ts'),
  'jose+mtls': () => import('./verifiers/jose-mtls.ts'),
  'jose+client-cert-header': () => import('./verifiers/jose-client-cert-header.ts'),
};

/** Runs one resource server whose only judge is the library it is named for, plus the denylist. Returns its URL. */
export async function startVerifier(part: Extract<LabPart, { part: 'verifier' }>): Promise<string> {
  const { config } = part;
  const { createVerifier } = await FACTORIES[config.library]();
  const verify = await createVerifier({
    // The query tells the issuer's fetch log who asked.
    jwksUri: `${part.issuerUrl}/jwks?v=${encodeURIComponent(config.name)}`,
    issuerUrl: part.issuerUrl,
    name: config.name,
    issuer: part.issuer,
    audience: part.audience,
    settings: config.settings,
    secrets: part.secrets,
    introspection:
      config.introspection === null || part.resourceServer === null
        ? null
        : {
            ...config.introspection,
            endpoint: `${part.issuerUrl}/token/introspection`,
            clientId: part.resourceServer.client_id,
            clientSecret: part.resourceServer.client_secret,
          },
  });
  const denylist = config.denylistPoll === null ? null : await followDenylist(part.denylist, config.denylistPoll);

  async function judge(request: IncomingMessage): Promise<Outcome> {
    // Libraries that know nothing of proofs are handed the token whatever the scheme says, as many servers do.
    const token = /^(?:Bearer|DPoP) (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return { kind: 'no-token' };
    const outcome = await verify(token, {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ),
      certificate: certificateOf(request.socket),
    });
    return outcome.kind === 'accept' && denylist !== null ? denylist.judge(token, outcome) : outcome;
  }

  const server = serverOf(part.tls, (request, response) => {
    judge(request).then(
      (outcome) => answer(outcome, config.name, response),
      (error: unknown) =>
        answer({ kind: 'unavailable', why: error instanceof Error ? error.message : 'unknown' }, config.name, response),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(part.port, '127.0.0.1', resolve);
  });
  return `${part.tls === null ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serverOf(tls: Extract<LabPart, { part: 'verifier' }>['tls'], listener: RequestListener): Server {
  if (tls === null) return createServer(listener);
  const options = {
    cert: tls.certificate,
    key: tls.key,
    requestCert: true,
    // RFC 8705 section 6.2: a resource server need not trust whoever issued the certificate of a client. Its holder has
    // proved to have the key, and the token says which certificate it must be.
    rejectUnauthorized: false,
  };
  return createSecureServer(options, listener);
}

function certificateOf(socket: Socket): Uint8Array | null {
  return socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.raw ?? null) : null;
}

function answer(outcome: Outcome, name: string, response: ServerResponse): void {
  const headers = { 'content-type': 'application/json', 'x-served-by': name, 'cache-control': 'no-store' };
  const send = (status: number, body: object, extra: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...headers, ...extra }).end(JSON.stringify(body));
  };
  switch (outcome.kind) {
    case 'accept':
      return send(200, { verifier: name, sub: outcome.sub });
    case 'reject':
      return send(
        401,
        { error: 'invalid_token', error_description: outcome.why },
        { 'www-authenticate': `Bearer error="invalid_token", error_description="${outcome.why}"` },
      );
    case 'no-token':
      return send(401, { error: 'unauthorized' }, { 'www-authenticate': 'Bearer' });
    case 'unavailable':
      return send(503, { error: 'temporarily_unavailable', error_description: outcome.why }, { 'retry-after': '1' });
  }
}
