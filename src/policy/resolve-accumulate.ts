/** Folds one dimension through the whole graph, bases first, and reports overlays that try to loosen it. */
import type { Problem } from '../model/failure.ts';
import { showLocation } from '../model/location.ts';
import type { Contribution } from '../model/policy.ts';
import type { PolicyDimension } from './meet-field.ts';
import { shortPath } from './meet-field.ts';
import type { PolicyGraph, PolicyNode } from './resolve-graph.ts';

/** What a chain of documents says about one dimension. */
export interface Held<T> {
  readonly value: T;
  /** The contribution that made the value what it is; of several equal ones the first. */
  readonly binding: Contribution;
  /** Everything that was said, in order of application. */
  readonly contributions: readonly Contribution[];
}

/** By node index; undefined where the whole chain is silent. */
export type HeldByNode<T> = readonly (Held<T> | undefined)[];

interface Spoken<T> {
  readonly contribution: Contribution;
  readonly value: T;
}

/** One walk of one dimension through the graph. */
interface Fold<T> {
  readonly dimension: PolicyDimension<T>;
  /** What each document says itself, by node index. */
  readonly spoken: readonly (readonly Spoken<T>[])[];
  readonly held: (Held<T> | undefined)[];
  readonly problems: Problem[];
}

/** Folds the dimension for every node and adds what is wrong with it to `problems`. */
export function accumulate<T>(dimension: PolicyDimension<T>, graph: PolicyGraph, problems: Problem[]): HeldByNode<T> {
  const spoken = graph.nodes.map((node) => readNode(dimension, node, problems));
  const fold: Fold<T> = { dimension, spoken, held: [], problems };
  for (const node of graph.nodes) {
    const inherited = inherit(fold, node);
    const own = meetAll(dimension, spoken[node.index] ?? [], undefined);
    const result = meetAll(dimension, spoken[node.index] ?? [], inherited);
    const refused = inherited === undefined || own === undefined ? null : refusal(fold, node, inherited, own);
    problems.push(...(refused === null ? emptied(fold, node, result) : [refused]));
    fold.held.push(result);
  }
  return fold.held;
}

function readNode<T>(
  dimension: PolicyDimension<T>,
  { document }: PolicyNode,
  problems: Problem[],
): readonly Spoken<T>[] {
  return dimension.read(document.spec).flatMap(({ pointer, raw, meaning }) => {
    const at = document.source.locate(pointer);
    if (meaning !== null) return [{ contribution: { policy: document.name, at, value: raw }, value: meaning.value }];
    problems.push({
      code: 'document/invalid',
      message: `${shortPath(dimension.path)} of TokenPolicy "${document.name}" has no meaning: ${showRaw(raw)}`,
      hint: 'write a duration such as 15m, a network such as 10.0.0.0/8, or leave it out',
      at,
    });
    return [];
  });
}

/** What the bases leave, before the document itself speaks. */
function inherit<T>({ dimension, spoken, held, problems }: Fold<T>, node: PolicyNode): Held<T> | undefined {
  const first = node.bases[0];
  let result = first === undefined ? undefined : held[first.index];
  for (const ancestor of node.beyondFirstBase) {
    for (const said of spoken[ancestor.index] ?? []) {
      const conflict = result === undefined ? null : dimension.lattice.conflict(result.value, said.value);
      if (conflict !== null && result !== undefined) {
        problems.push(exclusion(dimension, node, conflict, [result.binding, said.contribution]));
      }
      result = narrow(dimension, result, said);
    }
  }
  return result;
}

function meetAll<T>(
  dimension: PolicyDimension<T>,
  said: readonly Spoken<T>[],
  start: Held<T> | undefined,
): Held<T> | undefined {
  return said.reduce<Held<T> | undefined>((before, next) => narrow(dimension, before, next), start);
}

