/** What issuers may mint, as boxes: what the policy declares under `issuance`, else all that it accepts. */
import type { EffectivePolicy, TokenClass } from '../model/policy.ts';
import { acceptedBoxes } from './accepted.ts';
import type { Box } from './box.ts';

/**
 * Tokens that issuers may mint under the policy. What `issuance` does not speak of, times of use and keys, is as in what is
 * accepted; a declared binding says what clients ask for.
 */
export function issuedBoxes(policy: EffectivePolicy, tokenClass: TokenClass): readonly Box[] {
  const issued = policy.issuance[tokenClass];
  const rules = policy.tokens[tokenClass];
  if (issued === undefined || rules === undefined) return acceptedBoxes(policy, tokenClass);
  const { typ, algorithms, audiences, maxLifetime, requiredClaims, claimValues, bindingAccept } = issued;
  // A token that is minted for longer may be used for longer, unless the policy has a limit of its own.
  const maxAge = rules.maxAge.origin === 'derived' ? { ...rules.maxAge, value: maxLifetime.value } : rules.maxAge;
  const minted = {
    ...rules,
    typ,
    algorithms,
    audiences,
    maxLifetime,
    requiredClaims,
    claimValues,
    bindingAccept,
    maxAge,
  };
  return acceptedBoxes({ ...policy, tokens: { ...policy.tokens, [tokenClass]: minted } }, tokenClass);
}
