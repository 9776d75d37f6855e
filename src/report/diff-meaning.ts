import type { DimensionChange } from '../model/change.ts';

interface Meaning {
  readonly loosened: string;
  readonly tightened: string;
  /** Where neither value is looser. */
  readonly changed?: string;
}

/**
 * What a looser value gives to somebody with a stolen or forged token, and what a tighter one takes from clients. By
 * names of a path below `spec`; the innermost match counts. For readers who do not know every field.
 */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  enforcement: {
    loosened: 'what the policy refuses is let through',
    tightened: 'what was let through is refused',
  },
  present: { loosened: 'a further class of tokens gets in', tightened: 'no token of this class gets in' },
  applies_to: {
    loosened: 'no policy is enforced here any more, so nothing is refused',
    tightened: 'a policy is enforced where none was',
  },
  drills: { loosened: 'what leaks is practised less often', tightened: 'what leaks is practised more often' },
  issuers: {
    loosened: 'more issuers, or keys from more places, are trusted: whoever signs with them gets in',
    tightened: 'tokens of an issuer, or signed with keys, that are no longer trusted are refused',
    changed: 'other issuers, or keys from other places, are trusted; tokens of the former are refused',
  },
  algorithms: {
    loosened: 'tokens signed with the added algorithm get in; the weakest one decides how hard forging is',
    tightened: 'tokens signed with the removed algorithm are refused',
    changed: 'tokens signed with the added algorithm get in, those with the removed one are refused',
  },
  typ: {
    loosened: 'tokens that were made for another purpose may pass as this class',
    tightened: 'tokens of the removed type are refused',
    changed: 'tokens of the added type get in, those of the removed one are refused',
  },
  audiences: {
    loosened: 'tokens issued for somebody else get in',
    tightened: 'tokens for the removed audience are refused',
    changed: 'tokens for the added audience get in, those for the removed one are refused',
  },
  audience_match: {
    loosened: 'tokens with further audiences get in, and each of those may pass them on',
    tightened: 'tokens with further audiences are refused',
  },
  'lifetime.max': {
    loosened: 'tokens that live longer get in, and a stolen one works for longer unless max_age ends it',
    tightened: 'tokens that live longer are refused',
  },
  'lifetime.absolute_max': {
    loosened: 'a stolen refresh token can be renewed for longer',
    tightened: 'users log in again sooner',
  },
  claim_values: {
    loosened: 'tokens with the added value get in',
    tightened: 'tokens without one of the values that are left are refused',
    changed: 'tokens with the added value get in, those with the removed one are refused',
  },
  crit: {
    loosened: 'tokens that demand the added extension get in',
    tightened: 'tokens that demand the removed extension are refused',
  },
  'ip.cidrs': {
    loosened: 'tokens work from more addresses',
    tightened: 'tokens from the removed addresses are refused',
    changed: 'tokens work from the added addresses and are refused from the removed ones',
  },
  'mtls.ca_bundles': {
    loosened: 'certificates of more authorities count, so more parties can hold a bound token',
    tightened: 'clients with certificates of the removed authorities are refused',
    changed: 'certificates of the added authorities count, those of the removed ones do not',
  },
  max_age: {
    loosened: 'tokens work for longer after they were issued',
    tightened: 'tokens are refused earlier after they were issued, even those that have not ended',
  },
  'clock_skew.max': {
    loosened: 'tokens work for longer after they have ended, and earlier before they begin',
    tightened: 'clients and issuers whose clock is off by more are refused',
  },
  required_claims: {
    loosened: 'tokens without the claim get in, and what reads it finds nothing',
    tightened: 'tokens without the claim are refused',
    changed: 'tokens without the one claim get in, those without the other are refused',
  },
  'binding.accept': {
    loosened: 'a weaker proof is enough; with bearer a stolen token alone is enough',
    tightened: 'clients that do not use one of the methods that are left are refused',
    changed: 'clients must use another way to prove that a token is theirs',
  },
  'dpop.signing_algorithms': {
    loosened: 'proofs signed with the added algorithm count',
    tightened: 'proofs signed with the removed algorithm are refused',
    changed: 'proofs signed with the added algorithm count, those with the removed one are refused',
  },
  'dpop.max_proof_age': {
    loosened: 'a stolen proof works for longer',
    tightened: 'proofs that are older are refused',
  },
  'dpop.require_nonce': {
    loosened: 'proofs can be made ahead of time',
    tightened: 'clients must use the nonce of the server',
  },
  'dpop.require_ath': {
    loosened: 'a proof made for one token works with another',
    tightened: 'proofs must name their token',
  },
  'dpop.replay_cache': {
    loosened: 'a stolen proof works again',
    tightened: 'a proof works once',
  },
  'keys.min_rsa_bits': {
    loosened: 'shorter keys, which are easier to break, are trusted',
    tightened: 'tokens signed with shorter keys are refused',
  },
  'keys.curves': {
    loosened: 'keys on the added curve are trusted',
    tightened: 'tokens signed on the removed curve are refused',
  },
  'keys.sources': {
    loosened: 'keys from a further place are trusted; a place named by the token lets it bring its own key',
    tightened: 'keys from the removed place are not trusted',
  },
  'keys.unknown_kid': {
    loosened: 'a token that names no known key is tried against more keys',
    tightened: 'a token that names no known key is refused earlier',
  },
  'keys.kid_required': {
    loosened: 'tokens that name no key are tried against all of them',
    tightened: 'tokens must name their key',
  },
  'keys.max_age': {
    loosened: 'one key signs for longer, and a leaked one is worth more',
    tightened: 'keys change more often',
  },
  'keys.rotation_interval': {
    loosened: 'keys change less often',
    tightened: 'keys change more often',
  },
  'keys.pre_publish': {
    loosened: 'verifiers have less time to fetch a new key before it signs',
    tightened: 'verifiers have more time to fetch a new key before it signs',
  },
  'jwks_cache.min_refresh_interval': {
    loosened: 'after a look for an unknown key the next one waits for longer',
    tightened: 'an unknown key is looked for more often',
  },
  'jwks_cache.refresh_on_unknown_kid': {
    loosened: 'a new key is only known once the cache has ended',
    tightened: 'a new key is fetched when the first token names it',
  },
  'keys.overlap': {
    loosened: 'a replaced key stays trusted for longer',
    tightened: 'a replaced key ends sooner; tokens that it signed must have ended by then',
  },
  channels: {
    loosened: 'what is revoked through the removed channel works on',
    tightened: 'revocations of a further channel count',
  },
  fail_mode: {
    loosened: 'revoked tokens work while the channel is down',
    tightened: 'every token is refused while the channel is down',
  },
  poll_interval: { loosened: 'a revoked token works for longer', tightened: 'revocations arrive sooner' },
  max_propagation: { loosened: 'a revoked token works for longer', tightened: 'revocations arrive sooner' },
  'rotation.one_time_use': {
    loosened: 'a stolen refresh token can be used beside its owner',
    tightened: 'a refresh token works once',
  },
  'rotation.reuse_detection': {
    loosened: 'using a stolen refresh token again has a milder consequence, or none',
    tightened: 'using a refresh token again has a harder consequence; clients that retry may be logged out',
  },
  objectives: {
    loosened: 'what leaked may stay usable for longer and still meet the promise',
    tightened: 'what leaked must stop working sooner',
  },
  'jwks_cache.max_ttl': {
    loosened: 'a removed signing key stays trusted for longer',
    tightened: 'keys are fetched more often',
  },
  'jwks_cache.max_stale': {
    loosened: 'a removed signing key stays trusted for longer while the issuer is down',
    tightened: 'an outage of the issuer is noticed sooner',
  },
};

