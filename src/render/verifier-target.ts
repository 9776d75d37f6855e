import { toTimestamp } from '../model/instant.ts';
import type { Location } from '../model/location.ts';
import type { EffectivePolicy, EffectiveTokenClass, Resolved } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';
import type { Rendered, Unsupported } from './target.ts';

/** What a policy can ask of a verifier beyond issuer and audience, which every target checks. */
export type PolicyField =
  | 'algorithms'
  | 'audience_match'
  | 'typ'
  | 'lifetime.max'
  | 'max_age'
  | 'clock_skew.max'
  | 'required_claims'
  | 'claim_values'
  | 'binding.accept'
  | 'jwks_cache.max_ttl'
  | 'jwks_cache.max_stale'
  | 'jwks_cache.min_refresh_interval'
  | 'jwks_cache.refresh_on_unknown_kid'
  | 'keys.kid_required';

/** For every field why the product does not do what the policy asks; null where it does. */
export type Gaps = Readonly<Record<PolicyField, string | null>>;

/** A policy as a verifier is configured by it. */
export interface VerifierPolicy {
  readonly policy: EffectivePolicy;
  readonly access: EffectiveTokenClass;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface VerifierRendered extends Rendered {
  /** What the policy asks and the product does not do, whatever is written. */
  readonly gaps: readonly Unsupported[];
}

/** Turns a policy into the configuration of one verifier. Its page is docs/render.md. */
export interface VerifierTarget {
  readonly id: string;
  readonly title: string;
  readonly reads: string;
  readonly render: (subject: VerifierPolicy) => VerifierRendered;
}

/** First lines of every artefact. */
export function policyHeader(target: string, { policy, now }: VerifierPolicy): readonly string[] {
  return [
    `Rendered by firebreak render ${target} --policy ${policy.name}. Do not edit: change the TokenPolicy instead.`,
    `sha256:${policy.digest}, as of ${toTimestamp(now)}`,
  ];
}

/** Whole seconds that are not more than the limit; null for one that has no end. */
export function wholeSeconds(bound: Bound): number | null {
  return isFiniteBound(bound) ? Math.floor(bound / 1000) : null;
}

/** One warning for each field that the policy asks for and the product does not do. */
export function gapsOf(subject: VerifierPolicy, product: string, gaps: Gaps): readonly Unsupported[] {
  return DEMANDS.flatMap(({ field, fact, demand }) => {
    const why = gaps[field];
    const asked = why === null ? null : demand(subject);
    if (asked === null) return [];
    return [
      {
        at: fact(subject).at,
        message: `${field} ${asked} is not enforced by ${product}: ${why}`,
        hint: 'enforce it in the service behind it, or let the issuer keep to it',
      },
    ];
  });
}

interface Demand {
  readonly field: PolicyField;
  readonly fact: (subject: VerifierPolicy) => { readonly at: Location | null };
  /** What the policy asks, as text; null when nothing. */
  readonly demand: (subject: VerifierPolicy) => string | null;
}

/** Fields of the policy, in the order of its document. */
const DEMANDS: readonly Demand[] = [
  listDemand('algorithms', ({ access }) => access.algorithms),
  {
    field: 'audience_match',
    fact: ({ access }) => access.audienceMatch,
    demand: ({ access: { audienceMatch } }) => (audienceMatch.value === 'any' ? null : audienceMatch.value),
  },
  listDemand('typ', ({ access }) => access.typ),
  boundDemand('lifetime.max', ({ access }) => access.maxLifetime),
  boundDemand('max_age', ({ access }) => access.maxAge),
  boundDemand('clock_skew.max', ({ access }) => access.clockSkew),
  listDemand('required_claims', ({ access }) => access.requiredClaims),
  {
    field: 'claim_values',
    fact: ({ access }) => access.claimValues,
    demand: ({ access: { claimValues } }) => {
      const names = Object.keys(claimValues.value);
      return names.length === 0 ? null : `of ${names.join(', ')}`;
    },
  },
  {
    field: 'binding.accept',
    fact: ({ access }) => access.bindingAccept,
    demand: ({ access: { bindingAccept } }) =>
      bindingAccept.value.length === 0 || bindingAccept.value.includes('bearer')
        ? null
        : bindingAccept.value.join(', '),
  },
  boundDemand('jwks_cache.max_ttl', ({ policy }) => policy.jwksCache.maxTtl),
  boundDemand('jwks_cache.max_stale', ({ policy }) => policy.jwksCache.maxStale),
  boundDemand('jwks_cache.min_refresh_interval', ({ policy }) => policy.jwksCache.minRefreshInterval),
  {
    field: 'jwks_cache.refresh_on_unknown_kid',
    fact: ({ policy }) => policy.jwksCache.refreshOnUnknownKid,
    demand: ({ policy }) => (policy.jwksCache.refreshOnUnknownKid.value ? 'true' : null),
  },
  {
    field: 'keys.kid_required',
    fact: ({ policy }) => policy.keys.kidRequired,
    demand: ({ policy }) => (policy.keys.kidRequired.value ? 'true' : null),
  },
];

function listDemand(field: PolicyField, fact: (subject: VerifierPolicy) => Resolved<readonly string[]>): Demand {
  return {
    field,
    fact,
    demand: (subject) => {
      const list = fact(subject).value;
      return list.length === 0 ? null : list.join(', ');
    },
  };
}

function boundDemand(field: PolicyField, fact: (subject: VerifierPolicy) => Resolved<Bound>): Demand {
  return {
    field,
    fact,
    demand: (subject) => {
      const limit = fact(subject).value;
      return isFiniteBound(limit) ? showBound(limit) : null;
    },
  };
}
