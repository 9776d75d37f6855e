import { importPart } from '../import-part.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: object;
  readonly body: object;
  readonly is: () => false;
  readonly method: string;
  readonly protocol: string;
  readonly originalUrl: string;
  readonly get: (name: string) => string | undefined;
  auth?: { readonly payload: unknown };
}

interface OAuth2JwtBearer {
  readonly auth: (
    options: Readonly<Record<string, unknown>>,
  ) => (request: Request, response: object, next: (error?: unknown) => void) => unknown;
}

/** express-oauth2-jwt-bearer, which carries its own copy of jose 4. By default it takes bearer tokens, and bound ones with a proof. */
export const createVerifier: VerifierFactory = async ({ jwksUri, issuer, audience, settings }) => {
  const { auth } = await importPart<OAuth2JwtBearer>('express-oauth2-jwt-bearer');
  const middleware = auth({
    issuer,
    jwksUri,
    audience,
    tokenSigningAlg: 'ES256',
    ...(settings.keyCacheTtl === undefined ? {} : { cacheMaxAge: settings.keyCacheTtl }),
    ...(settings.cooldown === undefined ? {} : { cooldownDuration: settings.cooldown }),
    ...(settings.fetchTimeout === undefined ? {} : { timeoutDuration: settings.fetchTimeout }),
    ...(settings.leeway === undefined ? {} : { clockTolerance: settings.leeway / 1000 }),
  });
  return (_token, { method, path, headers }) =>
    new Promise((resolve) => {
      const request: Request = {
        headers,
        query: {},
        body: {},
        is: () => false,
        method,
        protocol: 'http',
        originalUrl: path,
        get: (name) => headers[name.toLowerCase()],
      };
      middleware(request, {}, (error) =>
        resolve(error === undefined || error === null ? accepted(request.auth?.payload) : refused(error)),
      );
    });
};
