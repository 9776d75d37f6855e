import type { Location } from './location.ts';

/**
 * Where a value comes from.
 * - `explicit`: somebody wrote it; `at` says where.
 * - `default`: the product's default applies; `source` says who says so.
 * - `platform`: the product fixes it, no setting exists.
 * - `derived`: computed from other facts; `source` says how.
 * - `unknown`: templated, missing or not decidable. Never treated as safe.
 */
export type FactOrigin = 'explicit' | 'default' | 'platform' | 'derived' | 'unknown';

/** A value with its origin. Findings built on a default must say that it is one. */
export interface Fact<T> {
  readonly value: T;
  readonly origin: FactOrigin;
  readonly at: Location | null;
  /** RFC and section, product documentation or source file; null for explicit values. */
  readonly source: string | null;
}

export function explicit<T>(value: T, at: Location): Fact<T> {
  return { value, origin: 'explicit', at, source: null };
}

export function defaulted<T>(value: T, source: string, at: Location | null = null): Fact<T> {
  return { value, origin: 'default', at, source };
}

export function platformFixed<T>(value: T, source: string, at: Location | null = null): Fact<T> {
  return { value, origin: 'platform', at, source };
}

export function derived<T>(value: T, source: string, at: Location | null = null): Fact<T> {
  return { value, origin: 'derived', at, source };
}

export function unknownFact<T>(value: T, source: string, at: Location | null = null): Fact<T> {
  return { value, origin: 'unknown', at, source };
}
