import type { VantageResult } from '../model/vantage.ts';

/** A vantage point as schema/output/drill-result.json writes it. */
export interface WrittenVantage extends Omit<VantageResult, 'clock'> {
  readonly clock: { readonly samples: number; readonly half_width_ms: number } | null;
}

export function vantageOf({ clock, ...vantage }: WrittenVantage): VantageResult {
  return {
    ...vantage,
    clock: clock === null ? null : { samples: clock.samples, halfWidthMs: clock.half_width_ms },
  };
}
