import { pointerTo } from '../model/document.ts';
import type { Difference } from '../model/verification.ts';

/** Every place at which two JSON values differ, in the order of the first. Numbers are equal when they are the same double. */
export function compareJson(stated: unknown, recomputed: unknown, path = ''): readonly Difference[] {
  if (Array.isArray(stated) && Array.isArray(recomputed)) {
    const length = Math.max(stated.length, recomputed.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      compareJson(stated[index], recomputed[index], pointerTo(path, index)),
    );
  }
  if (isMembers(stated) && isMembers(recomputed)) {
    const names = new Set([...Object.keys(stated), ...Object.keys(recomputed)]);
    return [...names].flatMap((name) => compareJson(own(stated, name), own(recomputed, name), pointerTo(path, name)));
  }
  return Object.is(stated, recomputed) || stated === recomputed ? [] : [{ path, stated, recomputed }];
}

/** A member of the object itself: `__proto__` is a name like any other in JSON. */
function own(members: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
