import type { BoundTree } from '../model/prediction.ts';
import { expiry } from './access-token.ts';
import { channelBounds } from './channels.ts';
import type { VerifierFacts } from './facts.ts';
import { act, withDerivedSessions } from './signing-key.ts';
import { fastest, leaf, series } from './tree.ts';

/** Keys that reach the access tokens of a whole family. The jti of tokens that a thief minted is not known. */
export const FAMILY_KEYS = ['sid', 'sub', 'client_id'] as const;

/**
 * A leaked refresh token mints access tokens until it is revoked everywhere at the issuer; the last of them then lives on
 * until it expires or a channel names its family.
 */
export function refreshTokenBound(facts: VerifierFacts): BoundTree {
  const { issuer } = facts;
  const revoked = series('the refresh token is dead', [
    act(facts),
    leaf('rho', 'issuer replicas agree', issuer.replicaConvergence),
    leaf('g', 'a rotated refresh token still works', issuer.refreshToken.reuseGrace),
  ]);
  const rest = fastest('its last access token is dead', [expiry(facts), ...channelBounds(facts, FAMILY_KEYS)]);
  return withDerivedSessions(facts, series('refresh token, then its last access token', [revoked, rest]));
}
