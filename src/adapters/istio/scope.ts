import { MASK } from '../../source/placeholder.ts';
import { child, items, members } from '../config-node.ts';
import type { KubernetesResource } from '../kubernetes-resources.ts';

type Scope = Readonly<Record<string, string>>;

/** Policies of this namespace hold for all others too. */
const ROOT_NAMESPACE = 'istio-system';

/** Which workloads a policy is for: its namespace, the labels it selects by, the resources it names. */
export function scopeOf({ node, namespace }: KubernetesResource): Scope {
  const scope: Record<string, string> = {};
  if (namespace !== null) scope['namespace'] = namespace;
  for (const [key, value] of members(child(node, 'spec', 'selector', 'matchLabels'))) {
    scope[`label ${key}`] = typeof value.value === 'string' ? value.value : String(value.value);
  }
  const single = child(node, 'spec', 'targetRef');
  for (const target of [...(single === null ? [] : [single]), ...items(child(node, 'spec', 'targetRefs'))]) {
    const kind = child(target, 'kind')?.value;
    const name = child(target, 'name')?.value;
    scope[`target ${typeof kind === 'string' ? kind : ''}/${typeof name === 'string' ? name : MASK}`] = 'named';
  }
  return scope;
}

/** How many of one policy's workloads another policy is for; `some` also where files do not tell. */
export function coverage(of: Scope, by: Scope): 'all' | 'some' | 'none' {
  const shared = namespaces(of['namespace'], by['namespace']);
  if (shared === 'none') return 'none';
  const extent = weaker(shared, workloads(of, by));
  // One workload can have the labels of both selectors, but hardly one that policies of two namespaces select.
  const isAcross =
    of['namespace'] === ROOT_NAMESPACE && by['namespace'] !== undefined && by['namespace'] !== ROOT_NAMESPACE;
  return extent === 'some' && isAcross && areApart(of, by) ? 'none' : extent;
}

/** Both select, and by labels that they do not share. */
function areApart(of: Scope, by: Scope): boolean {
  const [own, others] = [selectionOf(of), selectionOf(by)];
  return own.length > 0 && others.length > 0 && !own.some(([key, value]) => by[key] === value || value.includes(MASK));
}

function weaker(a: 'all' | 'some' | 'none', b: 'all' | 'some' | 'none'): 'all' | 'some' | 'none' {
  if (a === 'none' || b === 'none') return 'none';
  return a === 'all' && b === 'all' ? 'all' : 'some';
}

function namespaces(of: string | undefined, by: string | undefined): 'all' | 'some' | 'none' {
  if (of === by || by === ROOT_NAMESPACE) return 'all';
  return of === undefined || by === undefined || of === ROOT_NAMESPACE ? 'some' : 'none';
}

function workloads(of: Scope, by: Scope): 'all' | 'some' | 'none' {
  const narrowing = selectionOf(by);
  const own = selectionOf(of);
  if (narrowing.length === 0) return 'all';
  if ([...narrowing, ...own].some(([key, value]) => key.includes(MASK) || value.includes(MASK))) return 'some';
  const targets = narrowing.filter(([key]) => key.startsWith('target '));
  const ownTargets = own.filter(([key]) => key.startsWith('target '));
  if (targets.length > 0 && ownTargets.length > 0) {
    const shared = ownTargets.filter(([key]) => key in by).length;
    return shared === 0 ? 'none' : shared === ownTargets.length ? 'all' : 'some';
  }
  if (targets.length > 0 || ownTargets.length > 0) return 'some';
  if (narrowing.some(([key, value]) => of[key] !== undefined && of[key] !== value)) return 'none';
  return narrowing.every(([key, value]) => of[key] === value) ? 'all' : 'some';
}

const SELECTIONS = new WeakMap<Scope, readonly (readonly [string, string])[]>();

/** Remembered, because each scope is held against all others. */
function selectionOf(scope: Scope): readonly (readonly [string, string])[] {
  const known = SELECTIONS.get(scope);
  if (known !== undefined) return known;
  const selection = Object.entries(scope).filter(isSelection);
  SELECTIONS.set(scope, selection);
  return selection;
}

function isSelection([key]: readonly [string, string]): boolean {
  return key.startsWith('label ') || key.startsWith('target ');
}
