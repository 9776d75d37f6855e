import type { BoundTree } from '../model/prediction.ts';
import { logoutBounds, tokenEnds } from './access-token.ts';
import type { VerifierFacts } from './facts.ts';
import { act } from './signing-key.ts';
import { fastest, leaf, series } from './tree.ts';

/** Keys that reach everything of a session or of its user. */
export const SESSION_KEYS = ['sid', 'sub'] as const;

/**
 * A stolen session mints tokens until it ends at every replica of the issuer. Here the last of them lives on, and then
 * what was made from it, unless a log-out message ends both.
 *
 * @see docs/concepts.md#stolen-session
 */
export function userSessionBound(facts: VerifierFacts): BoundTree {
  const ended = series('the session ends at the issuer', [
    act(facts),
    leaf('rho', 'issuer replicas agree', facts.issuer.replicaConvergence),
  ]);
  const here = fastest('it ends here', [tokenEnds(facts, SESSION_KEYS), ...logoutBounds(facts, SESSION_KEYS)]);
  return series('session ended, then what came of it', [ended, here]);
}
