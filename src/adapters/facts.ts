import type { ConfigFact } from '../model/config.ts';
import type { Location } from '../model/location.ts';
import type { Bound } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';
import { fillIn } from '../source/placeholder.ts';
import { leftOut } from '../source/problem.ts';
import type { Setting } from './adapter.ts';
import type { ConfigNode } from './config-node.ts';
import { items } from './config-node.ts';

/*
 * Nodes to facts. Each function gives undefined for an absent node, so that the default can take its place, and `unknown`
 * for a value that is filled in elsewhere or has the wrong type.
 */

type Maybe<T> = ConfigFact<T> | undefined;

export function explicitFact<T>(value: T, at: Location, source: string | null = null): ConfigFact<T> {
  return { origin: 'explicit', value, at, source, versions: null };
}

export function derivedFact<T>(value: T, at: Location, source: string): ConfigFact<T> {
  return { origin: 'derived', value, at, source, versions: null };
}

/** @param why completes "not known: ..." */
export function unknownConfigFact(at: Location, why: string): ConfigFact<never> {
  return { origin: 'unknown', at, source: why };
}

/** The value of a scalar, with `${X:default}` taken for its default. */
export function textFact(node: ConfigNode | null): Maybe<string> {
  return scalarFact(node, (text) => text);
}

export function flagFact(node: ConfigNode | null): Maybe<boolean> {
  return scalarFact(node, (text) => {
    const word = text.trim().toLowerCase();
    if (['true', 'yes', 'on', '1'].includes(word)) return true;
    return ['false', 'no', 'off', '0'].includes(word) ? false : null;
  });
}

export function numberFact(node: ConfigNode | null): Maybe<number> {
  return scalarFact(node, numberOf);
}

/**
 * A list of texts. A single text is a list of one; with a separator it is split. One unknown item makes all unknown.
 */
export function listFact(node: ConfigNode | null, separator?: RegExp): Maybe<readonly string[]> {
  if (node === null || node.value === null) return undefined;
  if (!Array.isArray(node.value)) {
    return mapFact(textFact(node), (text) =>
      separator === undefined
        ? [text]
        : text
            .split(separator)
            .map((part) => part.trim())
            .filter((part) => part !== ''),
    );
  }
  const texts: string[] = [];
  for (const item of items(node)) {
    const fact = textFact(item);
    if (fact === undefined) continue;
    if (fact.origin === 'unknown') return fact;
    texts.push(fact.value);
  }
  return explicitFact(texts, node.at);
}

const UNIT_MILLIS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type Unit = keyof typeof UNIT_MILLIS;

/**
 * A duration: a bare number in the given unit, `1h30m`, `10 minutes`, or ISO 8601 `PT10M`. Negative numbers are unknown:
 * what they mean is the product's own matter.
 */
export function durationFact(node: ConfigNode | null, unit: Unit): Maybe<Bound> {
  return scalarFact<Bound>(node, (text) => durationOf(text, unit));
}

/** Longest text that is taken for a duration. */
const MAX_DURATION = 200;

/** Milliseconds of a duration text; null when it is none. */
export function durationOf(text: string, unit: Unit): Bound | null {
  const plain = text.trim();
  if (plain.length > MAX_DURATION) return null;
  const number = numberOf(plain);
  if (number !== null) return number < 0 ? null : bounded(number * UNIT_MILLIS[unit]);
  return goDuration(plain) ?? isoDuration(plain);
}

function goDuration(text: string): Bound | null {
  const part =
    /(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)/gi;
  if (text === '' || text.replaceAll(part, '').trim() !== '') return null;
  let total = 0;
  for (const [, digits = '', unit = ''] of text.matchAll(part)) {
    const word = unit.toLowerCase();
    const factor = word.startsWith('ms') || word.startsWith('milli') ? 1 : (BY_LETTER[word.charAt(0)] ?? 0);
    total += Number(digits) * factor;
  }
  return bounded(total);
}

const BY_LETTER: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** ISO 8601 durations without years and months, whose length varies. */
function isoDuration(text: string): Bound | null {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  if (match === null || text.length < 3) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0));
  return bounded((days ?? 0) * 86_400_000 + (hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000 + (seconds ?? 0) * 1000);
}

/** Products count in 64 bits; what is beyond a safe integer is no duration anybody meant. */
function bounded(ms: number): Bound | null {
  return Number.isFinite(ms) && ms <= Number.MAX_SAFE_INTEGER ? millis(ms) : null;
}

/** Computes on the value of a fact; its origin stays. */
export function mapFact<A, B>(fact: Maybe<A>, compute: (value: A) => B): Maybe<B> {
  if (fact === undefined || fact.origin === 'unknown') return fact;
  return { ...fact, value: compute(fact.value) };
}

/** The fact, or what holds when the setting is absent; undefined when neither is known. */
export function orDefault<T>(
  fact: Maybe<T>,
  absent: {
    readonly origin: 'default' | 'platform';
    readonly value: T;
    readonly source: string;
    readonly versions?: string;
  } | null,
  at: Location,
): Maybe<T> {
  if (fact !== undefined || absent === null) return fact;
  const { origin, value, source, versions = null } = absent;
  return { origin, value, at, source, versions };
}

/**
 * The facts of all settings of one kind that nothing was read for: their defaults.
 *
 * @param at the block that lacks them
 */
export function defaultsOf(
  settings: readonly Setting[],
  kind: Setting['on'],
  at: Location,
): Record<string, ConfigFact<unknown>> {
  const facts: Record<string, ConfigFact<unknown>> = {};
  for (const { on, fact, absent } of settings) {
    if (on !== kind || absent === null) continue;
    const { origin, value, source, versions = null } = absent;
    facts[fact] = { origin, value, at, source, versions };
  }
  return facts;
}

/**
 * What was read over the defaults of the settings table. Facts that are undefined were absent.
 *
 * @param Facts the fact map of the subject's kind
 */
export function completeFacts<Facts extends object>(
  settings: readonly Setting[],
  kind: Setting['on'],
  read: { readonly [Name in keyof Facts]?: Facts[Name] | undefined },
  at: Location,
): Facts {
  const present = Object.fromEntries(Object.entries(read).filter(([, fact]) => fact !== undefined));
  return { ...defaultsOf(settings, kind, at), ...present } as Facts; // the settings table is typed by the same values
}

/** Longest text that is taken for a setting; addresses and lists in one line have some thousand characters. */
const MAX_VALUE = 16_384;

function scalarFact<T>(node: ConfigNode | null, read: (text: string) => T | null): Maybe<T> {
  if (node === null || node.value === null) return undefined;
  const { value, at } = node;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return unknownConfigFact(
      at,
      typeof value === 'object' ? 'it is computed elsewhere' : 'it is of no type that is known here',
    );
  }
  if (typeof value === 'string' && value.length > MAX_VALUE) {
    const message = `the value has more than ${MAX_VALUE} characters, so nothing is judged by it`;
    node.document.leaveOut?.(leftOut(at, message));
    return unknownConfigFact(at, 'its value is too long');
  }
  const filled = fillIn(String(value));
  if (filled.kind === 'unknown') return unknownConfigFact(at, 'it is filled in elsewhere');
  const result = read(filled.value);
  if (result === null) return unknownConfigFact(at, 'its value is not understood');
  return explicitFact(result, at, filled.kind === 'fallback' ? 'the default of a placeholder' : null);
}

function numberOf(text: string): number | null {
  const number = /^[+-]?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : null;
  return number === null || Number.isFinite(number) ? number : null;
}
