/** Large logs of an incident are searched in parts, one thread for each. */
import type { MatcherState } from '../incident/match-use.ts';
import type { Scope, ScopeOptions } from '../incident/scope.ts';
import { LOG_FORMATS } from '../logs/formats.ts';
import type { LogFormat } from '../logs/log-format.ts';
import type { LogReading } from '../model/replay.ts';
import type { FileHash } from '../system/hash-file.ts';
import { hashFile } from '../system/hash-file.ts';
import { readLogRange } from '../system/log-bytes.ts';
import type { LogTask } from './log-task.ts';
import type { LogParts } from './log-threads.ts';
import { inThread, joinReadings, partsOf } from './log-threads.ts';
import type { ScopedPart } from './scope-part.ts';
import { firstReader, secondReader } from './scope-part.ts';

interface ThreadedScope {
  readonly scope: Scope;
  readonly options: ScopeOptions;
}

/** What this thread reads beside hashing the whole file, against what each other one reads. */
const SHARE_BESIDE_HASH = 0.7;

/**
 * The first pass over a file with several threads; null when it is none to do so with. A log of the issuer is not copied to
 * threads: it may have millions of ids.
 *
 * @throws UserError file/missing, file/unreadable
 */
export async function scopeInThreads(
  file: string,
  given: LogFormat | null,
  { scope, options, isHashed }: ThreadedScope & { readonly isHashed: boolean },
): Promise<{ readonly reading: LogReading; readonly hash: FileHash | null } | null> {
  const parts = options.issued === null ? await partsOf(file, given, isHashed ? SHARE_BESIDE_HASH : 1) : null;
  if (parts === null) return null;
  const others = othersOf(file, parts, { options, ids: null });
  const reader = firstReader(scope, { file, format: formatOf(parts), isGuessed: parts.isGuessed });
  const [hash] = await Promise.all([isHashed ? hashFile(file) : null, readLogRange(file, parts.first, reader.push)]);
  return { reading: await joinParts(scope, reader.end(), others), hash };
}

/**
 * The second pass; false when it is not one for several threads.
 *
 * @throws UserError file/missing, file/unreadable
 */
export async function scopeAgainInThreads(
  file: string,
  given: LogFormat | null,
  { scope, options }: ThreadedScope,
): Promise<boolean> {
  const parts = options.issued === null ? await partsOf(file, given) : null;
  if (parts === null) return false;
  const others = othersOf(file, parts, { options, ids: scope.idsState() });
  const reader = secondReader(scope, options.incident, { file, format: formatOf(parts), isGuessed: parts.isGuessed });
  await readLogRange(file, parts.first, reader.push);
  await joinParts(scope, reader.end(), others);
  return true;
}

function formatOf({ format }: LogParts): LogFormat | null {
  return LOG_FORMATS.find(({ id }) => id === format) ?? null;
}

function othersOf(
  file: string,
  { format, isGuessed, others }: LogParts,
  { options, ids }: { readonly options: ScopeOptions; readonly ids: MatcherState | null },
): Promise<readonly ScopedPart[]> {
  const { issued: _, incident, ...rest } = options;
  const plain = { ...rest, incident: { ...incident, at: { ...incident.at } } };
  return Promise.all(
    others.map((range) => {
      const task: LogTask = { kind: 'scope', part: { options: plain, file, format, isGuessed, range, ids } };
      return inThread<ScopedPart>(task);
    }),
  );
}

async function joinParts(scope: Scope, first: LogReading, others: Promise<readonly ScopedPart[]>): Promise<LogReading> {
  const readings = [first];
  let lines = first.lines;
  for (const { reading, state } of await others) {
    scope.merge(state, lines);
    lines += reading.lines;
    readings.push(reading);
  }
  return joinReadings(readings);
}
