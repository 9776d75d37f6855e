import type { Interval, PoolResult, UnitResult } from '../model/drill.ts';

/** How schema/output/drill-result.json writes the precision of a unit. */
export interface WrittenPrecision {
  readonly lateness_ms: number;
  readonly gap_ms: number;
  readonly reduced: boolean;
}

/** How schema/output/drill-result.json writes what is behind the address of a unit. */
export interface WrittenPool extends Omit<PoolResult, 'replicas'> {
  readonly replicas: readonly {
    readonly id: string;
    readonly interval: { readonly lower_ms: number; readonly upper_ms: Interval['upper'] };
    readonly flaps: number;
  }[];
}

/** Nothing for results that do not have it. */
export function precisionOf({ precision }: { readonly precision?: WrittenPrecision }): Pick<UnitResult, 'precision'> {
  if (precision === undefined) return {};
  return { precision: { latenessMs: precision.lateness_ms, gapMs: precision.gap_ms, reduced: precision.reduced } };
}

/** Nothing for units that are one verifier. */
export function poolOf({ pool }: { readonly pool?: WrittenPool }): Pick<UnitResult, 'pool'> {
  if (pool === undefined) return {};
  const replicas = pool.replicas.map(({ id, interval, flaps }) => ({
    id,
    interval: { lower: interval.lower_ms, upper: interval.upper_ms },
    flaps,
  }));
  return { pool: { ...pool, replicas } };
}
