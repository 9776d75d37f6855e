import type { Document, LineCounter } from 'yaml';
import { isPair, isScalar, isSeq, visit } from 'yaml';
import { pointerTo } from '../model/document.ts';
import type { Change, PointedChange } from '../model/fix.ts';
import { shortenDuration } from './shorten-duration.ts';

/** A change of what stands at a place as one of what a pointer names; null when no scalar of that kind stands there. */
export function pointedAt(
  document: Document.Parsed,
  change: Exclude<Change, PointedChange>,
  lines: LineCounter,
): PointedChange | null {
  const offset = (lines.lineStarts[change.at.line - 1] ?? 0) + change.at.column - 1;
  const found = scalarAt(document, offset);
  const value = found === null ? null : replacementOf(found.value, change);
  return found === null || value === null ? null : { kind: 'set', pointer: found.pointer, value };
}

function replacementOf(value: unknown, change: Exclude<Change, PointedChange>): string | number | boolean | null {
  if (change.kind === 'replace') return change.value;
  if (change.kind === 'flip') return typeof value === 'boolean' ? !value : null;
  return shortenDuration(value, change.from, change.to);
}

/** The scalar that begins at an offset, with the pointer to it; null for keys and for what stands inside a list of lists. */
function scalarAt(
  document: Document.Parsed,
  offset: number,
): { readonly pointer: string; readonly value: unknown } | null {
  const found = scalarsOf(document).get(offset);
  const pointer = found === undefined ? null : pointerOf(found.path);
  return found === undefined || pointer === null ? null : { pointer, value: found.value };
}

interface FoundScalar {
  readonly path: readonly unknown[];
  readonly value: unknown;
}

const SCALARS = new WeakMap<Document.Parsed, ReadonlyMap<number, FoundScalar>>();

/** Scalars by the offset they begin at, but for keys. Remembered: a file may be repaired in a thousand places. */
function scalarsOf(document: Document.Parsed): ReadonlyMap<number, FoundScalar> {
  const known = SCALARS.get(document);
  if (known !== undefined) return known;
  const scalars = new Map<number, FoundScalar>();
  visit(document, {
    Scalar(key, node, path) {
      const start = node.range?.[0];
      if (start === undefined || start === null || key === 'key' || scalars.has(start)) return;
      scalars.set(start, { path: [...path, node], value: node.value });
    },
  });
  SCALARS.set(document, scalars);
  return scalars;
}

function pointerOf(path: readonly unknown[]): string | null {
  let pointer = '';
  for (const [index, step] of path.entries()) {
    const parent = path[index - 1];
    if (isPair(step)) {
      if (!isScalar(step.key)) return null;
      pointer = pointerTo(pointer, String(step.key.value));
    } else if (isSeq(parent)) pointer = pointerTo(pointer, parent.items.indexOf(step));
  }
  return pointer;
}
