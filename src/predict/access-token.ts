import type { BoundTree } from '../model/prediction.ts';
import { introspectionBounds, listBounds } from './channels.ts';
import type { VerifierFacts } from './facts.ts';
import { CLOCK_ERROR } from './facts.ts';
import { act, withDerivedSessions } from './signing-key.ts';
import { fastest, leaf, series } from './tree.ts';
import { verdictCacheInFront } from './verdict-cache.ts';

/** Keys by which a channel can name one leaked access token, or something that it belongs to. */
export const ACCESS_TOKEN_KEYS = ['jti', 'token', 'sid', 'sub', 'client_id'] as const;

/**
 * A leaked access token ends by a channel that names it, by introspection, or by expiring.
 *
 * @see docs/concepts.md#leaked-access-token
 */
export function accessTokenBound(facts: VerifierFacts): BoundTree {
  const ways = [
    expiry(facts),
    ...listBounds(facts, ACCESS_TOKEN_KEYS).map((list) => series('listed', [act(facts), list])),
    ...introspectionBounds(facts).map((answer) =>
      series('revoked at the issuer', [
        act(facts),
        leaf('rho', 'issuer replicas agree', facts.issuer.replicaConvergence),
        answer,
      ]),
    ),
  ];
  return withDerivedSessions(facts, fastest('it ends', ways));
}

/** The longest life of a token from now on: issued this moment, judged by a clock that is behind. */
export function expiry(facts: VerifierFacts): BoundTree {
  return series('it expires', [
    leaf('L', 'lifetime of access tokens', facts.issuer.accessTokenLifetime),
    leaf('lambda', 'leeway of the verifier', facts.leeway),
    leaf('epsilon', 'clock difference', CLOCK_ERROR),
    ...verdictCacheInFront(facts),
  ]);
}
