/** From what a chain says about a dimension to the effective value with its origin. */
import type { Fact } from '../model/fact.ts';
import type { Problem } from '../model/failure.ts';
import type { Resolved } from '../model/policy.ts';
import type { PolicyDimension } from './meet-field.ts';
import type { Held } from './resolve-accumulate.ts';
import { accumulate } from './resolve-accumulate.ts';
import type { PolicyGraph, PolicyNode } from './resolve-graph.ts';

/** The effective value at a node; the fallback where nobody in its chain spoke. */
export type LookUp<T> = <U>(node: PolicyNode, fallback: Fact<U>) => Resolved<T | U>;

export function lookUp<T>(dimension: PolicyDimension<T>, graph: PolicyGraph, problems: Problem[]): LookUp<T> {
  const byNode = accumulate(dimension, graph, problems);
  return ({ index }, fallback) => {
    const held = byNode[index];
    return held === undefined ? { ...fallback, contributions: [] } : resolvedFrom(held);
  };
}

export function resolvedFrom<T>({ value, binding, contributions }: Held<T>): Resolved<T> {
  return { value, origin: 'explicit', at: binding.at, source: null, contributions };
}
