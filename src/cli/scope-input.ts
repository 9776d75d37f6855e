/** Logs of an incident, read twice. */
import { LOG_FORMATS } from '../logs/formats.ts';
import { createIssuedTokens } from '../incident/issued.ts';
import type { IssuedTokens } from '../incident/issued.ts';
import type { Scope } from '../incident/scope.ts';
import type { LogNature } from '../incident/unanswered.ts';
import type { Problem } from '../model/failure.ts';
import { UserError } from '../model/failure.ts';
import type { LogReading } from '../model/replay.ts';
import { hashFile } from '../system/hash-file.ts';
import { spoolInput } from '../system/spool-input.ts';
import type { LogInputOptions } from './replay-input.ts';
import { readRecordedUses } from './replay-input.ts';

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

/**
 * Reads the logs once for the ids that go with the credential and once for its uses; standard input is kept in a file in
 * between.
 *
 * @throws UserError as `readRecordedUses` does
 */
export async function scopeLogs(samples: readonly string[], options: LogInputOptions, scope: Scope): Promise<ReadLogs> {
  const spooled = samples.includes('-') ? await spoolInput() : null;
  const paths = samples.map((sample) => (sample === '-' && spooled !== null ? spooled.path : sample));
  const shown = (file: string): string => (file === spooled?.path ? STANDARD_INPUT : file);
  try {
    const first = await readRecordedUses(paths, options, { onUse: (use, file) => scope.learn(use, shown(file)) });
    await readRecordedUses(paths, options, {
      onUse: (use, file, line) => void scope.add(use, shown(file), line),
    });
    const files: ReadFile[] = [];
    for (const { file, lines, uses } of first.logs) {
      files.push({ file: shown(file), ...(await hashFile(file)), lines, uses });
    }
    return {
      logs: first.logs.map((reading) => ({ ...reading, file: shown(reading.file) })),
      problems: first.problems.map((problem) => renamed(problem, spooled?.path ?? null)),
      files,
    };
  } finally {
    spooled?.remove();
  }
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
