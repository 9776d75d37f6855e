/** One part of a log, searched for uses by whichever thread has it. */
import { createDerivedLines } from '../incident/derived-lines.ts';
import type { MatcherState } from '../incident/match-use.ts';
import type { Scope, ScopeOptions, ScopeState } from '../incident/scope.ts';
import { createScope } from '../incident/scope.ts';
import { LOG_FORMATS } from '../logs/formats.ts';
import type { LogFormat } from '../logs/log-format.ts';
import { createLogReader } from '../logs/read-log.ts';
import type { LogReader } from '../logs/read-log.ts';
import type { Incident } from '../model/incident.ts';
import type { LogReading } from '../model/replay.ts';
import type { ByteRange } from '../system/log-bytes.ts';
import { readLogRange } from '../system/log-bytes.ts';

/** What a thread begins with: no log of the issuer, and no document with functions in it. */
export interface ScopePart {
  readonly options: Omit<ScopeOptions, 'issued'>;
  readonly file: string;
  /** Id of the format, known before the file is cut into parts. */
  readonly format: string;
  /** Whether it was told by the first lines. */
  readonly isGuessed: boolean;
  readonly range: ByteRange;
  /** What the first pass learned, for the second one; null in the first. */
  readonly ids: MatcherState | null;
}

export interface ScopedPart {
  readonly reading: LogReading;
  readonly state: ScopeState;
}

/** A log as it is read once, and as people know it. */
export interface ScopedLog {
  readonly file: string;
  readonly format: LogFormat | null;
  /** Whether it was told by the first lines. */
  readonly isGuessed: boolean;
}

/** A reader for the first pass over a log. */
export function firstReader(scope: Scope, log: ScopedLog): LogReader {
  return createLogReader({
    ...log,
    onUse: (use, name, line) => void scope.add(use, name, line),
    fastLines: scope.lines,
  });
}

/** A reader for the second pass. */
export function secondReader(scope: Scope, incident: Incident, log: ScopedLog): LogReader {
  return createLogReader({
    ...log,
    onUse: (use, name, line) => void scope.addDerived(use, name, line),
    passedOver: createDerivedLines(incident, scope.ids, log.format),
  });
}

/** Searches a part. @throws UserError file/missing, file/unreadable */
export async function scopePart({ options, file, format, isGuessed, range, ids }: ScopePart): Promise<ScopedPart> {
  const scope = createScope({ ...options, issued: null }, ids);
  const log = { file, format: LOG_FORMATS.find(({ id }) => id === format) ?? null, isGuessed };
  const reader = ids === null ? firstReader(scope, log) : secondReader(scope, options.incident, log);
  await readLogRange(file, range, reader.push);
  return { reading: reader.end(), state: scope.state() };
}
