import { importPart } from '../import-part.ts';
import type { FastJwt } from '../fast-jwt.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

interface KeyQuery {
  readonly kid: string | undefined;
  readonly alg: string;
  readonly domain: string;
}

interface GetJwks {
  readonly default: (options: Readonly<Record<string, unknown>>) => {
    readonly getPublicKey: (query: KeyQuery) => Promise<string>;
  };
}

/** fast-jwt with keys from get-jwks: each key is cached on its own, and a failed look-up serves the old copy. */
export const createVerifier: VerifierFactory = async ({ name, issuerUrl, issuer, audience, settings }) => {
  const { default: buildGetJwks } = await importPart<GetJwks>('get-jwks');
  const { createVerifier: createFastVerifier } = await importPart<FastJwt>('fast-jwt');
  const getJwks = buildGetJwks({
    jwksPath: `/jwks?v=${encodeURIComponent(name)}`,
    ...(settings.keyCacheTtl === undefined ? {} : { ttl: settings.keyCacheTtl }),
  });
  const verify = createFastVerifier({
    key: ({ header }) => getJwks.getPublicKey({ kid: header.kid, alg: header.alg, domain: issuerUrl }),
    algorithms: ['ES256', 'RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    clockTolerance: settings.leeway ?? 0,
  });
  return async (token) => {
    try {
      return accepted(await verify(token));
    } catch (error) {
      return refused(error);
    }
  };
};
