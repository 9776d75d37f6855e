/** Which tokens to try as proof of a change: for each value that changed, one that shows this value alone. */
import type { EffectivePolicy, TokenClass } from '../model/policy.ts';
import { acceptedBoxes } from './accepted.ts';
import type { AcceptanceField, FieldChange } from './field-change.ts';
import type { Box, Point } from './box.ts';
import { AXES } from './axis.ts';
import { beyondOnlyOn, boxesHold, boxesWithout, commonBox } from './box-algebra.ts';
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

export interface ChangedField {
  readonly field: AcceptanceField;
  readonly change: FieldChange;
}

export interface Comparison {
  readonly tokenClass: TokenClass;
  readonly before: GovernedSide;
  readonly after: GovernedSide;
  /** Fields of the policies that differ. */
  readonly fields: readonly ChangedField[];
  /** Names of waivers that differ. */
  readonly waivers: readonly string[];
}

/** More points than this are not tried: the first nearly always proves it. */
const MAX_POINTS = 8;

/**
 * One wish for each changed value and side on which it tells something. A value that shows nothing by itself, because another
 * one that changed too hides it, is shown together with that one.
 */
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
  const wish = (paths: readonly string[], boxes: readonly Box[], simplest: readonly Box[] = []): readonly Wanted[] => {
    const beyond = (boxesWithout(boxes, rejecting.boxes) ?? []).map(({ box }) => box);
    const points = [...pointsOf(simplest, rejecting.boxes), ...pointsOf(beyond, rejecting.boxes)];
    return points.length === 0 ? [] : [{ accepted, paths, boxes: beyond, points }];
  };
  const opposite = accepted === 'after' ? 'tightened' : 'loosened';
  const fields = comparison.fields
    .filter(({ change }) => change.direction !== opposite)
    .map(({ field }) => ({ field, shown: shownBy([field], accepting, rejecting, comparison.tokenClass) }));
  const alone = fields.map(({ field, shown }) => ({ field, shown, wishes: wish([field.path], shown) }));
  const hidden = alone.filter(({ wishes }) => wishes.length === 0);
  const told = new Set<AcceptanceField>();
  const together = hidden.flatMap(({ field }) => {
    if (told.has(field)) return [];
    for (const other of fields) {
      if (other.field === field) continue;
      const both = shownBy([field, other.field], accepting, rejecting, comparison.tokenClass);
      const more = (boxesWithout(both, other.shown) ?? []).map(({ box }) => box);
      const [found] = wish([field.path, other.field.path], more);
      if (found === undefined) continue;
      // Of two that hide each other one token shows both.
      told.add(other.field);
      return [found];
    }
    return [];
  });
  const waived = comparison.waivers.flatMap((name) => {
    const boxes = accepting.variants.filter(({ waiver }) => waiver === name).flatMap((variant) => variant.boxes);
    return wish([waiverPath(name)], boxes, beyondOneLimit(boxes, rejecting.boxes));
  });
  const found = [...alone.flatMap(({ wishes }) => wishes), ...together, ...waived];
  if (found.length > 0) return found;
  const all = [...comparison.fields.map(({ field }) => field.path), ...comparison.waivers.map(waiverPath)];
  return wish(all, accepting.boxes);
}

export function waiverPath(name: string): string {
  return `waivers[${name}]`;
}

/** What the rejecting side would accept, had these fields stayed as the accepting side has them. */
function shownBy(
  fields: readonly AcceptanceField[],
  accepting: GovernedSide,
  rejecting: GovernedSide,
  tokenClass: TokenClass,
): readonly Box[] {
  const [own] = accepting.variants;
  const [other] = rejecting.variants;
  if (own === undefined || other === undefined) return [];
  const policy = fields.reduce((into, field) => field.carry(own.policy, into), other.policy);
  const carried = acceptedBoxes(policy, tokenClass);
  return own.boxes.flatMap((box) => carried.flatMap((wider) => commonBox(box, wider) ?? []));
}

/** What breaks a single limit: such a token shows best what a waiver is for. */
function beyondOneLimit(boxes: readonly Box[], rejecting: readonly Box[]): readonly Box[] {
  return boxes.flatMap((box) =>
    rejecting.flatMap((other) => AXES.flatMap(({ name }) => beyondOnlyOn(name, box, other))),
  );
}

function pointsOf(boxes: readonly Box[], rejecting: readonly Box[]): readonly Point[] {
  return boxes
    .slice(0, MAX_POINTS)
    .flatMap((box) => pickPoint(box) ?? [])
    .filter((point) => !boxesHold(rejecting, point))
    .toSorted((a, b) => Number(a.age < 0) - Number(b.age < 0));
}
