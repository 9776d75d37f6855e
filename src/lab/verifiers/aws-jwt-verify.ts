import { importPart } from '../import-part.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

interface AwsJwtVerify {
  readonly JwtVerifier: {
    readonly create: (
      properties: Readonly<Record<string, unknown>>,
      additional: { readonly jwksCache: object },
    ) => { readonly verify: (token: string) => Promise<unknown> };
  };
}

interface AwsJwk {
  readonly SimpleJwksCache: new (properties: {
    readonly fetcher: { readonly fetch: (uri: string) => Promise<ArrayBuffer> };
  }) => object;
}

/** The library's fetcher times a response out after 3 s (its README, "Configuring the JWKS response timeout"). */
const DEFAULT_FETCH_TIMEOUT_MS = 3000;

/** aws-jwt-verify with its own cache; only the fetcher is ours, because the library's speaks https only. */
export const createVerifier: VerifierFactory = async ({ jwksUri, issuer, audience, settings }) => {
  const { JwtVerifier } = await importPart<AwsJwtVerify>('aws-jwt-verify');
  const { SimpleJwksCache } = await importPart<AwsJwk>('aws-jwt-verify/jwk');
  const fetcher = {
    fetch: async (uri: string): Promise<ArrayBuffer> => {
      const response = await fetch(uri, {
        signal: AbortSignal.timeout(settings.fetchTimeout ?? DEFAULT_FETCH_TIMEOUT_MS),
      });
      if (!response.ok) throw new Error('fetch failed');
      return response.arrayBuffer();
    },
  };
  const verifier = JwtVerifier.create(
    { issuer, audience, jwksUri, graceSeconds: (settings.leeway ?? 0) / 1000 },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
  return async (token) => {
    try {
      return accepted(await verifier.verify(token));
    } catch (error) {
      return refused(error);
    }
  };
};
