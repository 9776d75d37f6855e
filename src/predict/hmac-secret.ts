import type { BoundTree } from '../model/prediction.ts';
import { listBounds } from './channels.ts';
import type { VerifierFacts } from './facts.ts';
import { withDerivedSessions } from './sessions.ts';
import { SIGNING_KEY_KEYS, act, deployment } from './signing-key.ts';
import { fastest, series } from './tree.ts';

/**
 * A leaked secret is in the configuration of everybody who signs or verifies with it, and whoever has it signs what they
 * like: it ends by a deployment everywhere, or by its kid on a denylist.
 *
 * @see docs/concepts.md#leaked-hmac-secret
 */
export function hmacSecretBound(facts: VerifierFacts): BoundTree {
  const ways = [
    deployment('secret replaced by deployment', facts),
    ...listBounds(facts, SIGNING_KEY_KEYS).map((channel) => series('the kid on a channel', [act(facts), channel])),
  ];
  return withDerivedSessions(facts, fastest('it ends', ways));
}

/** Secrets are part of a configuration; a key set that is fetched holds public keys. */
export function holdsSecrets({ product }: VerifierFacts): boolean {
  return product.cacheClass === 'f';
}
