/** Holds recorded uses against the policies before and after a change. */
import type { RecordedUse } from '../model/recorded-use.ts';
import type { DecisionInputs, UseDecision } from './decide-use.ts';
import { routeName } from './route-name.ts';
import type { Tally } from './tally.ts';
import { createTally } from './tally.ts';
import type { Shape } from './use-outcome.ts';
import { outcomeOf } from './use-outcome.ts';
import { shapeOf } from './use-shape.ts';

export interface ReplayOptions {
  /** The decision of everything that applied to the use before, and applies after. */
  readonly before: (use: RecordedUse) => UseDecision;
  readonly after: (use: RecordedUse) => UseDecision;
  /** What either of them looks at; null makes every use a decision of its own. */
  readonly inputs: DecisionInputs | null;
  /** Clients and routes that are told one by one. */
  readonly top?: number;
}

/** The two halves of `add`: a decision for a use, and a line that has it. */
export interface ShapeCounter {
  readonly shapeFor: (use: RecordedUse) => Shape;
  readonly count: Tally['count'];
}

export interface Replay extends ShapeCounter, Tally {
  readonly add: (use: RecordedUse, file: string, line: number) => void;
}

/** Decisions that are remembered. */
const MAX_SHAPES = 50_000;

const TOP = 10;

/** Decides uses in whatever order they come and counts what changes; memory does not grow with their number. */
export function createReplay({ before, after, inputs, top = TOP }: ReplayOptions): Replay {
  const shapes = new Map<string, Shape>();
  const tally = createTally(top);

  const decideShape = (use: RecordedUse): Shape => outcomeOf(before(use), after(use), use.decision);

  const shapeFor = (use: RecordedUse): Shape => {
    if (inputs === null) return decideShape(use);
    const key = shapeOf(use, inputs);
    const known = shapes.get(key);
    if (known !== undefined) return known;
    const shape = decideShape(use);
    if (shapes.size >= MAX_SHAPES) shapes.clear();
    shapes.set(key, shape);
    return shape;
  };

  return {
    ...tally,
    shapeFor,
    add: (use, file, line) => {
      tally.count(shapeFor(use), {
        time: use.time,
        uses: use.count,
        client: use.clientId,
        route: use.route === null ? null : routeName(use.route),
        file,
        line,
      });
    },
  };
}
