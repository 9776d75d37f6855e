import type { BoundTree } from '../model/prediction.ts';
import { tokenEnds } from './access-token.ts';
import type { VerifierFacts } from './facts.ts';
import { act } from './signing-key.ts';
import { leaf, series } from './tree.ts';

/** Keys that reach every token of a client. */
export const CLIENT_KEYS = ['client_id'] as const;

/**
 * A compromised client mints tokens until the issuer refuses it at every replica; the last of them then lives on until it
 * expires or a list names the client.
 *
 * @see docs/concepts.md#compromised-client
 */
export function clientBound(facts: VerifierFacts): BoundTree {
  const refused = series('the issuer refuses the client', [
    act(facts),
    leaf('rho', 'issuer replicas agree', facts.issuer.replicaConvergence),
  ]);
  return series('client refused, then its last access token', [refused, tokenEnds(facts, CLIENT_KEYS)]);
}