/** A waiver is a document of its own. */
const OF_WAIVERS: Meaning = {
  loosened: 'the waiver lets more in, or for longer, beside what the policy accepts',
  tightened: 'the waiver lets less in, or ends sooner',
  changed: 'the waiver lets other tokens in',
};

/** One sentence about what a changed value means; null where the direction says it all or nothing is known. */
export function meaningOf(change: Pick<DimensionChange, 'path' | 'direction' | 'hidden'>): string | null {
  if (change.hidden === undefined) return ownMeaning(change);
  if (change.hidden === 'accepted_anyway') return 'no token can show it: the same tokens get in without the waiver';
  if (change.hidden === 'waiver') {
    return change.direction === 'tightened'
      ? 'a waiver lets such tokens in until it ends'
      : 'what a waiver let in until it ends is let in for good';
  }
  return change.direction === 'tightened'
    ? 'no token can show it: other limits refused such tokens before'
    : 'no token can show it: other limits refuse such tokens still';
}

function ownMeaning({ path, direction }: Pick<DimensionChange, 'path' | 'direction'>): string | null {
  if (path.startsWith('waivers[')) return OF_WAIVERS[direction] ?? null;
  const names = path.replaceAll(/\[[^\]]*\]/g, '').split('.');
  for (let last = names.length; last > 0; last -= 1) {
    for (let first = 0; first < last; first += 1) {
      const found = MEANINGS[names.slice(first, last).join('.')];
      if (found !== undefined) return direction === 'changed' ? (found.changed ?? null) : found[direction];
    }
  }
  return null;
}
