import type { Document, Node, Pair } from 'yaml';
import { LineCounter, Scalar, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Change, FixPlan, FixValue, PointedChange } from '../model/fix.ts';
import { comments } from './comment-texts.ts';
import { refuseText } from './limits.ts';
import { pointedAt } from './pointed-change.ts';
import { lineEndOf, quotedLike, writeFlow, writeScalar } from './write-scalar.ts';

/** A change of the text by offsets. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Target {
  readonly text: string;
  readonly isJson: boolean;
  readonly eol: string;
}

/**
 * Makes changes of meaning in a text, touching nothing else: comments, order, quotes and indentation stay. After each
 * change the text is read back and compared with what was meant.
 *
 * @returns null when the text cannot be changed so, for example because a value is written over several lines
 */
export function editDocument(file: string, text: string, { document, changes }: FixPlan): string | null {
  if (refuseText(file, text) !== null) return null;
  let current = text;
  for (const change of changes) {
    const changed = editOnce(current, document.line, change, file.toLowerCase().endsWith('.json'));
    if (changed === null) return null;
    current = changed;
  }
  return current;
}

function editOnce(text: string, line: number, change: Change, isJson: boolean): string | null {
  const lines = new LineCounter();
  const documents = parse(text, lines);
  const index = documents.findLastIndex(({ range }) => lines.linePos(range[0]).line <= line);
  const document = documents[index];
  if (document === undefined || document.errors.length > 0) return null;
  const pointed = 'pointer' in change ? change : pointedAt(document, change, lines);
  const splice = pointed === null ? null : spliceFor(document, pointed, { text, isJson, eol: lineEndOf(text) });
  if (pointed === null || splice === null) return null;
  const changed = text.slice(0, splice.start) + splice.text + text.slice(splice.end);
  const isMeant = means(changed, { document, index, count: documents.length }, pointed);
  return isMeant && comments(changed) === comments(text) ? changed : null;
}

/** The documents of a text, faulty ones too. */
export function parse(text: string, lines: LineCounter): readonly Document.Parsed[] {
  const parsed = parseAllDocuments(text, {
    version: '1.2',
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
    logLevel: 'silent',
    lineCounter: lines,
  });
  return Array.isArray(parsed) ? (parsed as readonly Document.Parsed[]) : [];
}

/** Whether the changed text reads as the old data with the change applied, and every other document as before. */
function means(
  text: string,
  { document, index, count }: { readonly document: Document.Parsed; readonly index: number; readonly count: number },
  change: PointedChange,
): boolean {
  const after = parse(text, new LineCounter());
  const found = after[index];
  if (found === undefined || after.length !== count || after.some(({ errors }) => errors.length > 0)) return false;
  const wanted = document.clone();
  applyToData(wanted, change);
  const meant = dataOf(wanted);
  return meant !== null && dataOf(found) === meant;
}

/** Null for one whose aliases refer to nothing, or expand without measure. */
export function dataOf(document: Document): string | null {
  try {
    return JSON.stringify(document.toJS());
  } catch (error) {
    if (error instanceof ReferenceError) return null;
    throw error;
  }
}

/** Makes a change in the data of a document. */
export function applyToData(document: Document, change: PointedChange): void {
  const path = segments(change.pointer);
  if (change.kind === 'set') {
    document.setIn(path, change.value);
    return;
  }
  if (change.kind === 'rename-key') {
    const key = pairAt(document, path)?.key;
    if (isScalar(key)) key.value = change.to;
    return;
  }
  const list: unknown = document.getIn(path);
  if (change.kind === 'append-entry') {
    const entry = document.createNode(change.entry);
    return isSeq(list) ? list.add(entry) : document.setIn(path, document.createNode([change.entry]));
  }
  if (!isSeq(list)) return;
  const index = itemIndex(list.items, change.kind === 'append-item' ? null : change.item);
  if (change.kind === 'append-item') list.add(change.item);
  else if (change.kind === 'remove-item') list.delete(index);
  else list.set(index, change.by);
}

/** The change of the text that a change of meaning is; null when it cannot be written. */
export function spliceFor(document: Document.Parsed, change: PointedChange, target: Target): Splice | null {
  if (change.kind === 'set') return setSplice(document, segments(change.pointer), change.value, target);
  if (change.kind === 'rename-key') return renameSplice(document, segments(change.pointer), change.to, target);
  const list: unknown = document.getIn(segments(change.pointer));
  if (!isSeq(list)) {
    return change.kind === 'append-entry' && list === undefined
      ? setSplice(document, segments(change.pointer), [change.entry], target)
      : null;
  }
  const nodes = list.items.filter((item): item is Node => isNode(item));
  if (change.kind === 'append-item') return appendSplice(list, nodes, change.item, target);
  if (change.kind === 'append-entry') return appendSplice(list, nodes, change.entry, target);
  const node = nodes[itemIndex(nodes, change.item)];
  if (node === undefined || !isScalar(node) || isMultiline(node, target.text)) return null;
  return change.kind === 'replace-item'
    ? replaceScalar(node, change.by, target)
    : removeSplice(list.flow === true, node, target);
}

/** What a change may write below the keys that it adds. */
type Added = FixValue | readonly Entry[];

type Entry = Readonly<Record<string, FixValue>>;

function setSplice(document: Document.Parsed, path: readonly string[], value: Added, target: Target): Splice | null {
  let node: unknown = document.contents;
  for (const [depth, key] of path.entries()) {
    if (isSeq(node)) {
      node = node.items[Number(key)];
      continue;
    }
    if (!isMap(node)) return null;
    const pair: Pair | undefined = node.items.find((each) => isScalar(each.key) && each.key.value === key);
    if (pair === undefined) return insertSplice(node, key, nested(path.slice(depth + 1), value), target);
    node = pair.value;
  }
  return isScalar(node) && !isMultiline(node, target.text) && typeof value !== 'object'
    ? replaceScalar(node, value, target)
    : null;
}

