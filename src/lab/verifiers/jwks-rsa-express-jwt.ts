import { importPart } from '../import-part.ts';
import { loadJwksRsa } from '../jwks-rsa.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  auth?: unknown;
}

interface ExpressJwt {
  readonly expressjwt: (
    options: Readonly<Record<string, unknown>>,
  ) => (request: Request, response: object, next: (error?: unknown) => void) => unknown;
}

/** express-jwt with the secret provider of jwks-rsa. */
export const createVerifier: VerifierFactory = async ({ jwksUri, issuer, audience, settings }) => {
  const { jwksRsa, options } = await loadJwksRsa(jwksUri, settings);
  const { expressjwt } = await importPart<ExpressJwt>('express-jwt');
  const middleware = expressjwt({
    secret: jwksRsa.expressJwtSecret(options),
    algorithms: ['ES256', 'RS256'],
    issuer,
    audience,
    clockTolerance: (settings.leeway ?? 0) / 1000,
  });
  return (token) =>
    new Promise((resolve) => {
      const request: Request = { headers: { authorization: `Bearer ${token}` } };
      middleware(request, {}, (error) =>
        resolve(error === undefined || error === null ? accepted(request.auth) : refused(error)),
      );
    });
};
