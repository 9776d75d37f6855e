/** The one way to loosen: an effective policy with exactly the fields widened that a waiver speaks of. */
import type { Location } from '../model/location.ts';
import type { Contribution, EffectivePolicy, Resolved, TokenClass } from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';
import type { Waiver } from '../model/waiver.ts';
import { combineFields, isWritten } from './combine.ts';
import { COMMON_TOKEN_DEFAULTS, TOKEN_DEFAULTS, defaultMaxAge, defaultOverlap } from './defaults.ts';
import { withDigest } from './digest.ts';
import type { PolicyDimension } from './meet-field.ts';

/** One field that a waiver permits something in, held against one policy. */
export interface PermittedField {
  /** Path below `spec` of a policy. */
  readonly path: string;
  /** As the waiver writes it. */
  readonly raw: unknown;
  /** Where the waiver writes it. */
  readonly at: Location;
  /** Whether the policy accepts more with it than without. */
  readonly widens: boolean;
  /** The document that declared the field final; null when none did. */
  readonly final: Contribution | null;
}

export interface Widening {
  readonly policy: EffectivePolicy;
  /** Fields of classes that the policy does not govern are not among them. */
  readonly fields: readonly PermittedField[];
}

/**
 * The policy with what the waiver permits. It accepts all that it accepted before. What follows from a widened value and is
 * not written, such as the greatest age from the lifetime, follows. Whether the waiver is in force, and whether `final`
 * makes it void, is the caller's to say.
 */
export function widenPolicy(policy: EffectivePolicy, waiver: Waiver): Widening {
  const { permits, name } = waiver;
  if (permits === null) return { policy, fields: [] };
  const fields: PermittedField[] = [];
  const widen = <T>(dimension: PolicyDimension<T>, [held]: readonly Resolved<T>[]): Resolved<T> => {
    if (held === undefined) throw new RangeError(`${dimension.path} has no value`);
    return dimension.read(permits.spec).reduce((before, { pointer, raw, meaning }) => {
      const { path, lattice, silence } = dimension;
      const said: Contribution = { policy: `waiver ${name}`, at: permits.locate(pointer), value: raw };
      // What nobody wrote is no limit that could be widened: where the word is missing, a policy has to say it.
      const isOpen = silence !== 'holds' && !isWritten(before);
      const value = isOpen || meaning === null ? before.value : lattice.widen(before.value, meaning.value);
      const widens = !lattice.equals(value, before.value);
      fields.push({ path, raw, at: said.at, widens, final: finalOn(policy, path) });
      if (!widens) return before;
      return { value, origin: 'explicit', at: said.at, source: null, contributions: [...before.contributions, said] };
    }, held);
  };
  const widened = withConsequences({ ...policy, ...combineFields([policy], widen) });
  return { policy: fields.some(({ widens }) => widens) ? widened : policy, fields };
}

/** The document that declared the field, or a group it stands in, final. */
function finalOn({ final }: EffectivePolicy, path: string): Contribution | null {
  return final.find(({ value }) => path === value || path.startsWith(`${String(value)}.`)) ?? null;
}

function withConsequences(policy: EffectivePolicy): EffectivePolicy {
  const tokens = Object.fromEntries(
    TOKEN_CLASSES.flatMap((tokenClass: TokenClass) => {
      const rules = policy.tokens[tokenClass];
      if (rules === undefined) return [];
      const { maxAge, maxLifetime } = rules;
      const followed = isWritten(maxAge) ? maxAge : { ...defaultMaxAge(maxLifetime), contributions: [] };
      return [[tokenClass, { ...rules, maxAge: followed }]];
    }),
  );
  const { overlap } = policy.keys;
  const keys = isWritten(overlap)
    ? policy.keys
    : { ...policy.keys, overlap: { ...neededOverlap(policy), contributions: [] } };
  return withDigest({ ...policy, tokens, keys });
}

function neededOverlap({ tokens, jwksCache }: EffectivePolicy): ReturnType<typeof defaultOverlap> {
  const lifetime = tokens.access_token?.maxLifetime ?? TOKEN_DEFAULTS.access_token.maxLifetime;
  const skew = tokens.access_token?.clockSkew ?? COMMON_TOKEN_DEFAULTS.clockSkew;
  return defaultOverlap(lifetime.value, skew.value, jwksCache.maxTtl.value);
}
