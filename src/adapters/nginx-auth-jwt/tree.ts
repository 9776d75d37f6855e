import type { Location } from '../../model/location.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import { MASK } from '../../source/placeholder.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, rootOf } from '../config-node.ts';

/** One directive of an nginx configuration, with the block that it stands in. */
export interface Directive {
  readonly name: string;
  /** The words after the name. */
  readonly words: readonly string[];
  readonly node: ConfigNode;
  readonly at: Location;
  /** Null for the root, whose name is empty. */
  readonly parent: Directive | null;
  /** Directives inside; null where it ends in a semicolon. */
  readonly block: readonly Directive[] | null;
  /** The directives inside by name: a file may have tens of thousands. */
  readonly byName: ReadonlyMap<string, readonly Directive[]>;
}

export function treeOf(document: ConfigDocument): Directive {
  const node = rootOf(document);
  const root: Directive = {
    name: '',
    words: [],
    node,
    at: node.at,
    parent: null,
    get block() {
      return inside;
    },
    get byName() {
      return index;
    },
  };
  const inside = items(node).map((directive) => directiveOf(directive, root));
  const index = indexOf(inside);
  return root;
}

function directiveOf(node: ConfigNode, parent: Directive): Directive {
  const [name = '', ...words] = items(child(node, 'words')).map(({ value }) => String(value));
  const block = child(node, 'block');
  const directive: Directive = {
    name,
    words,
    node,
    get at() {
      return node.at;
    },
    parent,
    get block() {
      return inside;
    },
    get byName() {
      return index;
    },
  };
  const inside = block === null ? null : items(block).map((each) => directiveOf(each, directive));
  const index = indexOf(inside ?? []);
  return directive;
}

function indexOf(directives: readonly Directive[]): ReadonlyMap<string, readonly Directive[]> {
  const index = new Map<string, Directive[]>();
  for (const directive of directives) {
    const same = index.get(directive.name);
    if (same === undefined) index.set(directive.name, [directive]);
    else same.push(directive);
  }
  return index;
}

/** The directive and all below it, depth first. */
export function* everyDirective(directive: Directive): Iterable<Directive> {
  yield directive;
  for (const each of directive.block ?? []) yield* everyDirective(each);
}

/** The block and those around it, innermost first. */
export function* outwards(block: Directive): Iterable<Directive> {
  for (let level: Directive | null = block; level !== null; level = level.parent) yield level;
}

export function named(block: Directive, name: string): readonly Directive[] {
  return block.byName.get(name) ?? [];
}

/** Directives of a name that hold for a block: those of the innermost level that has any. */
export function inherited(block: Directive, name: string): readonly Directive[] {
  for (const level of outwards(block)) {
    const found = named(level, name);
    if (found.length > 0) return found;
  }
  return [];
}

/** Words that only the environment, a template or a request fills in. */
export function isFilledIn(word: string): boolean {
  return word.includes('$') || word.includes(MASK);
}

/** Whether an `auth_jwt` asks for a token. */
export function isOn({ name, words }: Directive): boolean {
  return name === 'auth_jwt' && words.length > 0 && words[0] !== 'off';
}

/** The `auth_jwt` that holds in a block; null where there is none. */
export function switchOf(block: Directive): Directive | null {
  return inherited(block, 'auth_jwt')[0] ?? null;
}

/** Whether a variable or a template decides if `auth_jwt` is on; in the text of a realm they are harmless. */
export function mayBeOff({ words }: Directive): boolean {
  const [realm = ''] = words;
  return /^\$\{?\w+\}?$/.test(realm) || (realm.includes(MASK) && realm.replaceAll(MASK, '') === '');
}

/** `server api.example.com, location /orders`, stable under reordering. */
export function labelOf(block: Directive): string {
  const parts: string[] = [];
  for (const level of outwards(block)) {
    const [serverName] = named(level, 'server_name');
    const [listen] = named(level, 'listen');
    if (level.name === 'server')
      parts.unshift(`server ${serverName?.words[0] ?? listen?.words[0] ?? 'without a name'}`);
    else if (['location', 'limit_except', 'if'].includes(level.name)) {
      parts.unshift([level.name, ...level.words].join(' '));
    }
  }
  return parts.length === 0 ? 'http' : parts.join(', ').replaceAll(/\uE000+/g, '…');
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** Milliseconds of a time of nginx, as `1h 30m`, where `M` is 30 days and a bare number counts seconds; null when it is none. */
export function timeOf(text: string): Bound | null {
  const part = /(\d+)(ms|[smhdwMy]?)\s*/g;
  if (text === '' || text.replaceAll(part, '') !== '') return null;
  let total = 0;
  for (const [, digits = '', unit = ''] of text.matchAll(part)) total += Number(digits) * (UNITS[unit] ?? 1000);
  return total <= Number.MAX_SAFE_INTEGER ? millis(total) : null;
}
