import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import type { MigratedFile } from '../../policy/migrate.ts';
import { migrateFiles } from '../../policy/migrate.ts';
import { unifiedPatch } from '../../report/patch.ts';
import { visible } from '../../report/visible.ts';
import type { Io } from '../io.ts';
import { loadFiles } from '../load.ts';
import { InvalidDocuments } from '../load-estate.ts';
import type { CommandOptions } from '../options.ts';
import { writeRepaired } from '../write-fixes.ts';

/**
 * `firebreak policy migrate`: rewrites documents in place, or prints the patch with --dry-run. Nothing is written while any
 * document cannot be read or rewritten, which is 2; each file is replaced whole.
 */
export async function runPolicyMigrate(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const inputs = (await loadFiles(paths)).filter(({ text }) => text.includes('firebreak.dev/'));
  const { files, problems } = migrateFiles(inputs);
  if (problems.length > 0) {
    throw new InvalidDocuments(problems, new Map(inputs.map(({ file, text }) => [file, text])));
  }
  if (options.dryRun === true) {
    for (const { file, before, after } of files) io.out(unifiedPatch(file, before, after));
    io.err(`${files.length} would be rewritten\n`);
    return EXIT.done;
  }
  await writeRepaired(files.map((file) => ({ ...file, count: file.applied.length })));
  for (const file of files) io.out(`${lineOf(file)}\n`);
  io.err(`${files.length} rewritten\n`);
  return EXIT.done;
}

function lineOf({ file, applied }: MigratedFile): string {
  return `${visible(file)}  ${applied.join(', ')}`;
}
