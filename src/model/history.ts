import type { Location } from './location.ts';
import type { Observation } from './observation.ts';

/** Everything that was ever observed of one issuer: one NDJSON file. */
export interface IssuerHistory {
  readonly file: string;
  /** The `iss` value; null in recordings that do not say. */
  readonly issuer: string | null;
  readonly jwksUri: string | null;
  readonly environment: string | null;
  /** Oldest first, at least one. */
  readonly observations: readonly Observation[];
  readonly at: Location;
}
