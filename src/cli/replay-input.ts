/** Recorded uses from files, folders, globs and standard input, for `replay`, `diff --replay` and `incident scope`. */
import { fitsGlob } from '../policy/glob.ts';
import type { FastLines } from '../logs/fast-lines.ts';
import type { LogFormat } from '../logs/log-format.ts';
import { createLogReader } from '../logs/read-log.ts';
import { gateReplay } from '../logs/replay-gate.ts';
import { LOG_FORMATS } from '../logs/formats.ts';
import { readLogMapping } from '../logs/mapping.ts';
import type { Problem } from '../model/failure.ts';
import { UserError } from '../model/failure.ts';
import { startOf } from '../model/location.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import type { LogReading, ReplayGateRules, ReplayResult } from '../model/replay.ts';
import { decodeText } from '../source/decode.ts';
import { systemFiles } from '../system/files.ts';
import { readLogBytes } from '../system/log-bytes.ts';
import type { ReplayVersions } from './replay-part.ts';
import { replayOf } from './replay-part.ts';
import { replayInThreads } from './replay-threads.ts';

/** Ends of names that are read from folders; a file that is named is read whatever it is called. */
const LOG_ENDINGS: readonly string[] = ['.jsonl', '.ndjson', '.json', '.log', '.gz', '.zst'];

export interface LogInputOptions {
  /** Id of a format; undefined to tell it by the first lines of each file. */
  readonly logFormat?: string | undefined;
  /** File that says where a format of somebody's own keeps its values. */
  readonly map?: string | undefined;
}

export interface LogInput {
  readonly logs: readonly LogReading[];
  readonly problems: readonly Problem[];
}

/** What becomes of the uses. */
export interface UseSink {
  readonly onUse: (use: RecordedUse, file: string, line: number) => void;
  readonly fastLines?: FastLines;
  /** Reads a file in a faster way; null when it is to be read as all others. */
  readonly readWhole?: (path: string, format: LogFormat | null) => Promise<LogReading | null>;
}

/**
 * Reads every use of the samples, one file after the other.
 *
 * @param samples files, folders, globs; `-` is standard input
 * @throws UserError usage/bad-argument, usage/no-input, file/*, document/invalid for a mapping with faults
 */
export async function readRecordedUses(
  samples: readonly string[],
  options: LogInputOptions,
  { onUse, fastLines, readWhole }: UseSink,
): Promise<LogInput> {
  const format = await chooseFormat(options);
  const logs: LogReading[] = [];
  const problems: Problem[] = [];
  for (const path of await expandSamples(samples)) {
    const file = path === '-' ? 'standard input' : path;
    const whole = path === '-' ? null : await readWhole?.(path, format);
    if (whole !== null && whole !== undefined) {
      logs.push(whole);
      continue;
    }
    const reader = createLogReader({ file, format, onUse, fastLines });
    const fault = await readLogBytes(path, reader.push);
    const reading = reader.end();
    logs.push(reading);
    problems.push(...problemsOf(reading, fault));
  }
  return { logs, problems };
}

function problemsOf({ file, format, lines, silent }: LogReading, fault: string | null): readonly Problem[] {
  const at = startOf(file);
  const problems: Problem[] = [];
  if (fault !== null) {
    const message = `${file} was not read to its end: ${fault}`;
    problems.push({ code: 'file/unreadable', message, hint: 'get a whole copy of it', at });
  }
  if (format === null && (silent > 0 || lines > 0)) {
    const message = `${file} has no format that is known here`;
    const ids = LOG_FORMATS.map(({ id }) => id).join(', ');
    problems.push({
      code: 'document/invalid',
      message,
      hint: `known are ${ids}; describe any other JSON log with --map (docs/logs.md)`,
      at,
    });
  }
  return problems;
}

/** The format that the options name; null when the lines have to tell. @throws UserError usage/bad-argument, document/invalid */
export async function chooseFormat({ logFormat, map }: LogInputOptions): Promise<LogFormat | null> {
  if (map !== undefined) {
    const { format, problems } = readLogMapping(map, decodeText(map, await systemFiles.readBytes(map)));
    if (format !== null) return format;
    throw new UserError('document/invalid', `${map} has faults`, { problems });
  }
  if (logFormat === undefined) return null;
  const chosen = LOG_FORMATS.find(({ id }) => id === logFormat);
  if (chosen !== undefined) return chosen;
  throw new UserError('usage/bad-argument', `there is no log format "${logFormat}"`, {
    hint: `choose one of ${LOG_FORMATS.map(({ id }) => id).join(', ')}, or describe yours with --map`,
  });
}

/** The files that samples name. @throws UserError usage/no-input, file/missing */
export async function expandSamples(samples: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const sample of samples) {
    if (sample === '-') found.add(sample);
    else if (/[*?]/.test(sample) && !(await systemFiles.exists(sample))) {
      for (const file of await globbed(sample)) found.add(file);
    } else for (const file of await systemFiles.list([sample], LOG_ENDINGS)) found.add(file);
  }
  if (found.size > 0) return [...found];
  throw new UserError('usage/no-input', 'no log to read', {
    hint: 'name files, folders or globs of logs, or - for standard input',
  });
}

/** Shells expand globs themselves, unless they stand in quotes or in a file. */
async function globbed(pattern: string): Promise<readonly string[]> {
  const plain = pattern.replace(/^\.\//, '');
  const folder = plain.slice(0, plain.search(/[*?]/)).replace(/[^/]*$/, '');
  const files = await systemFiles.list([folder === '' ? '.' : folder], ['']);
  const fitting = files.filter((file) => fitsGlob(file, plain));
  if (fitting.length > 0) return fitting;
  throw new UserError('file/missing', `no file fits ${pattern}`, { hint: 'check the pattern' });
}

/**
 * Replays the samples against two versions of the policies.
 *
 * @throws UserError as `readRecordedUses` does
 */
export async function replaySamples(
  samples: readonly string[],
  options: LogInputOptions,
  versions: ReplayVersions,
  rules: ReplayGateRules | null = null,
): Promise<ReplayResult> {
  const { replay, fastLines } = replayOf(versions);
  const { logs, problems } = await readRecordedUses(samples, options, {
    onUse: replay.add,
    fastLines,
    readWhole: (path, format) => replayInThreads(path, format, { versions, tally: replay }),
  });
  const result = { ...replay.findings(), logs, problems };
  return { ...result, gate: rules === null ? null : gateReplay(result, rules) };
}
