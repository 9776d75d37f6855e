import type { BoundTree } from '../model/prediction.ts';
import { channelBounds } from './channels.ts';
import type { VerifierFacts } from './facts.ts';
import { CLOCK_ERROR } from './facts.ts';
import { act, withDerivedSessions } from './signing-key.ts';
import { fastest, leaf, series } from './tree.ts';

/** Keys by which a channel can name one leaked access token, or something that it belongs to. */
export const ACCESS_TOKEN_KEYS = ['jti', 'token', 'sid', 'sub', 'client_id'] as const;

/** A leaked access token ends by a channel that names it, or by expiring. */
export function accessTokenBound(facts: VerifierFacts): BoundTree {
  const ways = [
    expiry(facts),
    ...channelBounds(facts, ACCESS_TOKEN_KEYS).map((channel) => series('revoked', [act(facts), channel])),
  ];
  return withDerivedSessions(facts, fastest('the fastest way', ways));
}

/** The longest life of a token from now on: issued this moment, judged by a clock that is behind. */
export function expiry(facts: VerifierFacts): BoundTree {
  const { verdictCacheTtl, product } = facts;
  // Inside the library a cached verdict ends with exp; a gateway's cache of decisions does not know exp.
  const outlives = product.scope !== 'token' && verdictCacheTtl.value !== 0;
  return series('it expires', [
    leaf('L', 'lifetime of access tokens', facts.issuer.accessTokenLifetime),
    leaf('lambda', 'leeway of the verifier', facts.leeway),
    leaf('epsilon', 'clock difference', CLOCK_ERROR),
    ...(outlives ? [leaf('V', 'decisions are cached', verdictCacheTtl)] : []),
  ]);
}
