import type { Arm } from '../model/prediction.ts';
import type { Millis } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';

/** Values of a Drill that nobody wrote. The schema shows them and docs/formats.md lists them. */
export const DRILL_DEFAULTS: {
  readonly targets: readonly string[];
  readonly arms: readonly Arm[];
  readonly stepTimeout: Millis;
  readonly minGap: Millis;
  readonly maxGap: Millis;
  /** Share of the time since containment. */
  readonly relative: number;
  readonly jitter: number;
  readonly quiet: Millis;
  readonly requestsPerSecond: number;
  readonly maxRequests: number;
  readonly recoverTimeout: Millis;
  readonly maxDuration: Millis;
  readonly repeats: number;
  readonly phaseWithin: Millis;
} = {
  targets: ['*'],
  arms: ['quiet'],
  stepTimeout: millis(30_000),
  minGap: millis(200),
  maxGap: millis(5000),
  relative: 0.05,
  jitter: 0.2,
  quiet: millis(60_000),
  requestsPerSecond: 20,
  maxRequests: 20_000,
  recoverTimeout: millis(30_000),
  maxDuration: millis(1_800_000),
  repeats: 2,
  phaseWithin: millis(60_000),
};
