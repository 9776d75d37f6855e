import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

/** jose with its remote key set: the whole set is cached, an unknown kid fetches again after a cooldown. */
export const createVerifier: VerifierFactory = async ({ jwksUri, issuer, audience, settings }) => {
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    ...(settings.keyCacheTtl === undefined ? {} : { cacheMaxAge: settings.keyCacheTtl }),
    ...(settings.cooldown === undefined ? {} : { cooldownDuration: settings.cooldown }),
    ...(settings.fetchTimeout === undefined ? {} : { timeoutDuration: settings.fetchTimeout }),
  });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ['ES256', 'RS256'],
        clockTolerance: (settings.leeway ?? 0) / 1000,
      });
      return accepted(payload);
    } catch (error) {
      return refused(error);
    }
  };
};
