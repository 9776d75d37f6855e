import { createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import type { FastJwt } from '../fast-jwt.ts';
import { importPart } from '../import-part.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

/** Longest fetch when the inventory says nothing; fast-jwt itself does not fetch. */
const DEFAULT_FETCH_TIMEOUT_MS = 5000;

/** fast-jwt with `cache: true` and a key function that always fetches: verdicts are cached, keys are not. */
export const createVerifier: VerifierFactory = async ({ jwksUri, issuer, audience, settings }) => {
  const { createVerifier: createFastVerifier } = await importPart<FastJwt>('fast-jwt');

  async function fetchKey(kid: string | undefined): Promise<string> {
    const response = await fetch(jwksUri, {
      signal: AbortSignal.timeout(settings.fetchTimeout ?? DEFAULT_FETCH_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error('fetch failed');
    const { keys } = (await response.json()) as { readonly keys: readonly (JsonWebKey & { readonly kid?: string })[] };
    const jwk = keys.find((key) => key.kid === kid);
    if (jwk === undefined) throw new Error('no applicable key');
    return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
  }

  const verify = createFastVerifier({
    key: ({ header }) => fetchKey(header.kid),
    algorithms: ['ES256', 'RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    clockTolerance: settings.leeway ?? 0,
    cache: true,
    ...(settings.verdictCacheTtl === undefined ? {} : { cacheTTL: settings.verdictCacheTtl }),
  });
  return async (token) => {
    try {
      return accepted(await verify(token));
    } catch (error) {
      return refused(error);
    }
  };
};
