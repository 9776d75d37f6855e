import { derived, unknownFact } from '../model/fact.ts';
import type { ChannelKey } from '../model/policy.ts';
import type { BoundTree } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { introspectionBounds, listBounds, messageBounds } from './channels.ts';
import type { VerifierFacts } from './facts.ts';
import { CLOCK_ERROR } from './facts.ts';
import { sessionsEndAtExp, withDerivedSessions } from './sessions.ts';
import { act } from './signing-key.ts';
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
  return endings('it ends', facts, [
    ...listBounds(facts, ACCESS_TOKEN_KEYS).map((list) => series('listed', [act(facts), list])),
    ...introspectionBounds(facts).map((answer) =>
      series('revoked at the issuer', [
        act(facts),
        leaf('rho', 'issuer replicas agree', facts.issuer.replicaConvergence),
        answer,
      ]),
    ),
  ]);
}

/**
 * The end of the last token that was minted before the issuer stopped: it expires, a list names what it belongs to, or
 * introspection says so. Then what was made from it.
 */
export function tokenEnds(facts: VerifierFacts, keys: readonly ChannelKey[]): BoundTree {
  return endings('its last access token is dead', facts, [
    ...listBounds(facts, keys),
    ...(endsAccessTokens(facts) ? introspectionBounds(facts) : []),
  ]);
}

/** Log-out messages that end a session also end what was made from its tokens. */
export function logoutBounds(facts: VerifierFacts, keys: readonly ChannelKey[]): readonly BoundTree[] {
  return facts.session.lifetime.value === 0 ? [] : messageBounds(facts, keys);
}

/** Revoking a refresh token need not revoke its access tokens (RFC 7009 section 2.1: SHOULD), so somebody must say it does. */
export function endsAccessTokens({ issuer }: VerifierFacts): boolean {
  return issuer.refreshToken.revokesAccessTokens.value;
}

/** The token's own end and others; sessions made from it outlive each of them, or only the others. */
function endings(label: string, facts: VerifierFacts, others: readonly BoundTree[]): BoundTree {
  if (!sessionsEndAtExp(facts)) return withDerivedSessions(facts, fastest(label, [expiry(facts), ...others]));
  return fastest(label, [expiry(facts), ...others.map((way) => withDerivedSessions(facts, way))]);
}

/** The longest life of a token from now on: issued this moment, judged by a clock that is behind. */
function expiry(facts: VerifierFacts): BoundTree {
  const { verifiesExp, issuer, leeway, verifier } = facts;
  if (!verifiesExp.value) {
    const why = verifiesExp.source ?? 'exp is not looked at';
    const place = verifiesExp.at ?? verifier.at;
    return verifiesExp.origin === 'unknown'
      ? leaf('L', 'whether exp is looked at', unknownFact<Bound>('unknown', why, place))
      : leaf('L', 'nobody looks at exp', derived<Bound>('unbounded', why, place));
  }
  return series('it expires', [
    leaf('L', 'lifetime of access tokens', issuer.accessTokenLifetime),
    leaf('lambda', 'leeway of the verifier', leeway),
    leaf('epsilon', 'clock difference', CLOCK_ERROR),
    ...verdictCacheInFront(facts),
  ]);
}
