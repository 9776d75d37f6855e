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
import type { LogReading } from '../model/replay.ts';
import type { FileHash } from '../system/hash-file.ts';
import { hashFile } from '../system/hash-file.ts';
import { readLogBytes } from '../system/log-bytes.ts';
import { spoolInput } from '../system/spool-input.ts';
import type { LogInputOptions } from './replay-input.ts';
import { chooseFormat, readRecordedUses } from './replay-input.ts';
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
  readonly sha256: string;
  readonly bytes: number;
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
      if (scope.asksAgain(shown(file))) await readAgain(file, shown(file), given ?? formatOfId(format), reading);
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
async function readAgain(
  path: string,
  file: string,
  format: LogFormat | null,
  { scope, options }: ScopeReading,
): Promise<void> {
  if (format === null) return;
  if (path === file && (await scopeAgainInThreads(path, format, { scope, options }))) return;
  const reader = secondReader(scope, options.incident, { file, format });
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

/** What each log leaves open by its format. */
export function naturesOf(logs: readonly LogReading[]): readonly LogNature[] {
  return logs.map(({ file, format, silent }) => ({
    file,
    format,
    silent,
    cannotAnswer: LOG_FORMATS.find(({ id }) => id === format)?.cannotAnswer ?? [],
  }));
}
