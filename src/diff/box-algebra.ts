/** Intersection and difference of boxes and of unions of boxes: exact, and each part knows the axis that made it. */
import type { AxisName } from './axis.ts';
import { AXES } from './axis.ts';
import type { Box, Point } from './box.ts';

/** Above this many parts a difference is given up: no policy anybody wrote comes near it. */
export const MAX_BOXES = 10_000;

/** A part of a box that lies beyond another box. */
export interface Part {
  readonly box: Box;
  /** The axis on which it does. */
  readonly axis: AxisName;
}

/** The tokens of both; null when there are none. */
export function commonBox(a: Box, b: Box): Box | null {
  let common: Box | null = a;
  for (const { narrow } of AXES) {
    common = narrow(common, b);
    if (common === null) return null;
  }
  return common;
}

/** The tokens of `a` that are not in `b`, in parts that exclude each other. */
export function boxWithout(a: Box, b: Box): readonly Part[] {
  const beyond = AXES.filter(({ isWithin }) => !isWithin(a, b));
  const apart = beyond.find(({ narrow }) => narrow(a, b) === null);
  // Nothing in common: all of it is beyond.
  if (apart !== undefined) return [{ box: a, axis: apart.name }];
  const parts: Part[] = [];
  let left = a;
  for (const { name, narrow, cut } of beyond) {
    for (const box of cut(left, b)) parts.push({ box, axis: name });
    left = narrow(left, b) ?? left;
  }
  return parts;
}

/** The tokens of some box of `a` and of no box of `b`; null when it takes more parts than anybody can look at. */
export function boxesWithout(a: readonly Box[], b: readonly Box[]): readonly Part[] | null {
  const found: Part[] = [];
  for (const start of a) {
    let parts: readonly Part[] = [{ box: start, axis: 'format' }];
    for (const other of b) {
      parts = parts.flatMap((part) => partWithout(part, other));
      if (parts.length + found.length > MAX_BOXES) return null;
    }
    found.push(...parts);
  }
  return found;
}

/** A part that the other box leaves whole keeps the axis that made it. */
function partWithout(part: Part, other: Box): readonly Part[] {
  const rest = boxWithout(part.box, other);
  return rest.length === 1 && rest[0]?.box === part.box ? [part] : rest;
}

/** Whether some box holds the point. */
export function boxesHold(boxes: readonly Box[], point: Point): boolean {
  return boxes.some((box) => axesBeyond(box, point).length === 0);
}

/** The axes on which the point lies outside of the box. */
export function axesBeyond(box: Box, point: Point): readonly AxisName[] {
  return AXES.filter(({ holds }) => !holds(box, point)).map(({ name }) => name);
}

/**
 * The tokens of `a` that lie beyond `b` on the named axis and within it on all others: what breaks one limit only. Empty where
 * the limits of the other axes leave nothing in common.
 */
export function beyondOnlyOn(name: AxisName, a: Box, b: Box): readonly Box[] {
  let left: Box | null = a;
  for (const axis of AXES) {
    if (axis.name === name) continue;
    left = axis.narrow(left, b);
    if (left === null) return [];
  }
  const within = left;
  return AXES.filter((axis) => axis.name === name).flatMap(({ cut }) => cut(within, b));
}
