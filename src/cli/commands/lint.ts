import { lint } from '../../lint/lint.ts';
import { readEstate } from '../../lint/read-estate.ts';
import type { ExitCode } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { decodeText } from '../../source/decode.ts';
import { systemFiles } from '../../system/files.ts';
import type { Blocklist } from '../../token/analysis/known-compromised.ts';
import { readBlocklist } from '../../token/analysis/known-compromised.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { loadFiles, readNow } from '../load.ts';
import { readOutputs } from '../output.ts';
import { LINT_FORMATS, exitOfLint, writeLintOutputs } from '../render-lint.ts';

/** The public lists have about 60 MB. */
const MAX_BLOCKLIST_BYTES = 256 * 1024 * 1024;

/** `firebreak lint`: offline. 2 when an input cannot be evaluated, 1 at or above --fail-on, else 0. */
export async function runLint(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, LINT_FORMATS, 'pretty');
  const files = await loadFiles(paths);
  const read = readEstate(files, {
    now: readNow(options.now),
    hmacWords: await readWords(options.wordlist),
    blocklist: await readBlocklistFile(options.blocklist),
  });
  const result = lint(read, {
    only: names(options.only),
    skip: names(options.skip),
    ignores: options.ignores !== false,
  });
  await writeLintOutputs(targets, result, read.texts, { io, options });
  return exitOfLint(result, options.failOn ?? 'error');
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A word list may have any line ends; empty lines are no secrets. */
async function readWords(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined) return [];
  return decodeText(file, await systemFiles.readBytes(file))
    .split(/\r?\n/)
    .filter((word) => word !== '');
}

/** Known-compromised keys as sorted records of 16 bytes: 15 of a hash, one that names the list. */
async function readBlocklistFile(file: string | undefined): Promise<Blocklist | null> {
  if (file === undefined) return null;
  const blocklist = readBlocklist(await systemFiles.readBytes(file, MAX_BLOCKLIST_BYTES));
  if (blocklist === null) {
    throw new UserError('usage/bad-argument', `${file} is not a list of compromised keys`, {
      hint: 'it must be sorted records of 16 bytes: 15 hash bytes and a list number',
    });
  }
  return blocklist;
}
