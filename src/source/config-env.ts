import type { Pointer } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { ConfigDocument, ConfigFormat, LeaveOut } from './config-document.ts';
import { locateIn } from './config-text.ts';
import { refuseConfigSize } from './limits.ts';
import { maskTemplates } from './placeholder.ts';
import { leftOut } from './problem.ts';

/** Most settings of a file; a hand-written one has hundreds. */
const MAX_SETTINGS = 50_000;

/** `export NAME = `, up to the value. */
const NAME = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/d;

/** Longest value in quotes that goes over several lines, as PEM does. */
const MAX_VALUE = 65_536;

/**
 * Reads files of settings, one to a line, as shells, dotenv and PostgREST have them: names to texts, of which the last
 * counts. Values may be in quotes, in double ones with backslash escapes and over several lines; lines that set nothing
 * are passed over.
 */
export function readEnvConfig(
  file: string,
  text: string,
  format: ConfigFormat,
  leaveOut: LeaveOut,
): readonly ConfigDocument[] {
  if (refuseConfigSize(file, text, leaveOut)) return [];
  const place = locateIn(file, text);
  const masked = maskTemplates(text);
  const settings = settingsOf(masked, (at, message) => leaveOut(leftOut(place(at, at + 1), message)));
  if (settings.length === 0) return [];
  const data: Record<string, unknown> = {};
  const values = new Map<Pointer, readonly [number, number]>();
  const keys = new Map<Pointer, readonly [number, number]>();
  for (const { name, value, key, range } of settings) {
    const pointer = pointerTo('', name);
    // A setting named __proto__ is data like any other.
    Object.defineProperty(data, name, { value, enumerable: true, configurable: true, writable: true });
    values.set(pointer, range);
    keys.set(pointer, key);
  }
  const find = (ranges: ReadonlyMap<Pointer, readonly [number, number]>, pointer: Pointer): Location | null => {
    const range = ranges.get(pointer);
    return range === undefined ? null : place(...range);
  };
  // What is inside a value, as JSON is, has the place of the value.
  const locate = (pointer: Pointer): Location =>
    find(values, pointer.split('/').slice(0, 2).join('/')) ?? startOf(file);
  const locateKey = (pointer: Pointer): Location => find(keys, pointer) ?? locate(pointer);
  return [{ file, index: 0, data, format, text, locate, locateKey }];
}

interface EnvSetting {
  readonly name: string;
  readonly value: string;
  readonly key: readonly [number, number];
  readonly range: readonly [number, number];
}

function settingsOf(text: string, leaveOutAt: (at: number, message: string) => void): readonly EnvSetting[] {
  const settings: EnvSetting[] = [];
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const match = NAME.exec(text.slice(at, end));
    if (match === null) {
      at = end + 1;
      continue;
    }
    if (settings.length >= MAX_SETTINGS) {
      leaveOutAt(at, `the file has more than ${MAX_SETTINGS} settings; the rest is left out`);
      return settings;
    }
    const [before, name = ''] = match;
    const from = at + before.length;
    const { value, length, isCut } = valueOf(text, from, end);
    if (isCut) leaveOutAt(from, `a text in quotes is longer than ${MAX_VALUE} characters; only its first line is read`);
    const key = at + (match.indices?.[1]?.[0] ?? 0);
    settings.push({ name, value, key: [key, key + name.length], range: [from, from + length] });
    const next = text.indexOf('\n', from + length);
    at = next < 0 ? text.length : next + 1;
  }
  return settings;
}

interface Value {
  readonly value: string;
  readonly length: number;
  /** It may go on in lines that were not looked at. */
  readonly isCut: boolean;
}

/** The value at an offset and how much of the text it takes, quotes included. */
function valueOf(text: string, from: number, lineEnd: number): Value {
  const quote = text.charAt(from);
  let isCut = false;
  if (quote === '"' || quote === "'" || quote === '`') {
    const close = closingQuote(text, from, quote);
    if (close !== null) {
      const inside = text.slice(from + 1, close);
      return { value: quote === '"' ? unescapeText(inside) : inside, length: close + 1 - from, isCut };
    }
    isCut = text.indexOf(quote, from + MAX_VALUE) >= 0;
  }
  const bare = text
    .slice(from, lineEnd)
    .replace(/(?:^|[ \t])#[^]*$/, '')
    .trimEnd();
  return { value: bare, length: bare.length, isCut };
}

function closingQuote(text: string, from: number, quote: string): number | null {
  const last = Math.min(text.length, from + MAX_VALUE);
  for (let at = from + 1; at < last; at += 1) {
    const character = text.charAt(at);
    if (character === quote) return at;
    if (character === '\\' && quote === '"') at += 1;
  }
  return null;
}

function unescapeText(text: string): string {
  return text.replaceAll(/\\(.)/gs, (whole, escaped: string) => {
    if (escaped === 'n') return '\n';
    if (escaped === 'r') return '\r';
    if (escaped === 't') return '\t';
    return '"\\$'.includes(escaped) ? escaped : whole;
  });
}
