import type { ChecklistItem } from './containment.ts';
import type { Interval } from './drill.ts';
import type { Bound } from './quantity.ts';

/** One thing that somebody did, in words. */
export interface TimelineEntry {
  /** RFC 3339. */
  readonly time: string;
  readonly author: string;
  readonly says: string;
}

/** A step of the plan and what came of it. */
export interface StepRecord {
  readonly id: string;
  readonly says: string;
  readonly state: 'done' | 'failed' | 'uncertain' | 'not-made';
  readonly begun: string | null;
  /** Milliseconds from the first intent to the answer; null without one. */
  readonly took: number | null;
  readonly by: string | null;
  readonly why: string | null;
}

/** A place that verifies tokens, as promised and as seen. */
export interface UnitRecord {
  readonly unit: string;
  readonly verifier: string;
  readonly state: 'contained' | 'open' | 'expired' | 'unproven';
  readonly why: string;
  /** Milliseconds after containment began; null where nothing was seen. */
  readonly contained: Interval | null;
  readonly recovered: Interval | null;
  readonly predicted: Bound;
  readonly model: string;
}

/** Where an incident stands, from its journals. */
export interface IncidentState {
  readonly incident: {
    readonly name: string;
    readonly leaked: string;
    readonly issuer: string | null;
    readonly lead: string;
    readonly since: number;
    readonly opened: number;
  };
  /** Of what is proven: instants in milliseconds since the epoch. */
  readonly containmentBegan: number | null;
  readonly contained: Interval | null;
  readonly shownBy: readonly string[];
  readonly closed: { readonly time: string; readonly by: string; readonly anyway: string | null } | null;
  readonly timeline: readonly TimelineEntry[];
  readonly steps: readonly StepRecord[];
  readonly units: readonly UnitRecord[];
  /** Unit-seconds in which it was accepted since it leaked, and since containment began. */
  readonly exposure: { readonly sinceLeak: Interval; readonly sinceContainment: Interval } | null;
  readonly affected: { readonly subjects: number; readonly clients: number; readonly tokens: number } | null;
  readonly checklist: readonly ChecklistItem[];
  /** What keeps it from being closed. */
  readonly unproven: readonly string[];
  /** What was missing, and what would have helped. */
  readonly gaps: readonly string[];
  readonly actions: readonly string[];
}
