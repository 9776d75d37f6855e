import type { Pointer } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import type { ConfigDocument } from '../source/config-document.ts';

/** One value of a document, with its place. */
export interface ConfigNode {
  readonly document: ConfigDocument;
  readonly pointer: Pointer;
  readonly value: unknown;
  readonly at: Location;
  /** Position of its key; of the value where there is no key. */
  readonly keyAt: Location;
}

export function rootOf(document: ConfigDocument): ConfigNode {
  return nodeAt(document, '', document.data);
}

/** Steps down; null when a member is absent. A step may name alternatives, as protobuf's two spellings: `a|b`. */
export function child(node: ConfigNode | null, ...path: readonly (string | number)[]): ConfigNode | null {
  let current = node;
  for (const step of path) {
    if (current === null) return null;
    current = oneStep(current, step);
  }
  return current;
}

/** Members of a mapping in their order; none for anything else. */
export function members(node: ConfigNode | null): readonly (readonly [string, ConfigNode])[] {
  if (node === null || !isMapping(node.value)) return [];
  return Object.entries(node.value).map(
    ([name, value]) => [name, nodeAt(node.document, pointerTo(node.pointer, name), value)] as const,
  );
}

/** Items of a list; none for anything else. */
export function items(node: ConfigNode | null): readonly ConfigNode[] {
  if (node === null || !Array.isArray(node.value)) return [];
  return node.value.map((value: unknown, index) => nodeAt(node.document, pointerTo(node.pointer, index), value));
}

/** The node and everything below it, depth first. */
export function* descendants(node: ConfigNode): Iterable<ConfigNode> {
  yield node;
  for (const [, member] of members(node)) yield* descendants(member);
  for (const item of items(node)) yield* descendants(item);
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneStep(node: ConfigNode, step: string | number): ConfigNode | null {
  if (typeof step === 'number') {
    return Array.isArray(node.value) && step < node.value.length
      ? nodeAt(node.document, pointerTo(node.pointer, step), node.value[step])
      : null;
  }
  if (!isMapping(node.value)) return null;
  for (const name of [step, ...(step.includes('|') ? step.split('|') : [])]) {
    if (Object.hasOwn(node.value, name)) return nodeAt(node.document, pointerTo(node.pointer, name), node.value[name]);
  }
  return null;
}

/** Positions are looked up when they are asked for: most values of a file never are. */
function nodeAt(document: ConfigDocument, pointer: Pointer, value: unknown): ConfigNode {
  return {
    document,
    pointer,
    value,
    get at() {
      return document.locate(pointer);
    },
    get keyAt() {
      return document.locateKey(pointer);
    },
  };
}
