import { importPart } from '../import-part.ts';
import { loadJwksRsa } from '../jwks-rsa.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

interface JsonWebToken {
  readonly decode: (
    token: string,
    options: { readonly complete: true },
  ) => { readonly header: { readonly kid?: string } } | null;
  readonly verify: (token: string, key: string, options: Readonly<Record<string, unknown>>) => unknown;
}

/** jsonwebtoken with keys from jwks-rsa: each key is cached on its own. */
export const createVerifier: VerifierFactory = async ({ jwksUri, issuer, audience, settings }) => {
  const { jwksRsa, options } = await loadJwksRsa(jwksUri, settings);
  const { default: jsonwebtoken } = await importPart<{ readonly default: JsonWebToken }>('jsonwebtoken');
  const client = jwksRsa(options);
  return async (token) => {
    try {
      const key = await client.getSigningKey(jsonwebtoken.decode(token, { complete: true })?.header.kid);
      return accepted(
        jsonwebtoken.verify(token, key.getPublicKey(), {
          issuer,
          audience,
          algorithms: ['ES256', 'RS256'],
          clockTolerance: (settings.leeway ?? 0) / 1000,
        }),
      );
    } catch (error) {
      return refused(error);
    }
  };
};
