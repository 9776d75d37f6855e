import type { Alias, Document, Node, Pair } from 'yaml';
import { Composer, LineCounter, Parser, isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Pointer } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import { blankComments } from './json-comments.ts';
import type { ConfigDocument, ConfigFormat, LeaveOut } from './config-document.ts';
import { MAX_DEPTH, leaveOutDeeper, refuseConfig } from './limits.ts';
import { MASK, maskTemplates } from './placeholder.ts';
import { leftOut } from './problem.ts';

/** Most values that aliases may expand a document to; more is an alias bomb, and the rest is left out. */
const MAX_VALUES = 200_000;

/** Short tags of CloudFormation templates: `!Ref x` is `{Ref: x}`, all others `{Fn::Name: x}`. */
const INTRINSIC =
  /^!(Ref|Condition|Base64|Cidr|FindInMap|GetAtt|GetAZs|If|ImportValue|Join|Select|Split|Sub|And|Equals|Not|Or|Transform)$/;

/**
 * Reads YAML and JSON that belongs to another product: anchors and merge keys are followed within a limit, of duplicate
 * keys the last counts, comments in JSON and template expressions are passed over. A document with syntax errors is left
 * out, because what stands behind the error may mean anything.
 */
export function readYamlConfig(
  file: string,
  text: string,
  format: ConfigFormat,
  leaveOut: LeaveOut,
): readonly ConfigDocument[] {
  const plain = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const masked = maskTemplates(format === 'json' ? blankComments(plain) : plain);
  if (refuseConfig(file, masked, leaveOut)) return [];
  const lines = new LineCounter();
  const composer = new Composer({
    version: '1.2',
    keepSourceTokens: false,
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
    logLevel: 'silent',
  });
  const documents: ConfigDocument[] = [];
  for (const [index, document] of [...composer.compose(new Parser(lines.addNewLine).parse(masked))].entries()) {
    if (document.errors.length > 0 || document.contents === null) continue;
    documents.push(readOne({ file, text, format, index, document, lines }, leaveOut));
  }
  return documents;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly format: ConfigFormat;
  readonly index: number;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

type Range = readonly [start: number, end: number];

interface Reading {
  readonly document: Document.Parsed;
  readonly values: Map<Pointer, Range>;
  readonly keys: Map<Pointer, Range>;
  count: number;
  /** Where reading first came to the limit of values, and to that of depth. */
  full: Range | null;
  tooDeep: Range | null;
  /** The outermost alias that is being followed: what it leads to stands elsewhere. */
  alias: Range | null;
  /** What aliases stand for; worked out when the first is met. */
  targets: ReadonlyMap<Alias, Node> | null;
}

function readOne({ file, text, format, index, document, lines }: Source, leaveOut: LeaveOut): ConfigDocument {
  const reading: Reading = {
    document,
    values: new Map(),
    keys: new Map(),
    count: 0,
    full: null,
    tooDeep: null,
    alias: null,
    targets: null,
  };
  const data = readValue(reading, document.contents, '', 0);
  const place = ([start, end]: Range): Location => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(start, end));
    return { file, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };
  const locate = (pointer: Pointer): Location => {
    for (let at = pointer; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const found = reading.values.get(at);
      if (found !== undefined) return place(found);
      if (at === '') return startOf(file);
    }
  };
  const locateKey = (pointer: Pointer): Location => {
    const found = reading.keys.get(pointer);
    return found === undefined ? locate(pointer) : place(found);
  };
  if (reading.full !== null) leaveOut(leftOut(place(reading.full), FULL));
  if (reading.tooDeep !== null) leaveOutDeeper(place(reading.tooDeep), leaveOut);
  return { file, index, data, format, text, locate, locateKey };
}

const FULL = `with its aliases written out, the document has more than ${MAX_VALUES} values; the rest is left out`;

function readValue(reading: Reading, given: unknown, pointer: Pointer, depth: number): unknown {
  reading.count += 1;
  if (depth > MAX_DEPTH || reading.count > MAX_VALUES) {
    const range = reading.alias ?? rangeOf(given) ?? [0, 0];
    if (depth > MAX_DEPTH) reading.tooDeep ??= range;
    else reading.full ??= range;
    return null;
  }
  const node = isAlias(given) ? (targetsOf(reading).get(given) ?? null) : given;
  const range = rangeOf(given) ?? rangeOf(node);
  if (range !== null) reading.values.set(pointer, range);
  const tag = tagOf(node);
  const outer = reading.alias;
  if (isAlias(given)) reading.alias ??= range;
  const value = readUntagged(reading, node, tag === null ? pointer : pointerTo(pointer, tag), depth);
  reading.alias = outer;
  return tag === null ? value : { [tag]: value };
}

function targetsOf(reading: Reading): ReadonlyMap<Alias, Node> {
  reading.targets ??= aliasTargets(reading.document.contents);
  return reading.targets;
}

/** For each alias the last node before it with that anchor, found in one walk: a bomb of 600 bytes asks 200,000 times. */
function aliasTargets(root: unknown): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (isPair(node)) open.push(node.value, node.key);
    else if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (!isScalar(node)) for (let at = node.items.length - 1; at >= 0; at -= 1) open.push(node.items[at]);
    }
  }
  return targets;
}

function readUntagged(reading: Reading, node: unknown, pointer: Pointer, depth: number): unknown {
  if (isMap(node)) return readMapping(reading, node.items, pointer, depth);
  if (isSeq(node)) {
    return node.items.map((item, index) =>
      readValue(reading, isPair(item) ? null : item, pointerTo(pointer, index), depth + 1),
    );
  }
  if (!isScalar(node)) return null;
  // Tags of Ansible, Kustomize and others: what they make of the text is not known here.
  if (node.tag?.startsWith('!') === true && !INTRINSIC.test(node.tag)) return MASK;
  return typeof node.value === 'bigint' ? Number(node.value) : node.value;
}

function readMapping(
  reading: Reading,
  pairs: readonly Pair[],
  pointer: Pointer,
  depth: number,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { key, value } of pairs) {
    if (!isScalar(key)) continue;
    if (key.value === '<<') {
      merge(result, readValue(reading, value, pointer, depth + 1));
      continue;
    }
    const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
    const below = pointerTo(pointer, name);
    const keyRange = rangeOf(key);
    if (keyRange !== null) {
      reading.keys.set(below, keyRange);
      if (value === null || (isScalar(value) && value.value === null)) reading.values.set(below, keyRange);
    }
    set(result, name, readValue(reading, value, below, depth + 1));
  }
  return result;
}

/** Members that are there already win over merged ones (YAML 1.1, "merge" type). */
function merge(result: Record<string, unknown>, merged: unknown): void {
  for (const source of Array.isArray(merged) ? merged : [merged]) {
    if (typeof source !== 'object' || source === null) continue;
    for (const [name, value] of Object.entries(source)) if (!Object.hasOwn(result, name)) set(result, name, value);
  }
}

/** A key named __proto__ is data like any other. */
function set(result: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true });
  } else result[name] = value;
}

function tagOf(node: unknown): string | null {
  const tag = isNode(node) ? node.tag : undefined;
  const [, name] = (tag === undefined ? null : INTRINSIC.exec(tag)) ?? [];
  if (name === undefined) return null;
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

function rangeOf(node: unknown): Range | null {
  const range = isNode(node) ? node.range : null;
  return range === null || range === undefined ? null : [range[0], range[1]];
}

function isNode(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}
