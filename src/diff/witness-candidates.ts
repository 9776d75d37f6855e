/** Which tokens to try as proof of a change: for each value that changed, one that shows this value alone. */
import type { EffectivePolicy, TokenClass } from '../model/policy.ts';
import { acceptedBoxes } from './accepted.ts';
import type { AcceptanceField } from './field-change.ts';
import type { Box, Point } from './box.ts';
import { boxesHold, boxesWithout, commonBox } from './box-algebra.ts';
import { pickPoint } from './pick-point.ts';

/** What holds at a target on one side. */
export interface GovernedSide {
  /** A token is accepted when one of them accepts it: the policies together, then what each waiver makes of them. */
  readonly variants: readonly Variant[];
  readonly boxes: readonly Box[];
}

export interface Variant {
  /** Null for the policies themselves. */
  readonly waiver: string | null;
  readonly policy: EffectivePolicy;
  readonly boxes: readonly Box[];
}

/** A token to prove, with what it is to show. */
export interface Wanted {
  readonly accepted: 'before' | 'after';
  readonly paths: readonly string[];
  /** All tokens that show it. */
  readonly boxes: readonly Box[];
  /** Some of them, in order of preference; any one will do. */
  readonly points: readonly Point[];
}

export interface Comparison {
  readonly tokenClass: TokenClass;
  readonly before: GovernedSide;
  readonly after: GovernedSide;
  /** Fields of the policies that differ. */
  readonly fields: readonly AcceptanceField[];
  /** Names of waivers that differ. */
  readonly waivers: readonly string[];
}

/** More points than this are not tried: the first nearly always proves it. */
const MAX_POINTS = 8;

/** One wish for each changed value and side on which it tells something; for a side that no single value explains, one for all. */
export function wantedWitnesses(comparison: Comparison): readonly Wanted[] {
  return [
    ...wantedOf('after', comparison.after, comparison.before, comparison),
    ...wantedOf('before', comparison.before, comparison.after, comparison),
  ];
}

function wantedOf(
  accepted: Wanted['accepted'],
  accepting: GovernedSide,
  rejecting: GovernedSide,
  comparison: Comparison,
): readonly Wanted[] {
  const wish = (paths: readonly string[], boxes: readonly Box[]): readonly Wanted[] => {
    const beyond = (boxesWithout(boxes, rejecting.boxes) ?? []).map(({ box }) => box);
    const points = pointsOf(beyond, rejecting.boxes);
    return points.length === 0 ? [] : [{ accepted, paths, boxes: beyond, points }];
  };
  const singles = [
    ...comparison.fields.flatMap((field) =>
      wish([field.path], shownBy(field, accepting, rejecting, comparison.tokenClass)),
    ),
    ...comparison.waivers.flatMap((name) =>
      wish(
        [waiverPath(name)],
        accepting.variants.filter(({ waiver }) => waiver === name).flatMap(({ boxes }) => boxes),
      ),
    ),
  ];
  if (singles.length > 0) return singles;
  const all = [...comparison.fields.map(({ path }) => path), ...comparison.waivers.map(waiverPath)];
  return wish(all, accepting.boxes);
}

export function waiverPath(name: string): string {
  return `waivers[${name}]`;
}

/** What the rejecting side would accept, had this one field stayed as the accepting side has it. */
function shownBy(
  field: AcceptanceField,
  accepting: GovernedSide,
  rejecting: GovernedSide,
  tokenClass: TokenClass,
): readonly Box[] {
  const [own] = accepting.variants;
  const [other] = rejecting.variants;
  if (own === undefined || other === undefined) return [];
  const carried = acceptedBoxes(field.carry(own.policy, other.policy), tokenClass);
  return own.boxes.flatMap((box) => carried.flatMap((wider) => commonBox(box, wider) ?? []));
}

function pointsOf(boxes: readonly Box[], rejecting: readonly Box[]): readonly Point[] {
  return boxes
    .slice(0, MAX_POINTS)
    .flatMap((box) => pickPoint(box) ?? [])
    .filter((point) => !boxesHold(rejecting, point));
}
