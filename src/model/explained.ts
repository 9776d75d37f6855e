import type { FactOrigin } from './fact.ts';
import type { Location } from './location.ts';

/** One effective value with everything that made it what it is. */
export interface ExplainedValue {
  /** Path below `spec`. */
  readonly path: string;
  /** For people: `5m`, `ES256, PS256`. */
  readonly text: string;
  readonly value: unknown;
  readonly origin: FactOrigin;
  readonly at: Location | null;
  readonly source: string | null;
  /** What documents say, bases first; the binding one made the value. */
  readonly said: readonly {
    readonly policy: string;
    readonly value: unknown;
    readonly at: Location;
    readonly isBinding: boolean;
  }[];
  /** What the value is under each waiver in force that changes it. */
  readonly waived: readonly {
    readonly waiver: string;
    readonly text: string;
    /** Last day. */
    readonly until: string;
    readonly at: Location;
  }[];
  /** The most it may be. */
  readonly ceilings: readonly {
    readonly guardrail: string;
    readonly text: string;
    readonly at: Location;
    readonly isKept: boolean;
  }[];
}

/** A part of a policy that is no single value: a channel, a drill, a selector. */
export interface ExplainedPart {
  readonly path: string;
  readonly text: string;
  readonly at: Location | null;
}

export interface ExplainedPolicy {
  readonly name: string;
  readonly owner: string | null;
  /** Nearest first. */
  readonly chain: readonly string[];
  readonly digest: string;
  readonly values: readonly ExplainedValue[];
  readonly parts: readonly ExplainedPart[];
}

/** Everything that holds for one target. */
export interface ExplainedTarget {
  /** As it was asked for: `payments@prod/v1/orders`. */
  readonly target: string;
  readonly contributors: readonly {
    readonly name: string;
    readonly enforcement: 'enforce' | 'warn' | 'off';
    readonly at: Location;
  }[];
  /** Policies that hold for a part of the target only, a route of it; they are not among the contributors. */
  readonly partly: readonly { readonly name: string; readonly at: Location }[];
  /** Null when the target is ungoverned. */
  readonly policy: ExplainedPolicy | null;
  /** Contradictions and void waivers, in words. */
  readonly problems: readonly {
    readonly message: string;
    readonly hint: string | null;
    readonly at: Location | null;
  }[];
}
