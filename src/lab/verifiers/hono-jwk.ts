import { importPart } from '../import-part.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

interface Context {
  readonly get: (name: string) => unknown;
  readonly json: (body: unknown) => unknown;
}

interface App {
  readonly use: (path: string, middleware: unknown) => void;
  readonly get: (path: string, handler: (context: Context) => unknown) => void;
  readonly onError: (handler: (error: Error, context: Context) => unknown) => void;
  readonly request: (path: string, init: { readonly headers: Readonly<Record<string, string>> }) => Promise<Response>;
}

interface Hono {
  readonly Hono: new () => App;
}

interface HonoJwk {
  readonly jwk: (options: Readonly<Record<string, unknown>>, init: RequestInit) => unknown;
}

/** hono's jwk middleware: it fetches the key set for every request. */
export const createVerifier: VerifierFactory = async ({ jwksUri, issuer, audience, settings }) => {
  const { Hono } = await importPart<Hono>('hono');
  const { jwk } = await importPart<HonoJwk>('hono/jwk');
  const { fetchTimeout } = settings;
  const init: RequestInit = {};
  if (fetchTimeout !== undefined) {
    // The middleware hands one init object to every fetch; a getter gives each of them a timeout of its own.
    Object.defineProperty(init, 'signal', { enumerable: true, get: () => AbortSignal.timeout(fetchTimeout) });
  }
  const app = new Hono();
  const failures = new WeakMap<Response, Error>();
  app.use(
    '/orders',
    jwk({ jwks_uri: jwksUri, alg: ['ES256', 'RS256'], verification: { iss: issuer, aud: audience } }, init),
  );
  app.get('/orders', (context) => context.json(context.get('jwtPayload')));
  app.onError((error) => {
    const response =
      'getResponse' in error && typeof error.getResponse === 'function'
        ? (error.getResponse() as Response)
        : new Response(null, { status: 500 });
    failures.set(response, error);
    return response;
  });
  return async (token) => {
    const response = await app.request('/orders', { headers: { authorization: `Bearer ${token}` } });
    if (response.status === 200) return accepted(await response.json());
    const failure = failures.get(response);
    return refused(failure?.cause ?? failure);
  };
};
