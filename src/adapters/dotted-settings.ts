import type { ConfigFact } from '../model/config.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import { MASK } from '../source/placeholder.ts';
import type { ConfigNode } from './config-node.ts';
import { isMapping, items, members, rootOf } from './config-node.ts';
import { listFact } from './facts.ts';

/** One value of a document whose mappings are written out as dotted names, as Spring and MicroProfile read them. */
export interface DottedSetting {
  /** As written. */
  readonly name: string;
  readonly node: ConfigNode;
}

/** All values of a document by their normal name; of two that are the same, the last counts. */
export interface DottedSettings {
  readonly document: ConfigDocument;
  readonly byName: ReadonlyMap<string, DottedSetting>;
  readonly normalise: (name: string) => string;
}

/** A list or mapping in a list is found by its index too: `audiences[0]`. */
const MAX_DEPTH = 32;

export function dottedSettings(document: ConfigDocument, normalise: (name: string) => string): DottedSettings {
  const byName = new Map<string, DottedSetting>();
  for (const setting of flatten('', rootOf(document), 0)) byName.set(normalise(setting.name), setting);
  return { document, byName, normalise };
}

function* flatten(name: string, node: ConfigNode, depth: number): Generator<DottedSetting> {
  if (depth > MAX_DEPTH) return;
  if (isMapping(node.value)) {
    for (const [key, member] of members(node)) yield* flatten(name === '' ? key : `${name}.${key}`, member, depth + 1);
    return;
  }
  if (name !== '') yield { name, node };
  for (const [index, item] of items(node).entries()) {
    if (isMapping(item.value)) yield* flatten(`${name}[${index}]`, item, depth + 1);
  }
}

/**
 * The value of a setting, with placeholders that the same document answers filled in; null when it is absent or blank.
 *
 * @param name in normal form
 */
export function settingOf(settings: DottedSettings, name: string): ConfigNode | null {
  const found = settings.byName.get(name);
  if (found === undefined) return null;
  const { value } = found.node;
  if (value === null || (typeof value === 'string' && value.trim() === '')) return null;
  return filledNode(settings, found.node);
}

/** Settings whose normal name begins with a prefix, with what follows it. */
export function settingsBelow(
  settings: DottedSettings,
  prefix: string,
): readonly (DottedSetting & { readonly rest: string })[] {
  const sorted = sortedNames(settings.byName);
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.name ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (sorted[end]?.name.startsWith(prefix) === true) end += 1;
  return sorted
    .slice(low, end)
    .sort((a, b) => a.index - b.index)
    .map(({ name, setting }) => ({ ...setting, rest: name.slice(prefix.length) }));
}

interface SortedName {
  readonly name: string;
  readonly setting: DottedSetting;
  readonly index: number;
}

const SORTED = new WeakMap<DottedSettings['byName'], readonly SortedName[]>();

/** Sorted once for each document: a file of a thousand tenants is asked a thousand times. */
function sortedNames(byName: DottedSettings['byName']): readonly SortedName[] {
  const known = SORTED.get(byName);
  if (known !== undefined) return known;
  const sorted = [...byName]
    .map(([name, setting], index) => ({ name, setting, index }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  SORTED.set(byName, sorted);
  return sorted;
}

/** A list, written as one, with commas, or as `name[0]`, `name[1]`. */
export function dottedList(settings: DottedSettings, name: string): ConfigFact<readonly string[]> | undefined {
  const node = settingOf(settings, name);
  if (node !== null) {
    if (!Array.isArray(node.value)) return listFact(node, /,/);
    return listOf(items(node), settings);
  }
  const indexed: ConfigNode[] = [];
  for (let index = 0; ; index += 1) {
    const item = settingOf(settings, `${name}[${index}]`);
    if (item === null) break;
    indexed.push(item);
  }
  return listOf(indexed, settings);
}

function listOf(nodes: readonly ConfigNode[], settings: DottedSettings): ConfigFact<readonly string[]> | undefined {
  const [first] = nodes;
  if (first === undefined) return undefined;
  const texts: string[] = [];
  for (const node of nodes) {
    const fact = listFact(filledNode(settings, node));
    if (fact === undefined) continue;
    if (fact.origin === 'unknown') return fact;
    texts.push(...fact.value);
  }
  return { origin: 'explicit', value: texts, at: first.at, source: null, versions: null };
}

/** The node with its placeholders filled in from the same document, or by their literal defaults, as far as that goes. */
export function filledNode(settings: DottedSettings, node: ConfigNode): ConfigNode {
  if (typeof node.value !== 'string' || !node.value.includes('${')) return node;
  const filled = fill(settings, node.value, 0);
  if (filled === null) return withValue(node, UNDECIDED);
  // A default of a placeholder stays one, so that facts and secrets tell it from what is simply written.
  const isMarked = filled.isFallback && !/[${}]/.test(filled.text);
  return withValue(node, isMarked ? `\${default:${filled.text}}` : filled.text);
}

export function withValue(node: ConfigNode, value: unknown): ConfigNode {
  const { document, pointer } = node;
  return {
    document,
    pointer,
    value,
    get at() {
      return node.at;
    },
    get keyAt() {
      return node.keyAt;
    },
  };
}

/** A placeholder without a default, which every reader takes for unknown. */
const UNDECIDED = '${undecided}';

interface FilledText {
  readonly text: string;
  readonly isFallback: boolean;
}

/** Longest chain of placeholders that refer to one another. */
const MAX_CHAIN = 8;

/** Null when the environment decides. */
function fill(settings: DottedSettings, text: string, depth: number): FilledText | null {
  if (depth > MAX_CHAIN || text.includes(MASK) || text.includes('#{')) return null;
  let result = '';
  let isFallback = false;
  let from = 0;
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', from)) {
    const close = closingBrace(text, open + 2);
    if (close < 0) return null;
    const value = valueOf(settings, text.slice(open + 2, close), depth + 1);
    if (value === null) return null;
    result += text.slice(from, open) + value.text;
    isFallback ||= value.isFallback;
    from = close + 1;
  }
  return { text: result + text.slice(from), isFallback };
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1;
    else if (text.charAt(at) === '}' && (depth -= 1) === 0) return at;
  }
  return -1;
}

/** What `name` or `name:default` stands for. A default that is empty says that the environment decides. */
function valueOf(settings: DottedSettings, placeholder: string, depth: number): FilledText | null {
  const colon = placeholder.indexOf(':');
  const name = colon < 0 ? placeholder : placeholder.slice(0, colon);
  const inFile =
    name.includes('.') && /^[\w.-]+$/.test(name) ? settings.byName.get(settings.normalise(name)) : undefined;
  const value = inFile?.node.value;
  if (typeof value === 'string' || typeof value === 'number') return fill(settings, String(value), depth);
  if (colon < 0 || colon === placeholder.length - 1) return null;
  const filled = fill(settings, placeholder.slice(colon + 1), depth);
  return filled === null ? null : { text: filled.text, isFallback: true };
}
