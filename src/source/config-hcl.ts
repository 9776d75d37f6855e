import type { Pointer } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { ConfigDocument, LeaveOut } from './config-document.ts';
import { placesOf, readJsonConfig } from './config-json.ts';
import type { HclAttribute, HclBlock, HclEntry, HclRange, HclValue } from './hcl-syntax.ts';
import { parseHcl } from './hcl-syntax.ts';
import { MAX_DEPTH, leaveOutDeeper, refuseConfigSize } from './limits.ts';
import { MASK } from './placeholder.ts';
import { leftOut } from './problem.ts';

/**
 * Reads HCL as Terraform, Vault, Consul and Nomad write it, into the shape that Terraform's JSON syntax has:
 * `resource "a" "b" { x = 1 }` is `{resource: {a: {b: {x: 1}}}}`, and blocks that repeat are a list. Expressions read as
 * unknown and keep their text, for what they refer to.
 *
 * @see https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function readHclConfig(file: string, text: string, leaveOut: LeaveOut): readonly ConfigDocument[] {
  if (refuseConfigSize(file, text, leaveOut)) return [];
  const plain = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const place = placesOf(plain);
  const entries = parseHcl(plain, (at, message) => leaveOut(leftOut(place(file, [at, at + 1]), message)));
  if (entries === null || entries.length === 0) return [];
  const found: Found = { values: new Map(), keys: new Map() };
  const data = dataOfBody(entries, '', found);
  const locate = (pointer: Pointer): Location => {
    for (let at = pointer; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const range = found.values.get(at);
      if (range !== undefined) return place(file, range);
      if (at === '') return startOf(file);
    }
  };
  const locateKey = (pointer: Pointer): Location => {
    const range = found.keys.get(pointer);
    return range === undefined ? locate(pointer) : place(file, range);
  };
  return [{ file, index: 0, data, format: 'hcl', text, locate, locateKey }];
}

/** Reads Terraform's JSON syntax, in which every text is a template: what holds an expression reads as unknown. */
export function readTerraformJson(file: string, text: string, leaveOut: LeaveOut): readonly ConfigDocument[] {
  return readJsonConfig(file, text, leaveOut).map((document) => {
    const deeper: unknown[] = [];
    const data = maskExpressions(document.data, 0, deeper);
    if (deeper.length > 0) leaveOutDeeper(document.locate(''), leaveOut);
    return { ...document, format: 'hcl', data };
  });
}

/** @param deeper gets what is nested too deeply; the JSON reader takes any depth */
function maskExpressions(value: unknown, depth: number, deeper: unknown[]): unknown {
  if (typeof value === 'string') return /[$%]\{/.test(value.replaceAll(/(?:\$\$|%%)\{/g, '')) ? value + MASK : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) {
    deeper.push(value);
    return null;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => maskExpressions(item, depth + 1, deeper));
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) set(result, name, maskExpressions(member, depth + 1, deeper));
  return result;
}

interface Found {
  readonly values: Map<Pointer, HclRange>;
  readonly keys: Map<Pointer, HclRange>;
}

function dataOfBody(entries: readonly HclEntry[], pointer: Pointer, found: Found): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const blocks = new Map<string, HclBlock[]>();
  for (const entry of entries) {
    if (entry.kind === 'attribute') setAttribute(result, entry, pointer, found);
    else addTo(blocks, entry.path[0]?.text ?? '', entry);
  }
  for (const [type, same] of blocks) set(result, type, dataOfBlocks(same, 1, pointerTo(pointer, type), found));
  return result;
}

/** @param level how many words of their paths, type and labels, the blocks share */
function dataOfBlocks(blocks: readonly HclBlock[], level: number, pointer: Pointer, found: Found): unknown {
  const [first] = blocks;
  if (first === undefined) return null;
  found.values.set(pointer, first.at);
  found.keys.set(pointer, first.path[level - 1]?.at ?? first.at);
  const whole = blocks.filter(({ path }) => path.length === level);
  const [only, second] = whole;
  if (only !== undefined && second === undefined) return dataOfBody(only.body, pointer, found);
  if (whole.length > 1) {
    return whole.map((block, index) => {
      const below = pointerTo(pointer, index);
      found.values.set(below, block.at);
      found.keys.set(below, block.path[level - 1]?.at ?? block.at);
      return dataOfBody(block.body, below, found);
    });
  }
  const labelled = new Map<string, HclBlock[]>();
  for (const block of blocks) addTo(labelled, block.path[level]?.text ?? '', block);
  const result: Record<string, unknown> = {};
  for (const [label, same] of labelled) {
    set(result, label, dataOfBlocks(same, level + 1, pointerTo(pointer, label), found));
  }
  return result;
}

function setAttribute(result: Record<string, unknown>, entry: HclAttribute, pointer: Pointer, found: Found): void {
  const below = pointerTo(pointer, entry.name);
  found.keys.set(below, entry.nameAt);
  set(result, entry.name, dataOfValue(entry.value, below, found));
}

function dataOfValue(value: HclValue, pointer: Pointer, found: Found): unknown {
  found.values.set(pointer, value.at);
  if (value.kind === 'scalar') return value.value;
  if (value.kind === 'list')
    return value.items.map((item, index) => dataOfValue(item, pointerTo(pointer, index), found));
  const result: Record<string, unknown> = {};
  for (const entry of value.entries) setAttribute(result, entry, pointer, found);
  return result;
}

function addTo(groups: Map<string, HclBlock[]>, name: string, block: HclBlock): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [block]);
  else group.push(block);
}

/** A key named __proto__ is data like any other. */
function set(result: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true });
  } else result[name] = value;
}