function narrow<T>(
  { lattice }: PolicyDimension<T>,
  before: Held<T> | undefined,
  { contribution, value }: Spoken<T>,
): Held<T> {
  if (before === undefined) return { value, binding: contribution, contributions: [contribution] };
  const met = lattice.meet(before.value, value);
  const changed = !lattice.equals(met, before.value);
  return {
    value: changed ? met : before.value,
    binding: changed ? contribution : before.binding,
    contributions: [...before.contributions, contribution],
  };
}

function refusal<T>(fold: Fold<T>, node: PolicyNode, inherited: Held<T>, own: Held<T>): Problem | null {
  const { lattice, path } = fold.dimension;
  const { binding: contribution, value } = own;
  const conflict = lattice.conflict(inherited.value, value);
  if (conflict !== null) return exclusion(fold.dimension, node, conflict, [inherited.binding, contribution]);
  if (!lattice.loosens(value, inherited.value)) return null;
  const limit = limitingContribution(fold, node, inherited, value);
  return {
    code: 'document/invalid',
    message: `overlay "${node.document.name}" loosens ${shortPath(path)} from ${showRaw(limit.value)} (${showLocation(limit.at)}) to ${showRaw(contribution.value)}`,
    hint: `an overlay may only tighten: change base "${limit.policy}", keep ${showRaw(limit.value)}, or add a Waiver that permits it until a day`,
    at: contribution.at,
  };
}

/** The ancestor that forbids what was written: the binding one, or for sets the last that lacks a member of it. */
function limitingContribution<T>(fold: Fold<T>, node: PolicyNode, inherited: Held<T>, value: T): Contribution {
  const forbidding = node.ancestors
    .flatMap((ancestor) => fold.spoken[ancestor.index] ?? [])
    .filter((said) => fold.dimension.lattice.loosens(value, said.value))
    .map(({ contribution }) => contribution);
  return forbidding.includes(inherited.binding) ? inherited.binding : (forbidding.at(-1) ?? inherited.binding);
}

function exclusion<T>(
  { path }: PolicyDimension<T>,
  node: PolicyNode,
  conflict: string,
  [first, second]: readonly [Contribution, Contribution],
): Problem {
  return {
    code: 'document/invalid',
    message: `nothing can be accepted: ${shortPath(path)} of TokenPolicy "${node.document.name}" is ${showRaw(first.value)} at ${showLocation(first.at)} and ${showRaw(second.value)} at ${showLocation(second.at)}, ${conflict}`,
    hint: 'let one document of the chain say it',
    at: second.at,
  };
}

/** Reported where the last possibility went, not again in every policy below. */
function emptied<T>({ dimension, held }: Fold<T>, node: PolicyNode, result: Held<T> | undefined): readonly Problem[] {
  const { lattice, path, whenEmpty } = dimension;
  if (whenEmpty === null || result === undefined || !lattice.isEmpty(result.value)) return [];
  const before = node.bases.flatMap((base) => held[base.index] ?? []);
  if (before.some(({ value }) => lattice.isEmpty(value))) return [];
  const said = result.contributions.map(
    ({ policy, at, value }) => `"${policy}" says ${showRaw(value)} (${showLocation(at)})`,
  );
  return [
    {
      code: 'document/invalid',
      message: `${whenEmpty}: ${shortPath(path)} of TokenPolicy "${node.document.name}" is empty, ${said.slice(-4).join(', ')}`,
      hint: 'leave at least one value that all documents of the chain allow',
      at: result.binding.at,
    },
  ];
}

const MAX_SHOWN = 200;

/** A value as its author wrote it, near enough: `5m`, `ES256, PS256`, `acr: phr, phrh`. */
function showRaw(raw: unknown): string {
  const text = rawText(raw);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}...`;
}

function rawText(raw: unknown): string {
  if (Array.isArray(raw)) return raw.length === 0 ? 'an empty list' : raw.map((item) => rawText(item)).join(', ');
  if (typeof raw === 'object' && raw !== null) {
    if ('issuer' in raw) return String(raw.issuer);
    return Object.entries(raw)
      .map(([name, value]) => `${name}: ${rawText(value)}`)
      .join('; ');
  }
  return String(raw);
}
