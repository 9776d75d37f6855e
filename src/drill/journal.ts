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
  readonly onLine?: (line: JournalLine) => void;
}

export function startJournal({ sink, clock, origin, after, onLine }: JournalStart): Journal {
  let prev = after?.sha256 ?? GENESIS;
  let seq = after?.lines ?? 0;
  function next(event: JournalEvent): string {
    const line: JournalLine = { seq, prev, t: round(clock.monotonic() - origin), at: toTimestamp(clock.wall()), event };
    const text = JSON.stringify(line);
    prev = sha256Hex(text);
    seq += 1;
    onLine?.(line);
    return text;
  }
  return {
    note: (event) => sink.append(next(event)),
    record: (event) => sink.appendSynced(next(event)),
    close: () => sink.close(),
    head: () => ({ sha256: prev, lines: seq }),
  };
}

export interface JournalReading {
  readonly lines: readonly JournalLine[];
  /** True when every line carries the hash of the one before it. */
  readonly intact: boolean;
  readonly sha256: string;
}

/** Reads a journal. A last line torn by the death of its process is dropped. */
export function readJournal(text: string): JournalReading {
  const lines: JournalLine[] = [];
  let prev = GENESIS;
  let intact = true;
  for (const row of text.split('\n')) {
    const line = parseLine(row);
    if (line === null) continue;
    if (line.prev !== prev || line.seq !== lines.length) intact = false;
    lines.push(line);
    prev = sha256Hex(row);
  }
  return { lines, intact, sha256: prev };
}

function parseLine(row: string): JournalLine | null {
  if (row === '') return null;
  try {
    return JSON.parse(row) as JournalLine; // written by startJournal; the chain check covers strangers
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
