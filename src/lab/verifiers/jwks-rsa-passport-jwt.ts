import { importPart } from '../import-part.ts';
import { loadJwksRsa } from '../jwks-rsa.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

type Done = (error: unknown, user: unknown) => void;

/** What Passport adds to a strategy for one request. */
interface RunningStrategy {
  success: (user: unknown) => void;
  fail: (challenge: unknown) => void;
  error: (error: unknown) => void;
  readonly authenticate: (request: { readonly headers: Readonly<Record<string, string>> }) => void;
}

interface PassportJwt {
  readonly default: {
    readonly Strategy: new (
      options: Readonly<Record<string, unknown>>,
      verify: (claims: unknown, done: Done) => void,
    ) => RunningStrategy;
    readonly ExtractJwt: { readonly fromAuthHeaderAsBearerToken: () => unknown };
  };
}

/** passport-jwt with the secret provider of jwks-rsa, run as Passport runs a strategy. */
export const createVerifier: VerifierFactory = async ({ jwksUri, issuer, audience, settings }) => {
  const { jwksRsa, options } = await loadJwksRsa(jwksUri, settings);
  const { default: passportJwt } = await importPart<PassportJwt>('passport-jwt');
  const strategy = new passportJwt.Strategy(
    {
      jwtFromRequest: passportJwt.ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: jwksRsa.passportJwtSecret(options),
      algorithms: ['ES256', 'RS256'],
      issuer,
      audience,
      jsonWebTokenOptions: { clockTolerance: (settings.leeway ?? 0) / 1000 },
    },
    (claims, done) => done(null, claims),
  );
  return (token) =>
    new Promise((resolve) => {
      // Passport gives every request its own object in front of the one strategy.
      const running = Object.create(strategy) as RunningStrategy;
      running.success = (user) => resolve(accepted(user));
      running.fail = (challenge) => resolve(refused(challenge));
      running.error = (error) => resolve(refused(error));
      running.authenticate({ headers: { authorization: `Bearer ${token}` } });
    });
};
