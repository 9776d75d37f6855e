/**
 * Every field of a TokenPolicy outside the token classes that documents of a chain can disagree on, with the lattice
 * that settles it. The table of docs/concepts-policies.md#composition is this file and meet-tokens.ts in words.
 */
import type { KeySource, Scenario } from '../model/policy.ts';
import type { Millis } from '../model/quantity.ts';
import type { Labels, TrustedIssuer } from './meet.ts';
import { atLeast, atMost, intersection, issuers, labels, normalPatterns, patterns, strictest } from './meet.ts';
import type { PolicyDimension } from './meet-field.ts';
import {
  acceptsNothingWhenEmpty,
  asIs,
  asMillis,
  coversNothingWhenEmpty,
  distinct,
  field,
  required,
  yielding,
} from './meet-field.ts';

export const SCOPE: {
  readonly environments: PolicyDimension<readonly string[]>;
  readonly services: PolicyDimension<readonly string[]>;
  readonly routes: PolicyDimension<readonly string[]>;
  readonly labels: PolicyDimension<Labels>;
  readonly enforcement: PolicyDimension<'enforce' | 'warn' | 'off'>;
  readonly issuers: PolicyDimension<readonly TrustedIssuer[]>;
} = {
  environments: field(
    'applies_to.environments',
    (spec) => spec.applies_to?.environments,
    normalPatterns,
    coversNothingWhenEmpty(patterns),
  ),
  services: field(
    'applies_to.services',
    (spec) => spec.applies_to?.services,
    normalPatterns,
    coversNothingWhenEmpty(patterns),
  ),
  routes: field(
    'applies_to.routes',
    (spec) => spec.applies_to?.routes,
    normalPatterns,
    coversNothingWhenEmpty(patterns),
  ),
  labels: field('applies_to.labels', (spec) => spec.applies_to?.labels, asIs, labels),
  enforcement: field('enforcement', (spec) => spec.enforcement, asIs, strictest(['enforce', 'warn', 'off'])),
  issuers: yielding(
    field(
      'issuers',
      (spec) => spec.issuers,
      (raw) => raw.map(({ issuer, jwks_uri: jwksUri }) => ({ issuer, jwksUri: jwksUri ?? null })),
      acceptsNothingWhenEmpty(issuers),
    ),
  ),
};

export const KEYS: {
  readonly minRsaBits: PolicyDimension<number>;
  readonly curves: PolicyDimension<readonly string[]>;
  readonly maxAge: PolicyDimension<Millis>;
  readonly rotationInterval: PolicyDimension<Millis>;
  readonly prePublish: PolicyDimension<Millis>;
  readonly overlap: PolicyDimension<Millis>;
  readonly kidRequired: PolicyDimension<boolean>;
  readonly unknownKid: PolicyDimension<'reject' | 'refresh' | 'try_all'>;
  readonly sources: PolicyDimension<readonly KeySource[]>;
} = {
  minRsaBits: field('keys.min_rsa_bits', (spec) => spec.keys?.min_rsa_bits, asIs, atLeast()),
  // Without a word, they follow from the algorithms.
  curves: yielding(field('keys.curves', (spec) => spec.keys?.curves, distinct, intersection())),
  maxAge: field('keys.max_age', (spec) => spec.keys?.max_age, asMillis, atMost()),
  rotationInterval: field('keys.rotation_interval', (spec) => spec.keys?.rotation_interval, asMillis, atMost()),
  // A promise to wait: verifiers need at least this long to learn a key before it signs.
  prePublish: field('keys.pre_publish', (spec) => spec.keys?.pre_publish, asMillis, atLeast()),
  // The other side, an overlap too short for live tokens, is a matter for the linter: it depends on the lifetime.
  overlap: field('keys.overlap', (spec) => spec.keys?.overlap, asMillis, atMost()),
  kidRequired: field('keys.kid_required', (spec) => spec.keys?.kid_required, asIs, required),
  unknownKid: field(
    'keys.unknown_kid',
    (spec) => spec.keys?.unknown_kid,
    asIs,
    strictest(['reject', 'refresh', 'try_all']),
  ),
  sources: field('keys.sources', (spec) => spec.keys?.sources, distinct, acceptsNothingWhenEmpty(intersection())),
};

export const JWKS_CACHE: {
  readonly maxTtl: PolicyDimension<Millis>;
  readonly maxStale: PolicyDimension<Millis>;
  readonly minRefreshInterval: PolicyDimension<Millis>;
  readonly refreshOnUnknownKid: PolicyDimension<boolean>;
} = {
  maxTtl: field('jwks_cache.max_ttl', (spec) => spec.jwks_cache?.max_ttl, asMillis, atMost()),
  maxStale: field('jwks_cache.max_stale', (spec) => spec.jwks_cache?.max_stale, asMillis, atMost()),
  minRefreshInterval: field(
    'jwks_cache.min_refresh_interval',
    (spec) => spec.jwks_cache?.min_refresh_interval,
    asMillis,
    atMost(),
  ),
  refreshOnUnknownKid: field(
    'jwks_cache.refresh_on_unknown_kid',
    (spec) => spec.jwks_cache?.refresh_on_unknown_kid,
    asIs,
    required,
  ),
};

export interface ObjectiveDimensions {
  readonly max: PolicyDimension<Millis>;
  readonly of: PolicyDimension<'replicas' | 'routes'>;
}

/** `replicas` is the stricter one: every process behind a route has to refuse, not only the one that answered. */
export function objectiveDimensions(scenario: Scenario): ObjectiveDimensions {
  const path = `revocation.objectives.${scenario}`;
  return {
    max: field(`${path}.max`, (spec) => spec.revocation?.objectives?.[scenario]?.max, asMillis, atMost()),
    of: field(
      `${path}.of`,
      (spec) => spec.revocation?.objectives?.[scenario]?.of,
      asIs,
      strictest(['replicas', 'routes']),
    ),
  };
}
