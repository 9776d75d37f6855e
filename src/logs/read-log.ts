/** One log, line by line: format, uses, and what could not be read. */
import type { BadLine, LogReading } from '../model/replay.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import { saysOfToken } from '../model/recorded-use.ts';
import type { FastLines } from './fast-lines.ts';
import { JSON_LINES } from './json-lines.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import { LOG_FORMATS, recogniseFormat } from './formats.ts';
import type { ByteLines } from './read-lines.ts';
import { createLineReader } from './read-lines.ts';
import { tokenInLine } from './token-in-line.ts';
import { isLine } from './values.ts';

export interface LogReaderOptions {
  /** As people know it: a path, or `standard input`. */
  readonly file: string;
  /** Null to tell it by the first lines. */
  readonly format: LogFormat | null;
  /** Whether the format was told by the first lines of the file, so that lines of other ones are read as what they are. */
  readonly isGuessed?: boolean;
  readonly onUse: (use: RecordedUse, file: string, line: number) => void;
  /** A shorter way for lines of our own format; lines that it reads are not given to `onUse`. */
  readonly fastLines?: FastLines | undefined;
  /** Passes over lines that nobody needs, whatever their format; they are no uses then, and may be no JSON. */
  readonly passedOver?: ByteLines | null | undefined;
}

export interface LogReader {
  readonly push: (bytes: Uint8Array) => void;
  /** Reads what is left. */
  readonly end: () => LogReading;
}

/** Lines that vote on the format. */
const VOTERS = 20;

/** Line numbers that are told of each fault. */
const EXAMPLES = 3;

interface Tally {
  lines: number;
  readonly first: number[];
}

/** Reads a log from pieces of its bytes. Never throws for what a log holds, and holds no more than a few lines of it. */
export function createLogReader(options: LogReaderOptions): LogReader {
  const { file, format, onUse, fastLines, passedOver } = options;
  const isGuessed = format === null || options.isGuessed === true;
  const bad = new Map<BadLine, Tally>();
  const tokens: Tally = { lines: 0, first: [] };
  const others = new Map<string, number>();
  let chosen = format;
  let waiting: { readonly line: LogLine; readonly text: string; readonly number: number }[] = [];
  let uses = 0;
  let silent = 0;

  const fault = (reason: BadLine, number: number): void => {
    const tally = bad.get(reason) ?? { lines: 0, first: [] };
    bad.set(reason, tally);
    count(tally, number);
  };

  const use = (reader: LogFormat, line: LogLine, text: string, number: number): void => {
    let said = reader.read(line);
    if (isGuessed && !saysOfToken(said)) said = readOther(reader, line) ?? said;
    const found = tokenInLine(text);
    if (found !== null) {
      said = found.isNamed ? { ...said, ...found.fields } : withToken(said, found.fields);
      if (found.isWhole) count(tokens, number);
    }
    if (!saysOfToken(said)) {
      silent += 1;
      return;
    }
    uses += 1;
    onUse(said, file, number);
  };

  /** A line that only another format has; several programs may write into one file. */
  const readOther = (reader: LogFormat, line: LogLine): RecordedUse | null => {
    if (reader.recognises(line)) return null;
    const other = LOG_FORMATS.find((each) => each.recognises(line));
    if (other === undefined) return null;
    others.set(other.id, (others.get(other.id) ?? 0) + 1);
    return other.read(line);
  };

  const choose = (): void => {
    chosen = recogniseFormat(waiting.map(({ line }) => line));
    const lines = waiting;
    waiting = [];
    for (const { line, text, number } of lines) {
      if (chosen === null) silent += 1;
      else use(chosen, line, text, number);
    }
  };

  fastLines?.startFile(file);
  const reader = createLineReader({
    byteLines: () => passedOver ?? (chosen === JSON_LINES ? (fastLines ?? null) : null),
    tooLong: (number) => fault('too-long', number),
    line: (text, number) => {
      const parsed = parseLine(text);
      if (parsed === 'blank') return;
      if (typeof parsed === 'string') fault(parsed, number);
      else if (chosen !== null) use(chosen, parsed, text, number);
      else {
        waiting.push({ line: parsed, text, number });
        if (waiting.length >= VOTERS) choose();
      }
    },
  });

  return {
    push: reader.push,
    end: () => {
      const { lines } = reader.end();
      if (chosen === null && waiting.length > 0) choose();
      return {
        file,
        format: chosen?.id ?? null,
        lines,
        uses: uses + (fastLines?.uses() ?? 0),
        silent: silent + (fastLines?.silent() ?? 0),
        bad: [...bad].map(([reason, tally]) => ({ reason, ...tally })),
        others: [...others].map(([id, count]) => ({ format: id, lines: count })),
        tokens,
      };
    },
  };
}

/** What is the same for one token, wherever it is said. */
const SAME = ['alg', 'kid', 'iss', 'sub', 'jti', 'sid', 'clientId', 'iat', 'exp'] as const;

/**
 * What a line says by itself comes from whoever checked the token; a token in its text may stand in any header that the
 * client chose. One that says something else is not the one that was used, or hiding would be as easy as sending it.
 */
function withToken(said: RecordedUse, token: Partial<RecordedUse>): RecordedUse {
  const differs = SAME.some((name) => said[name] !== null && (token[name] ?? null) !== said[name]);
  return differs ? said : { ...said, ...token };
}

function count(tally: Tally, number: number): void {
  tally.lines += 1;
  if (tally.first.length < EXAMPLES) tally.first.push(number);
}

/** A line as JSON; collectors put words before it (syslog) or an object around it (Docker), which are taken off. */
function parseLine(text: string): LogLine | BadLine | 'blank' {
  const start = text.charCodeAt(0) === OPEN_BRACE ? 0 : text.indexOf('{');
  if (start === -1) return text.trim() === '' ? 'blank' : 'not-json';
  let value: unknown;
  try {
    value = JSON.parse(start === 0 ? text : text.slice(start));
  } catch {
    return 'not-json';
  }
  if (!isLine(value)) return 'no-object';
  const { log } = value;
  return typeof log === 'string' && Object.hasOwn(value, 'stream') ? parseLine(log) : value;
}

const OPEN_BRACE = 0x7b;
