/** Values of log lines: what is empty or `-` was not known to whoever wrote it. */
import { fromTimestamp } from '../model/instant.ts';
import type { RecordedDecision } from '../model/recorded-use.ts';
import type { LogLine } from './log-format.ts';

/** A member of the line's own. */
export function member(line: LogLine, name: string): unknown {
  return Object.hasOwn(line, name) ? line[name] : undefined;
}

/** A text that says something; proxies write `-` or nothing for what they do not know. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value !== '-' ? value : null;
}

/** A number, also as text. */
export function number(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !/^-?\d+(?:\.\d+)?$/.test(value)) return null;
  return Number(value);
}

/** A list of texts; a text alone is a list of one. */
export function texts(value: unknown): readonly string[] | null {
  if (Array.isArray(value)) {
    return value.every((item): item is string => typeof item === 'string') ? value : null;
  }
  const single = text(value);
  return single === null ? null : [single];
}

/** An object, also as the JSON text of one. */
export function object(value: unknown): LogLine | null {
  if (typeof value === 'string' && value.startsWith('{')) {
    try {
      return object(JSON.parse(value));
    } catch {
      return null;
    }
  }
  return isLine(value) ? value : null;
}

export function isLine(value: unknown): value is LogLine {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The path of a request target: without query, fragment, scheme and host. */
export function path(value: unknown): string | null {
  const target = text(value);
  if (target === null) return null;
  const whole = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)?$/i.exec(target);
  const local = whole === null ? target : (whole[1] ?? '/');
  const end = local.search(/[?#]/);
  return end === -1 ? local : local.slice(0, end);
}

/** An address without its port: `10.0.0.1:4711`, `[::1]:80`; of a list the first, which is the client. */
export function address(value: unknown): string | null {
  const first = text(value)?.split(',')[0]?.trim() ?? null;
  if (first === null || first === '') return null;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(first)?.[1];
  return bracketed ?? /^(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/.exec(first)?.[1] ?? first;
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** Common log format: `30/Nov/2026:13:54:40 +0000`. */
const COMMON = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d)(?:\.(\d+))? ([+-]\d\d)(\d\d)$/;

/** Prefix of the last time that was read, up to its minute, and what it is: lines of a log mostly share it. */
interface MinuteMemo {
  readonly prefix: string;
  readonly ms: number;
}

let memo: MinuteMemo = { prefix: '', ms: 0 };

/** `2026-01-01T00:00:00.123Z`, the form of nearly all logs: read by its digits, its minute is looked up. */
function utcTime(value: string): number | null {
  const { length } = value;
  if (length < 20 || length > 30 || value.charCodeAt(length - 1) !== 0x5a || value.charCodeAt(16) !== 0x3a) return null;
  const prefix = value.slice(0, 17);
  if (prefix !== memo.prefix) {
    const ms = fromTimestamp(`${prefix}00Z`);
    if (ms === null) return null;
    memo = { prefix, ms };
  }
  const seconds = Number(value.slice(17, length - 1));
  return seconds >= 0 && seconds < 60 ? memo.ms + Math.floor(seconds * 1000 + 1e-6) : null;
}

/**
 * A time as milliseconds since the epoch: RFC 3339, the common log format, or a number of seconds, milliseconds,
 * microseconds or nanoseconds, told apart by their size (seconds of the years 1973 to 5138).
 */
export function time(value: unknown): number | null {
  if (typeof value === 'string') {
    const utc = utcTime(value);
    if (utc !== null) return utc;
    const stamp = fromTimestamp(value.replace(' ', 'T'));
    return stamp ?? commonTime(value) ?? numericTime(number(value));
  }
  // A time whose unit a mapping told.
  if (isLine(value)) return number(value['ms']);
  return numericTime(number(value));
}

function commonTime(value: string): number | null {
  const [, day, name = '', year, clock, fraction, hours, minutes] = COMMON.exec(value) ?? [];
  const month = MONTHS.indexOf(name);
  if (day === undefined || month === -1) return null;
  const number = String(month / 3 + 1).padStart(2, '0');
  return fromTimestamp(
    `${year}-${number}-${day}T${clock}${fraction === undefined ? '' : `.${fraction}`}${hours}:${minutes}`,
  );
}

/** Numbers of seconds below this are seconds; a thousand times it, milliseconds; and so on. */
const MOST_SECONDS = 1e11;

function numericTime(value: number | null): number | null {
  if (value === null || value < 0) return null;
  if (value < MOST_SECONDS) return Math.round(value * 1000);
  if (value < MOST_SECONDS * 1e3) return Math.round(value);
  if (value < MOST_SECONDS * 1e6) return Math.floor(value / 1e3);
  return Math.floor(value / 1e6);
}

const DECISIONS: ReadonlyMap<unknown, RecordedDecision> = new Map<unknown, RecordedDecision>([
  ...['accept', 'accepted', 'allow', 'allowed', 'permit', 'permitted', 'ok', 'true', true].map(
    (word) => [word, 'accept'] as const,
  ),
  ...['reject', 'rejected', 'deny', 'denied', 'refuse', 'refused', 'forbid', 'false', false].map(
    (word) => [word, 'reject'] as const,
  ),
]);

export function decision(value: unknown): RecordedDecision | null {
  return DECISIONS.get(value) ?? (typeof value === 'string' ? (DECISIONS.get(value.toLowerCase()) ?? null) : null);
}
