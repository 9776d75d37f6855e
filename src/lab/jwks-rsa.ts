import type { VerifierSettings } from './config.ts';
import { importPart } from './import-part.ts';

export interface SigningKey {
  readonly getPublicKey: () => string;
}

interface JwksClient {
  readonly getSigningKey: (kid: string | undefined) => Promise<SigningKey>;
}

type ClientOptions = Readonly<Record<string, unknown>>;

export interface JwksRsa {
  (options: ClientOptions): JwksClient;
  readonly expressJwtSecret: (options: ClientOptions) => unknown;
  readonly passportJwtSecret: (options: ClientOptions) => unknown;
}

/** The jwks-rsa package and the options that all three of its uses share. */
export async function loadJwksRsa(
  jwksUri: string,
  settings: VerifierSettings,
): Promise<{ readonly jwksRsa: JwksRsa; readonly options: ClientOptions }> {
  const { default: jwksRsa } = await importPart<{ readonly default: JwksRsa }>('jwks-rsa');
  const options = {
    jwksUri,
    ...(settings.keyCacheTtl === undefined ? {} : { cacheMaxAge: settings.keyCacheTtl }),
    ...(settings.fetchTimeout === undefined ? {} : { timeout: settings.fetchTimeout }),
  };
  return { jwksRsa, options };
}
