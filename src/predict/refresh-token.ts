import type { BoundTree } from '../model/prediction.ts';
import { tokenEnds } from './access-token.ts';
import type { VerifierFacts } from './facts.ts';
import { act } from './signing-key.ts';
import { leaf, series } from './tree.ts';

/** Keys that reach the access tokens of a whole family. The jti of tokens that a thief minted is not known. */
export const FAMILY_KEYS = ['sid', 'sub', 'client_id'] as const;

/**
 * A leaked refresh token mints access tokens until it is revoked everywhere at the issuer; the last of them then lives on
 * until it expires, a list names its family, or introspection says so.
 *
 * @see docs/concepts.md#leaked-refresh-token and RFC 7009 section 2.1
 */
export function refreshTokenBound(facts: VerifierFacts): BoundTree {
  const { issuer } = facts;
  const revoked = series('the refresh token is dead', [
    act(facts),
    leaf('rho', 'issuer replicas agree', issuer.replicaConvergence),
    leaf('g', 'a rotated refresh token still works', issuer.refreshToken.reuseGrace),
  ]);
  return series('refresh token, then its last access token', [revoked, tokenEnds(facts, FAMILY_KEYS)]);
}
