import { makeProof } from '../token/dpop.ts';
import type { SigningKey } from '../token/mint.ts';
import type { Unit } from './prober.ts';

type Headers = Readonly<Record<string, string>>;

/** Presents a bound token as its holder does: a fresh proof for every request (RFC 9449 section 7.1). `now` is in seconds. */
export function presentBound(
  token: string,
  holder: SigningKey,
  { url, method }: Unit,
  now: () => number,
): () => Promise<Headers> {
  return async () => ({
    authorization: `DPoP ${token}`,
    dpop: await makeProof(holder, { method, url, token, now: now() }),
  });
}
