/**
 * One walk over every field of effective policies that has a lattice, with the same tables that documents are resolved by.
 * What happens at each field is the caller's: the meet of several policies, the widening of one.
 */
import type { Fact } from '../model/fact.ts';
import type {
  EffectiveIssuance,
  EffectiveObjective,
  EffectivePolicy,
  EffectiveTokenClass,
  Resolved,
  Scenario,
  TokenClass,
} from '../model/policy.ts';
import { SCENARIOS, TOKEN_CLASSES } from '../model/policy.ts';
import { defaultCurves } from './defaults.ts';
import { JWKS_CACHE, KEYS, SCOPE, objectiveDimensions } from './meet-dimensions.ts';
import type { PolicyDimension } from './meet-field.ts';
import { issuanceDimensions } from './meet-issuance.ts';
import { tokenDimensions } from './meet-tokens.ts';
import { acceptedOf, asAccepted } from './resolve-issuance.ts';

/** Makes one value of the values that the policies have for a field; never called without any. */
export type Combine = <T>(dimension: PolicyDimension<T>, values: readonly Resolved<T>[]) => Resolved<T>;

export type CombinedFields = Pick<
  EffectivePolicy,
  'enforcement' | 'issuers' | 'tokens' | 'issuance' | 'keys' | 'jwksCache' | 'objectives'
>;

/** Whether some document writes the value; false for defaults and what follows from other values. */
export function isWritten({ contributions }: Resolved<unknown>): boolean {
  return contributions.length > 0;
}

/**
 * The fields of one policy made of several. A class of tokens that only some of them govern is combined from those: the
 * others have no say on it. Curves that nobody writes follow from the algorithms that are left.
 *
 * @param policies one or more
 */
export function combineFields(policies: readonly EffectivePolicy[], combine: Combine): CombinedFields {
  const enforcement = combine(
    SCOPE.enforcement,
    policies.map((policy) => policy.enforcement),
  );
  const issuers = combine(
    SCOPE.issuers,
    policies.map((policy) => policy.issuers),
  );
  const tokens = combineTokens(policies, combine);
  return {
    enforcement,
    issuers,
    tokens,
    issuance: combineIssuance(policies, combine, tokens),
    keys: combineKeys(policies, combine, tokens),
    jwksCache: combineCache(policies, combine),
    objectives: combineObjectives(policies, combine),
  };
}

function combineTokens(policies: readonly EffectivePolicy[], combine: Combine): EffectivePolicy['tokens'] {
  return Object.fromEntries(
    TOKEN_CLASSES.flatMap((tokenClass) => {
      const governing = policies.flatMap(({ tokens }) => tokens[tokenClass] ?? []);
      return governing.length === 0 ? [] : [[tokenClass, combineClass(tokenClass, governing, combine)]];
    }),
  );
}

function combineClass(
  tokenClass: TokenClass,
  governing: readonly EffectiveTokenClass[],
  combine: Combine,
): EffectiveTokenClass {
  const dimensions = tokenDimensions(tokenClass);
  const of = <T>(dimension: PolicyDimension<T>, pick: (rules: EffectiveTokenClass) => Resolved<T>): Resolved<T> =>
    combine(dimension, governing.map(pick));
  return {
    tokenClass,
    present: of(dimensions.present, (rules) => rules.present),
    format: of(dimensions.format, (rules) => rules.format),
    typ: of(dimensions.typ, (rules) => rules.typ),
    algorithms: of(dimensions.algorithms, (rules) => rules.algorithms),
    audiences: of(dimensions.audiences, (rules) => rules.audiences),
    audienceMatch: of(dimensions.audienceMatch, (rules) => rules.audienceMatch),
    maxLifetime: of(dimensions.maxLifetime, (rules) => rules.maxLifetime),
    absoluteMaxLifetime: of(dimensions.absoluteMaxLifetime, (rules) => rules.absoluteMaxLifetime),
    maxAge: of(dimensions.maxAge, (rules) => rules.maxAge),
    clockSkew: of(dimensions.clockSkew, (rules) => rules.clockSkew),
    requiredClaims: of(dimensions.requiredClaims, (rules) => rules.requiredClaims),
    claimValues: of(dimensions.claimValues, (rules) => rules.claimValues),
    crit: of(dimensions.crit, (rules) => rules.crit),
    bindingAccept: of(dimensions.bindingAccept, (rules) => rules.bindingAccept),
    dpopAlgorithms: of(dimensions.dpopAlgorithms, (rules) => rules.dpopAlgorithms),
    dpopMaxProofAge: of(dimensions.dpopMaxProofAge, (rules) => rules.dpopMaxProofAge),
    dpopRequireNonce: of(dimensions.dpopRequireNonce, (rules) => rules.dpopRequireNonce),
    dpopRequireAth: of(dimensions.dpopRequireAth, (rules) => rules.dpopRequireAth),
    dpopReplayCache: of(dimensions.dpopReplayCache, (rules) => rules.dpopReplayCache),
    mtlsCaBundles: of(dimensions.mtlsCaBundles, (rules) => rules.mtlsCaBundles),
    ipCidrs: of(dimensions.ipCidrs, (rules) => rules.ipCidrs),
    oneTimeUse: of(dimensions.oneTimeUse, (rules) => rules.oneTimeUse),
    reuseDetection: of(dimensions.reuseDetection, (rules) => rules.reuseDetection),
  };
}

