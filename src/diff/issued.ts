/** What issuers may mint, as boxes: what the policy declares under `issuance`, else all that it accepts. */
import type { EffectiveIssuance, EffectivePolicy, EffectiveTokenClass, TokenClass } from '../model/policy.ts';
import { acceptedBoxes } from './accepted.ts';
import type { Box } from './box.ts';

/**
 * Tokens that issuers may mint under the policy, for as long as they live: how old a token is when it is used is nothing that is
 * minted. What `issuance` does not speak of, addresses and keys, is as in what is accepted; a declared binding says what clients
 * ask for.
 */
export function issuedBoxes(policy: EffectivePolicy, tokenClass: TokenClass): readonly Box[] {
  const issued = policy.issuance[tokenClass];
  const rules = policy.tokens[tokenClass];
  if (rules === undefined) return [];
  const minted = { ...rules, ...(issued === undefined ? {} : mintedOf(issued)), maxAge: anyAge(rules) };
  return acceptedBoxes({ ...policy, tokens: { ...policy.tokens, [tokenClass]: minted } }, tokenClass);
}

function mintedOf({
  typ,
  algorithms,
  audiences,
  maxLifetime,
  ...rest
}: EffectiveIssuance): Partial<EffectiveTokenClass> {
  const { requiredClaims, claimValues, bindingAccept } = rest;
  return { typ, algorithms, audiences, maxLifetime, requiredClaims, claimValues, bindingAccept };
}

function anyAge({ maxAge }: EffectiveTokenClass): EffectiveTokenClass['maxAge'] {
  return { ...maxAge, value: 'unbounded' };
}
