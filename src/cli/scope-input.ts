/** Logs of an incident: read once, and once more where that may tell more. */
import { createIssuedTokens } from '../incident/issued.ts';
import type { IssuedTokens } from '../incident/issued.ts';
import type { Scope, ScopeOptions } from '../incident/scope.ts';
import type { LogNature } from '../incident/unanswered.ts';
import type { FastLines } from '../logs/fast-lines.ts';
import { LOG_FORMATS } from '../logs/formats.ts';
import type { LogFormat } from '../logs/log-format.ts';
import type { Problem } from '../model/failure.ts';
import { UserError } from '../model/failure.ts';
import type { BadLine, LogReading } from '../model/replay.ts';
import type { FileHash } from '../system/hash-file.ts';
import { hashFile } from '../system/hash-file.ts';
import { readLogBytes } from '../system/log-bytes.ts';
import { spoolInput } from '../system/spool-input.ts';
import type { LogInputOptions } from './replay-input.ts';
import { chooseFormat, readRecordedUses } from './replay-input.ts';
import type { ScopedLog } from './scope-part.ts';
import { secondReader } from './scope-part.ts';
import { scopeAgainInThreads, scopeInThreads } from './scope-threads.ts';

const STANDARD_INPUT = 'standard input';

export interface ReadLogs {
  readonly logs: readonly LogReading[];
  readonly problems: readonly Problem[];
  /** What was read, for the journal. */
  readonly files: readonly ReadFile[];
}

interface ReadFile {
  readonly file: string;
  /** Null of what was not read as a whole, but searched where it is. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly lines: number;
  readonly uses: number;
}

/** What a scope is made with; the same is made in other threads. */
export interface ScopeReading {
  readonly scope: Scope;
  readonly options: ScopeOptions;
  /** Whether the files are hashed, for the journal. */
  readonly isHashed: boolean;
}

/**
 * Reads the logs for uses of the credential and for the ids that go with it, and those logs once more whose lines only ids
 * could tell; standard input is kept in a file in between.
 *
 * @throws UserError as `readRecordedUses` does
 */
export async function scopeLogs(
  samples: readonly string[],
  options: LogInputOptions,
  reading: ScopeReading,
): Promise<ReadLogs> {
  const spooled = samples.includes('-') ? await spoolInput() : null;
  const paths = samples.map((sample) => (sample === '-' && spooled !== null ? spooled.path : sample));
  const shown = (file: string): string => (file === spooled?.path ? STANDARD_INPUT : file);
  const { scope } = reading;
  const hashes = new Map<string, FileHash>();
  try {
    const first = await readRecordedUses(paths, options, {
      onUse: (use, file, line) => void scope.add(use, shown(file), line),
      fastLines: namedLines(scope.lines, shown),
      readWhole: async (path, format) => {
        const whole = path === spooled?.path ? null : await scopeInThreads(path, format, reading);
        if (whole?.hash != null) hashes.set(path, whole.hash);
        return whole?.reading ?? null;
      },
    });
    const given = await chooseFormat(options);
    for (const { file, format } of first.logs) {
      if (!scope.asksAgain(shown(file))) continue;
      const log = { file: shown(file), format: given ?? formatOfId(format), isGuessed: given === null };
      await readAgain(file, log, reading);
    }
    const files: ReadFile[] = [];
    for (const { file, lines, uses } of reading.isHashed ? first.logs : []) {
      files.push({ file: shown(file), ...(hashes.get(file) ?? (await hashFile(file))), lines, uses });
    }
    return {
      logs: first.logs.map((log) => ({ ...log, file: shown(log.file) })),
      problems: first.problems.map((problem) => renamed(problem, spooled?.path ?? null)),
      files,
    };
  } finally {
    spooled?.remove();
  }
}

function formatOfId(format: string | null): LogFormat | null {
  return LOG_FORMATS.find(({ id }) => id === format) ?? null;
}

/** The second pass over a file. */
async function readAgain(path: string, log: ScopedLog, { scope, options }: ScopeReading): Promise<void> {
  const { file, format, isGuessed } = log;
  if (format === null) return;
  if (path === file && (await scopeAgainInThreads(path, isGuessed ? null : format, { scope, options }))) return;
  const reader = secondReader(scope, options.incident, log);
  await readLogBytes(path, reader.push);
  reader.end();
}

/** Lines that count under the name that people know. */
function namedLines(lines: FastLines, shown: (file: string) => string): FastLines {
  return { ...lines, startFile: (file) => lines.startFile(shown(file)) };
}

function renamed(problem: Problem, path: string | null): Problem {
  if (path === null || problem.at?.file !== path) return problem;
  const at = { ...problem.at, file: STANDARD_INPUT };
  return { ...problem, at, message: problem.message.replaceAll(path, STANDARD_INPUT) };
}

/** What the issuer's own logs say to have issued; null when there are none. */
export async function readIssued(
  samples: readonly string[] | undefined,
  options: LogInputOptions,
): Promise<IssuedTokens | null> {
  if (samples === undefined) return null;
  if (samples.includes('-')) {
    throw new UserError('usage/bad-argument', '--issued does not read standard input', { hint: 'name a file' });
  }
  const issued = createIssuedTokens();
  await readRecordedUses(samples, options, { onUse: issued.add });
  return issued;
}

/** What each log leaves open by its format, and what was wrong with its lines. */
export function naturesOf(logs: readonly LogReading[]): readonly LogNature[] {
  return logs.map((reading) => ({
    file: reading.file,
    format: reading.format,
    notes: [...badLines(reading), ...otherFormats(reading)],
    cannotAnswer: [reading.format, ...reading.others.map(({ format }) => format)].flatMap(
      (format) => LOG_FORMATS.find(({ id }) => id === format)?.cannotAnswer ?? [],
    ),
  }));
}

const BAD_WORDS: Readonly<Record<BadLine, readonly [one: string, many: string]>> = {
  'not-json': ['line is no JSON, torn perhaps', 'lines are no JSON, torn perhaps'],
  'no-object': ['line is no JSON object', 'lines are no JSON objects'],
  'too-long': ['line is longer than 1 MiB', 'lines are longer than 1 MiB'],
};

/** Lines that were not searched. */
function badLines({ file, bad }: LogReading): readonly string[] {
  return bad.map(({ reason, lines, first }) => {
    const [one, many] = BAD_WORDS[reason];
    const shown = first.map((line) => `${file}:${line}`);
    const places = shown.length === 0 ? file : `${shown.join(', ')}${lines > first.length ? ', ...' : ''}`;
    return `${lines} ${lines === 1 ? one : many}, and not searched (${places})`;
  });
}

function otherFormats({ file, format, others }: LogReading): readonly string[] {
  return others.map(
    (other) =>
      `${file} is a log of ${format ?? 'no format'} with ${other.lines} ${other.lines === 1 ? 'line' : 'lines'} of ${other.format}, which were read as that`,
  );
}