function combineIssuance(
  policies: readonly EffectivePolicy[],
  combine: Combine,
  tokens: EffectivePolicy['tokens'],
): EffectivePolicy['issuance'] {
  return Object.fromEntries(
    TOKEN_CLASSES.flatMap((tokenClass): readonly (readonly [TokenClass, EffectiveIssuance])[] => {
      const declared = policies.flatMap(({ issuance }) => issuance[tokenClass] ?? []);
      if (declared.length === 0) return [];
      const dimensions = issuanceDimensions(tokenClass);
      const accepted = acceptedOf(tokenClass, tokens);
      const of = <T>(
        dimension: PolicyDimension<T>,
        pick: (issued: EffectiveIssuance) => Resolved<T>,
        otherwise: Fact<T>,
      ) => {
        const combined = combine(dimension, declared.map(pick));
        return isWritten(combined) ? combined : asAccepted(otherwise);
      };
      const issued: EffectiveIssuance = {
        tokenClass,
        typ: of(dimensions.typ, ({ typ }) => typ, accepted.typ),
        algorithms: of(dimensions.algorithms, ({ algorithms }) => algorithms, accepted.algorithms),
        audiences: of(dimensions.audiences, ({ audiences }) => audiences, accepted.audiences),
        maxLifetime: of(dimensions.maxLifetime, ({ maxLifetime }) => maxLifetime, accepted.maxLifetime),
        requiredClaims: of(dimensions.requiredClaims, ({ requiredClaims }) => requiredClaims, accepted.requiredClaims),
        claimValues: of(dimensions.claimValues, ({ claimValues }) => claimValues, accepted.claimValues),
        bindingAccept: of(dimensions.bindingAccept, ({ bindingAccept }) => bindingAccept, accepted.bindingAccept),
      };
      return [[tokenClass, issued]];
    }),
  );
}

function combineKeys(
  policies: readonly EffectivePolicy[],
  combine: Combine,
  tokens: EffectivePolicy['tokens'],
): EffectivePolicy['keys'] {
  const of = <T>(dimension: PolicyDimension<T>, pick: (keys: EffectivePolicy['keys']) => Resolved<T>): Resolved<T> =>
    combine(
      dimension,
      policies.map(({ keys }) => pick(keys)),
    );
  const curves = of(KEYS.curves, (keys) => keys.curves);
  return {
    minRsaBits: of(KEYS.minRsaBits, (keys) => keys.minRsaBits),
    curves: isWritten(curves) ? curves : { ...defaultCurves(curveAlgorithms(tokens)), contributions: [] },
    maxAge: of(KEYS.maxAge, (keys) => keys.maxAge),
    rotationInterval: of(KEYS.rotationInterval, (keys) => keys.rotationInterval),
    prePublish: of(KEYS.prePublish, (keys) => keys.prePublish),
    overlap: of(KEYS.overlap, (keys) => keys.overlap),
    kidRequired: of(KEYS.kidRequired, (keys) => keys.kidRequired),
    unknownKid: of(KEYS.unknownKid, (keys) => keys.unknownKid),
    sources: of(KEYS.sources, (keys) => keys.sources),
  };
}

/**
 * Algorithms whose curves are accepted where no document names any: those of every class of JWTs, defaults included, once a
 * document names one.
 */
export function curveAlgorithms(tokens: EffectivePolicy['tokens']): readonly string[] {
  const classes = TOKEN_CLASSES.flatMap((tokenClass: TokenClass) => tokens[tokenClass] ?? []).filter(
    ({ present, format }) => present.value && format.value === 'jwt',
  );
  if (!classes.some(({ algorithms }) => isWritten(algorithms))) return [];
  return classes.flatMap(({ algorithms }) => algorithms.value);
}

function combineCache(policies: readonly EffectivePolicy[], combine: Combine): EffectivePolicy['jwksCache'] {
  const of = <T>(
    dimension: PolicyDimension<T>,
    pick: (cache: EffectivePolicy['jwksCache']) => Resolved<T>,
  ): Resolved<T> =>
    combine(
      dimension,
      policies.map(({ jwksCache }) => pick(jwksCache)),
    );
  return {
    maxTtl: of(JWKS_CACHE.maxTtl, (cache) => cache.maxTtl),
    maxStale: of(JWKS_CACHE.maxStale, (cache) => cache.maxStale),
    minRefreshInterval: of(JWKS_CACHE.minRefreshInterval, (cache) => cache.minRefreshInterval),
    refreshOnUnknownKid: of(JWKS_CACHE.refreshOnUnknownKid, (cache) => cache.refreshOnUnknownKid),
  };
}

function combineObjectives(policies: readonly EffectivePolicy[], combine: Combine): EffectivePolicy['objectives'] {
  return Object.fromEntries(
    SCENARIOS.flatMap((scenario: Scenario): readonly (readonly [Scenario, EffectiveObjective])[] => {
      const promised = policies.flatMap(({ objectives }) => objectives[scenario] ?? []);
      if (promised.length === 0) return [];
      const dimensions = objectiveDimensions(scenario);
      const max = combine(
        dimensions.max,
        promised.map((objective) => objective.max),
      );
      const { value: of } = combine(
        dimensions.of,
        promised.map((objective) => withoutPosition(objective.of)),
      );
      return [[scenario, { scenario, max, of }]];
    }),
  );
}

function withoutPosition<T>(value: T): Resolved<T> {
  return { value, origin: 'explicit', at: null, source: null, contributions: [] };
}
