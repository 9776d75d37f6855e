import type { Estate } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy, EffectiveTokenClass, Resolved, TokenClass } from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';
import { perEstate } from './per-estate.ts';

/**
 * Whether a verifier or a token can be held to the policy as it is. A policy that others extend is a building block:
 * what it leaves open, they may fill, so what is missing is only judged where the chain ends.
 */
export function isApplied({ name }: EffectivePolicy, estate: Estate): boolean {
  const { named, extended } = uses(estate);
  return named.has(name) || !extended.has(name);
}

/** Names of policies that verifiers are held to, and of those that others extend. */
const uses = perEstate(({ policies, inventories }) => ({
  named: new Set(inventories.flatMap(({ verifiers }) => verifiers.map(({ policy }) => policy))),
  extended: new Set(policies.flatMap(({ chain }) => chain.slice(1))),
}));

/** Whether the policy's own document wrote the value; an inherited one is judged where it was written. */
export function isOwn(fact: Resolved<unknown>, policy: EffectivePolicy): boolean {
  return fact.contributions.some(
    ({ policy: name, at }) =>
      name === policy.name && at.file === fact.at?.file && at.line === fact.at.line && at.column === fact.at.column,
  );
}

/** Classes of tokens that the policy allows as JWTs. */
export function jwtClasses(policy: EffectivePolicy): readonly EffectiveTokenClass[] {
  return TOKEN_CLASSES.flatMap((tokenClass: TokenClass) => {
    const found = policy.tokens[tokenClass];
    return found !== undefined && found.present.value && found.format.value === 'jwt' ? [found] : [];
  });
}

/** Where a value was written, or where the policy begins when a default applies. */
export function placeOf({ at }: Resolved<unknown>, policy: EffectivePolicy): Location {
  return at ?? policy.at;
}

/** ` by default` for values that nobody wrote. */
export function byDefault({ origin }: { readonly origin: string }): string {
  return origin === 'explicit' ? '' : ' by default';
}

/** `none` in any spelling that a lenient library may read as it. */
export function isNone(algorithm: string): boolean {
  return algorithm.normalize('NFKC').trim().toLowerCase() === 'none';
}

/** Words of a list as the policy's own document wrote them, before the meet and before names are expanded. */
export function ownWords(
  list: Resolved<readonly string[]>,
  policy: EffectivePolicy,
): readonly { readonly word: string; readonly at: Location }[] {
  return list.contributions
    .filter((contribution) => contribution.policy === policy.name)
    .flatMap(({ value, at }) => (Array.isArray(value) ? value.map((word) => ({ word: String(word), at })) : []));
}
