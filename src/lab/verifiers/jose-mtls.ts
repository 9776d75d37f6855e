import { mayBeUsedWith, thumbprintOf } from '../certificate-bound.ts';
import type { VerifierFactory } from '../verifier.ts';
import { createVerifier as createJose } from './jose.ts';

/** jose behind a server that ends TLS itself, and compares the certificate of the client as RFC 8705 section 3 asks. */
export const createVerifier: VerifierFactory = async (input) => {
  const verify = await createJose(input);
  return async (token, presented) => {
    const outcome = await verify(token, presented);
    if (outcome.kind !== 'accept' || mayBeUsedWith(token, thumbprintOf(presented.certificate))) return outcome;
    return { kind: 'reject', why: 'invalid' };
  };
};
