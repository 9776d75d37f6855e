/** The fields of one token class, with the lattice that settles each. */
import type { BindingMethod, TokenClass, TokenClassSpec, TokenPolicySpec } from '../model/policy.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import type { ClaimValues } from './meet.ts';
import { atMost, atMostBound, claimValues, exactly, intersection, networks, strictest, union } from './meet.ts';
import type { PolicyDimension } from './meet-field.ts';
import {
  acceptsNothingWhenEmpty,
  asIs,
  asMillis,
  asNetworks,
  distinct,
  expandAlgorithms,
  field,
  normalTyp,
  permitted,
  required,
  unlimited,
  yielding,
} from './meet-field.ts';

/** Dimensions of one token class. */
export interface TokenDimensions {
  readonly present: PolicyDimension<boolean>;
  readonly format: PolicyDimension<'jwt' | 'opaque'>;
  readonly typ: PolicyDimension<readonly string[]>;
  readonly algorithms: PolicyDimension<readonly string[]>;
  readonly audiences: PolicyDimension<readonly string[]>;
  readonly audienceMatch: PolicyDimension<'any' | 'all' | 'exact'>;
  readonly maxLifetime: PolicyDimension<Millis>;
  readonly absoluteMaxLifetime: PolicyDimension<Bound>;
  readonly maxAge: PolicyDimension<Bound>;
  readonly clockSkew: PolicyDimension<Millis>;
  readonly requiredClaims: PolicyDimension<readonly string[]>;
  readonly claimValues: PolicyDimension<ClaimValues>;
  readonly crit: PolicyDimension<readonly string[]>;
  readonly bindingAccept: PolicyDimension<readonly BindingMethod[]>;
  readonly dpopAlgorithms: PolicyDimension<readonly string[]>;
  readonly dpopMaxProofAge: PolicyDimension<Millis>;
  readonly dpopRequireNonce: PolicyDimension<boolean>;
  readonly dpopRequireAth: PolicyDimension<boolean>;
  readonly dpopReplayCache: PolicyDimension<'required' | 'optional'>;
  readonly mtlsCaBundles: PolicyDimension<readonly string[]>;
  readonly ipCidrs: PolicyDimension<readonly string[]>;
  readonly oneTimeUse: PolicyDimension<boolean>;
  readonly reuseDetection: PolicyDimension<'revoke_family' | 'reject' | 'off'>;
}

const KNOWN = new Map<TokenClass, TokenDimensions>();

/** The dimensions of a class of tokens; the same object every time. */
export function tokenDimensions(tokenClass: TokenClass): TokenDimensions {
  const known = KNOWN.get(tokenClass) ?? dimensionsOf(tokenClass);
  KNOWN.set(tokenClass, known);
  return known;
}

function dimensionsOf(tokenClass: TokenClass): TokenDimensions {
  const at = (path: string): string => `tokens.${tokenClass}.${path}`;
  const of = <Raw>(pick: (token: TokenClassSpec) => Raw | undefined) => {
    return (spec: TokenPolicySpec): Raw | undefined => {
      const token = spec.tokens?.[tokenClass];
      return token === undefined ? undefined : pick(token);
    };
  };
  const dpop = <Raw>(pick: (spec: DpopSpec) => Raw | undefined) =>
    of((token) => (token.binding?.dpop === undefined ? undefined : pick(token.binding.dpop)));
  return {
    present: field(
      at('present'),
      of((token) => token.present),
      asIs,
      permitted,
    ),
    format: yielding(
      field(
        at('format'),
        of((token) => token.format),
        asIs,
        exactly(),
      ),
    ),
    typ: field(
      at('typ'),
      of((token) => token.typ),
      (raw) => distinct(raw.map(normalTyp)),
      acceptsNothingWhenEmpty(intersection()),
    ),
    algorithms: field(
      at('algorithms'),
      of((token) => token.algorithms),
      expandAlgorithms,
      acceptsNothingWhenEmpty(intersection()),
    ),
    audiences: yielding(
      field(
        at('audiences'),
        of((token) => token.audiences),
        distinct,
        acceptsNothingWhenEmpty(intersection()),
      ),
    ),
    audienceMatch: field(
      at('audience_match'),
      of((token) => token.audience_match),
      asIs,
      strictest(['exact', 'all', 'any']),
    ),
    maxLifetime: field(
      at('lifetime.max'),
      of((token) => token.lifetime?.max),
      asMillis,
      atMost(),
    ),
    absoluteMaxLifetime: field(
      at('lifetime.absolute_max'),
      of((token) => token.lifetime?.absolute_max),
      asMillis,
      atMostBound,
    ),
    maxAge: field(
      at('max_age'),
      of((token) => token.max_age),
      asMillis,
      atMostBound,
    ),
    clockSkew: field(
      at('clock_skew.max'),
      of((token) => token.clock_skew?.max),
      asMillis,
      atMost(),
    ),
    requiredClaims: field(
      at('required_claims'),
      of((token) => token.required_claims),
      distinct,
      union(),
    ),
    claimValues: field(
      at('claim_values'),
      of((token) => token.claim_values),
      asIs,
      acceptsNothingWhenEmpty(claimValues),
    ),
    crit: field(
      at('crit'),
      of((token) => token.crit),
      distinct,
      intersection(),
    ),
    bindingAccept: field(
      at('binding.accept'),
      of((token) => token.binding?.accept),
      distinct,
      acceptsNothingWhenEmpty(intersection()),
    ),
    dpopAlgorithms: field(
      at('binding.dpop.signing_algorithms'),
      dpop((spec) => spec.signing_algorithms),
      expandAlgorithms,
      intersection(),
    ),
    dpopMaxProofAge: field(
      at('binding.dpop.max_proof_age'),
      dpop((spec) => spec.max_proof_age),
      asMillis,
      atMost(),
    ),
    dpopRequireNonce: field(
      at('binding.dpop.require_nonce'),
      dpop((spec) => spec.require_nonce),
      asIs,
      required,
    ),
    dpopRequireAth: field(
      at('binding.dpop.require_ath'),
      dpop((spec) => spec.require_ath),
      asIs,
      required,
    ),
    dpopReplayCache: field(
      at('binding.dpop.replay_cache'),
      dpop((spec) => spec.replay_cache),
      asIs,
      strictest(['required', 'optional']),
    ),
    mtlsCaBundles: unlimited(
      field(
        at('binding.mtls.ca_bundles'),
        of((token) => token.binding?.mtls?.ca_bundles),
        distinct,
        acceptsNothingWhenEmpty(intersection()),
      ),
    ),
    ipCidrs: unlimited(
      field(
        at('binding.ip.cidrs'),
        of((token) => token.binding?.ip?.cidrs),
        asNetworks,
        acceptsNothingWhenEmpty(networks),
      ),
    ),
    oneTimeUse: field(
      at('rotation.one_time_use'),
      of((token) => token.rotation?.one_time_use),
      asIs,
      required,
    ),
    reuseDetection: field(
      at('rotation.reuse_detection'),
      of((token) => token.rotation?.reuse_detection),
      asIs,
      strictest(['revoke_family', 'reject', 'off']),
    ),
  };
}

type DpopSpec = NonNullable<NonNullable<TokenClassSpec['binding']>['dpop']>;
