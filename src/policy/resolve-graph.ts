/** Who extends whom: names to documents, unknown names, cycles, and the order in which documents of a chain apply. */
import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';
import { compareLocations } from '../model/location.ts';
import type { TokenPolicySpec } from '../model/policy.ts';
import { nearest } from './nearest.ts';

export type PolicyDocument = ValidDocument<TokenPolicySpec>;

/** One policy whose bases are all known. Nodes are numbered so that every base has a smaller number. */
export interface PolicyNode {
  readonly index: number;
  readonly document: PolicyDocument;
  /** The bases it names, left to right, each once. */
  readonly bases: readonly PolicyNode[];
  /** Every ancestor in order of application: bases left to right, each after its own bases. */
  readonly ancestors: readonly PolicyNode[];
  /** Ancestors that the first base does not bring. */
  readonly beyondFirstBase: readonly PolicyNode[];
}

export interface PolicyGraph {
  readonly nodes: readonly PolicyNode[];
  /** Unknown names, cycles, names declared twice. Policies that hang on one are not among the nodes. */
  readonly problems: readonly Problem[];
}

/** Builds the graph. The result does not depend on the order of the documents. */
export function buildGraph(documents: readonly PolicyDocument[]): PolicyGraph {
  const problems: Problem[] = [];
  const byName = indexByName(documents, problems);
  const walk = new Walk(byName, problems);
  for (const name of [...byName.keys()].sort()) walk.visit(name);
  return { nodes: walk.nodes, problems };
}

export function nameLocation({ source }: PolicyDocument): Location {
  return source.locate('/metadata/name');
}

function indexByName(documents: readonly PolicyDocument[], problems: Problem[]): ReadonlyMap<string, PolicyDocument> {
  const byName = new Map<string, PolicyDocument>();
  const inPlace = [...documents].sort((a, b) => compareLocations(nameLocation(a), nameLocation(b)));
  for (const document of inPlace) {
    const first = byName.get(document.name);
    if (first === undefined) {
      byName.set(document.name, document);
      continue;
    }
    problems.push({
      code: 'document/invalid',
      message: `TokenPolicy "${document.name}" is defined twice, first at ${nameLocation(first).file}:${nameLocation(first).line}`,
      hint: 'rename one of the two',
      at: nameLocation(document),
    });
  }
  return byName;
}

interface Frame {
  readonly document: PolicyDocument;
  readonly bases: readonly string[];
  next: number;
}

/** Depth-first walk with its own stack: a chain of any length must not overflow the one of the engine. */
class Walk {
  readonly nodes: PolicyNode[] = [];
  readonly #byName: ReadonlyMap<string, PolicyDocument>;
  readonly #problems: Problem[];
  /** A node when it can be resolved, null when it hangs on a cycle or an unknown name. */
  readonly #done = new Map<string, PolicyNode | null>();
  readonly #open = new Map<string, Frame>();
  readonly #broken = new Set<string>();

  constructor(byName: ReadonlyMap<string, PolicyDocument>, problems: Problem[]) {
    this.#byName = byName;
    this.#problems = problems;
  }

  visit(start: string): void {
    const stack = this.#enter(start);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const base = frame.bases[frame.next];
      if (base === undefined) {
        stack.pop();
        this.#leave(frame);
        continue;
      }
      frame.next += 1;
      if (this.#open.has(base)) this.#reportCycle(base, frame.document);
      else stack.push(...this.#enter(base));
    }
  }

  #enter(name: string): Frame[] {
    const document = this.#byName.get(name);
    if (document === undefined || this.#done.has(name)) return [];
    const bases = [...new Set(document.spec.extends ?? [])];
    for (const base of bases) if (!this.#byName.has(base)) this.#reportUnknown(base, document);
    const frame = { document, bases: bases.filter((base) => this.#byName.has(base)), next: 0 };
    this.#open.set(name, frame);
    return [frame];
  }

  #leave({ document, bases: names }: Frame): void {
    this.#open.delete(document.name);
    const bases = names.flatMap((name) => this.#done.get(name) ?? []);
    if (this.#broken.has(document.name) || bases.length !== names.length) {
      this.#done.set(document.name, null);
      return;
    }
    const node = { index: this.nodes.length, document, bases, ...lineUp(bases) };
    this.nodes.push(node);
    this.#done.set(document.name, node);
  }

  #reportUnknown(base: string, document: PolicyDocument): void {
    this.#broken.add(document.name);
    const near = nearest(base, [...this.#byName.keys()].sort());
    this.#problems.push({
      code: 'document/not-found',
      message: `TokenPolicy "${document.name}" extends "${base}", which no document declares`,
      hint: near === null ? 'add the file that declares it to the paths' : `did you mean "${near}"?`,
      at: extendsLocation(document, base),
    });
  }

  #reportCycle(base: string, from: PolicyDocument): void {
    const path = [...this.#open.keys()];
    const members = path.slice(path.indexOf(base));
    for (const member of members) this.#broken.add(member);
    // Written from its smallest name on, so that the message does not depend on where the walk began.
    const first = [...members].sort()[0] ?? base;
    const turn = members.indexOf(first);
    const cycle = [...members.slice(turn), ...members.slice(0, turn), first];
    this.#problems.push({
      code: 'policy/extends-cycle',
      message: `policies extend each other in a circle: ${shorten(cycle).join(' -> ')}`,
      hint: 'take one of them out of an extends list; what they share belongs in a base of its own',
      at: extendsLocation(from, base),
    });
  }
}

const MAX_NAMES_IN_CYCLE = 12;

function shorten(names: readonly string[]): readonly string[] {
  if (names.length <= MAX_NAMES_IN_CYCLE) return names;
  return [
    ...names.slice(0, MAX_NAMES_IN_CYCLE - 2),
    `(${names.length - MAX_NAMES_IN_CYCLE + 1} more)`,
    ...names.slice(-1),
  ];
}

function extendsLocation({ source, spec }: PolicyDocument, base: string): Location {
  return source.locate(`/spec/extends/${(spec.extends ?? []).indexOf(base)}`);
}

function lineUp(bases: readonly PolicyNode[]): Pick<PolicyNode, 'ancestors' | 'beyondFirstBase'> {
  const [first, ...others] = bases;
  if (first === undefined) return { ancestors: [], beyondFirstBase: [] };
  const firstLine = [...first.ancestors, first];
  const seen = new Set(firstLine);
  const beyondFirstBase: PolicyNode[] = [];
  for (const base of others) {
    for (const ancestor of [...base.ancestors, base]) {
      if (!seen.has(ancestor)) beyondFirstBase.push(ancestor);
      seen.add(ancestor);
    }
  }
  return { ancestors: [...firstLine, ...beyondFirstBase], beyondFirstBase };
}