/** Null where the new name stands there already. */
function renameSplice(document: Document.Parsed, path: readonly string[], to: string, target: Target): Splice | null {
  const key = pairAt(document, path)?.key;
  const isTaken = pairAt(document, [...path.slice(0, -1), to]) !== null;
  return isScalar(key) && !isTaken && !isMultiline(key, target.text) ? replaceScalar(key, to, target) : null;
}

/** The key and value that a path ends at; null when there is no such key. */
function pairAt(document: Document, path: readonly string[]): Pair | null {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return null;
  return parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) ?? null;
}

/** The value under the keys that are still missing. */
function nested(keys: readonly string[], value: Added): unknown {
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function replaceScalar(node: Scalar, value: string | number | boolean, { isJson }: Target): Splice | null {
  if (node.range === undefined || node.range === null) return null;
  const [start, end] = node.range;
  return { start, end, text: isJson ? JSON.stringify(value) : quotedLike(node.type, value) };
}

function insertSplice(
  map: { readonly items: readonly Pair[]; flow?: boolean; range?: readonly number[] | null },
  key: string,
  value: unknown,
  target: Target,
): Splice | null {
  const { isJson, eol, text } = target;
  const [start = 0] = map.range ?? [];
  const last = map.items.at(-1);
  const written = isJson
    ? `${JSON.stringify(key)}: ${JSON.stringify(value)}`
    : `${writeScalar(key)}: ${writeFlow(value)}`;
  if (last === undefined) return map.flow === true ? { start: start + 1, end: start + 1, text: ` ${written} ` } : null;
  const first = map.items[0];
  if (first === undefined || !isNode(first.key) || !isNode(last.key)) return null;
  const end = contentEnd(isNode(last.value) ? last.value : last.key);
  const lastKey = last.key.range?.[0];
  const firstKey = first.key.range?.[0];
  if (end === null || lastKey === undefined || firstKey === undefined) return null;
  if (map.flow === true) {
    const lead = linePrefix(text, lastKey);
    const separator = /^\s*$/.test(lead) ? `,${eol}${lead}` : ', ';
    return { start: end, end, text: `${separator}${written}` };
  }
  const indent = ' '.repeat(linePrefix(text, firstKey).length);
  return insertLine(end, `${indent}${written}`, target);
}

function appendSplice(
  list: { flow?: boolean; range?: readonly number[] | null },
  items: readonly Node[],
  item: string | Entry,
  target: Target,
): Splice | null {
  const [start = 0] = list.range ?? [];
  const last = items.at(-1);
  const written = target.isJson ? JSON.stringify(item) : writeFlow(item);
  if (last === undefined) return list.flow === true ? { start: start + 1, end: start + 1, text: written } : null;
  const end = contentEnd(last);
  if (end === null) return null;
  if (list.flow === true) {
    const lead = linePrefix(target.text, last.range?.[0] ?? 0);
    const separator = /^\s*$/.test(lead) && lead !== '' ? `,${target.eol}${lead}` : ', ';
    return { start: end, end, text: `${separator}${written}` };
  }
  const indent = ' '.repeat(linePrefix(target.text, start).length);
  return insertLine(end, `${indent}- ${written}`, target);
}

/** A line of its own below the line in which something ends, behind whatever comment stands there. */
function insertLine(end: number, line: string, { text, eol }: Target): Splice {
  // A block text ends behind its line end.
  if (text[end - 1] === '\n') return { start: end, end, text: `${line}${eol}` };
  const lineEnd = text.indexOf('\n', end);
  if (lineEnd < 0) return { start: text.length, end: text.length, text: `${eol}${line}` };
  return { start: lineEnd + 1, end: lineEnd + 1, text: `${line}${eol}` };
}

/** Removes one item; a comment behind it keeps its line. */
function removeSplice(isFlow: boolean, node: Node, { text }: Target): Splice | null {
  if (node.range === undefined || node.range === null) return null;
  const [start, end] = node.range;
  if (isFlow) {
    const after = /^[ \t]*,[ \t]*/.exec(text.slice(end));
    if (after !== null) return { start, end: end + after[0].length, text: '' };
    const before = /,[ \t\r\n]*$/.exec(text.slice(0, start));
    return { start: before === null ? start : before.index, end, text: '' };
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lead = text.slice(lineStart, start);
  const lineEnd = text.indexOf('\n', end);
  const rest = text.slice(end, lineEnd < 0 ? text.length : lineEnd);
  if (!/^\s*-\s+$/.test(lead)) return null;
  if (rest.trim() === '') return { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1, text: '' };
  const indent = /^\s*/.exec(lead)?.[0] ?? '';
  return { start: lineStart, end: end + (rest.length - rest.trimStart().length), text: indent };
}

/** Offset behind the last character of a value; null when it is not known. */
function contentEnd(node: Node): number | null {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (isNode(last)) return contentEnd(last);
    if (typeof last === 'object' && last !== null && 'key' in last) {
      const { key, value } = last as Pair;
      return isNode(value) ? contentEnd(value) : isNode(key) ? contentEnd(key) : null;
    }
  }
  return node.range?.[1] ?? null;
}

function isMultiline(node: Scalar, text: string): boolean {
  const [start = 0, end = 0] = node.range ?? [];
  const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
  return isBlock || text.slice(start, end).includes('\n');
}

function itemIndex(items: readonly unknown[], item: string | null): number {
  return items.findIndex((each) => isScalar(each) && each.value === item);
}

/** Whitespace or text from the beginning of the line up to an offset. */
function linePrefix(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value);
}

function segments(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
