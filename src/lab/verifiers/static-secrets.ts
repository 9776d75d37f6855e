import { importPart } from '../import-part.ts';
import type { VerifierFactory } from '../verifier.ts';
import { accepted, refused } from '../verifier.ts';

type GetSecret = (header: { readonly kid?: string }, done: (error: Error | null, secret?: Buffer) => void) => void;

interface JsonWebToken {
  readonly verify: (
    token: string,
    secret: GetSecret,
    options: Readonly<Record<string, unknown>>,
    done: (error: Error | null, claims?: unknown) => void,
  ) => void;
}

/** jsonwebtoken with HS256 secrets of its configuration, by kid: nothing is fetched, a change is a new start. */
export const createVerifier: VerifierFactory = async ({ issuer, audience, settings, secrets }) => {
  const { default: jsonwebtoken } = await importPart<{ readonly default: JsonWebToken }>('jsonwebtoken');
  const held = new Map(Object.entries(secrets).map(([kid, secret]) => [kid, Buffer.from(secret, 'base64url')]));
  const secretOf: GetSecret = ({ kid }, done) => {
    const secret = held.get(kid ?? '');
    if (secret === undefined) done(new Error('no secret of that kid'));
    else done(null, secret);
  };
  const options = { issuer, audience, algorithms: ['HS256'], clockTolerance: (settings.leeway ?? 0) / 1000 };
  return (token) =>
    new Promise((resolve) => {
      jsonwebtoken.verify(token, secretOf, options, (error, claims) =>
        resolve(error === null ? accepted(claims) : refused(error)),
      );
    });
};
