import type { Effect, JournalEvent, JournalLine } from '../model/drill.ts';
import { toTimestamp } from '../model/instant.ts';
import type { Clock, JournalSink } from '../model/ports.ts';
import { sha256Hex } from '../policy/digest.ts';

/** `prev` of the first line. */
export const GENESIS: string = '0'.repeat(64);

/** Writes the events of one run, each line carrying the hash of the one before. */
export interface Journal {
  /** For what may be lost with the process: probes. */
  readonly note: (event: JournalEvent) => void;
  /** For what must be on disk before anything else happens: intents and undo. */
  readonly record: (event: JournalEvent) => Promise<void>;
  readonly close: () => Promise<void>;
  /** Hash of the last line and number of lines so far. */
  readonly head: () => { readonly sha256: string; readonly lines: number };
}

export interface JournalStart {
  readonly sink: JournalSink;
  readonly clock: Clock;
  /** Monotonic instant that the run counts from. */
  readonly origin: number;
  readonly after?: { readonly sha256: string; readonly lines: number };
  /** Throws for a line that must not be written. It is asked first: such a line never was. */
  readonly check?: (line: string) => void;
  readonly onLine?: (line: JournalLine) => void;
}

export function startJournal({ sink, clock, origin, after, check, onLine }: JournalStart): Journal {
  let prev = after?.sha256 ?? GENESIS;
  let seq = after?.lines ?? 0;
  function next(event: JournalEvent): string {
    const line: JournalLine = { seq, prev, t: round(clock.monotonic() - origin), at: toTimestamp(clock.wall()), event };
    const text = JSON.stringify(line);
    check?.(text);
    prev = sha256Hex(text);
    seq += 1;
    onLine?.(line);
    return text;
  }
  return {
    note: (event) => sink.append(next(event)),
    record: async (event) => sink.appendSynced(next(event)),
    close: () => sink.close(),
    head: () => ({ sha256: prev, lines: seq }),
  };
}

/** One place at which a journal is not what one process after the other wrote. */
export interface JournalFault {
  /** 1-based line of the file. */
  readonly line: number;
  readonly what: string;
}

export interface JournalReading {
  readonly lines: readonly JournalLine[];
  /** True when every line carries the hash of the one before it. */
  readonly intact: boolean;
  readonly sha256: string;
  /** Where the chain is broken; empty when it is intact. */
  readonly faults: readonly JournalFault[];
  /** Hashes of lines that died with their process, of which one may be the last. */
  readonly torn: readonly string[];
}

/**
 * Reads a journal. A last line torn by the death of its process is dropped, and so is one that a later recovery names as
 * torn; anything else that does not chain is a fault.
 */
export function readJournal(text: string): JournalReading {
  const lines: JournalLine[] = [];
  const faults: JournalFault[] = [];
  const torn: { readonly line: number; readonly sha256: string }[] = [];
  const rows = text.split('\n');
  let prev = GENESIS;
  for (const [index, row] of rows.entries()) {
    if (row === '') continue;
    const line = parseLine(row);
    if (line === null) {
      torn.push({ line: index + 1, sha256: sha256Hex(row) });
      continue;
    }
    const what = breakOf(line, prev, lines.length);
    if (what !== null) faults.push({ line: index + 1, what });
    lines.push(line);
    prev = sha256Hex(row);
  }
  const named = new Set(lines.flatMap(({ event }) => (event.type === 'recover' ? event.torn : [])));
  for (const { line, sha256 } of torn)
    if (line !== rows.length && !named.has(sha256))
      faults.push({ line, what: 'is no record, and no recovery names it' });
  return {
    lines,
    intact: faults.length === 0,
    sha256: prev,
    faults: faults.toSorted((a, b) => a.line - b.line),
    torn: torn.map(({ sha256 }) => sha256),
  };
}

function breakOf(line: JournalLine, prev: string, seq: number): string | null {
  if (line.prev === undefined) return 'carries no hash of the line before: this journal is older than the chain';
  if (line.prev !== prev) return 'does not carry the hash of the line before: a line was changed, removed or moved';
  return line.seq === seq ? null : `has number ${line.seq} instead of ${seq}`;
}

function parseLine(row: string): (JournalLine & { readonly prev?: string }) | null {
  try {
    const line: unknown = JSON.parse(row);
    if (typeof line !== 'object' || line === null || !('event' in line)) return null;
    const { event } = line;
    if (typeof event !== 'object' || event === null || !('type' in event)) return null;
    return line as JournalLine; // written by startJournal; the chain check covers strangers
  } catch {
    return null;
  }
}

/**
 * Effects that may still stand: an intent without a verified undo. An effect whose action failed or was never answered
 * counts too, because its request may have arrived.
 *
 * @returns newest first, the order of undoing
 */
export function openEffects(lines: readonly JournalLine[]): readonly Effect[] {
  const open = new Map<string, Effect>();
  for (const { event } of lines) {
    if (event.type === 'intent' && event.effect.undo === 'required') open.set(event.effect.id, event.effect);
    if (event.type === 'undo.verify' && event.gone) open.delete(event.effectId);
  }
  return [...open.values()].toReversed();
}

/** True when the run ended by itself and left nothing. */
export function isFinished(lines: readonly JournalLine[]): boolean {
  return lines.some(({ event }) => event.type === 'run.end' && event.clean) && openEffects(lines).length === 0;
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
