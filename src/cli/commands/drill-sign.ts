import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { systemFiles } from '../../system/files.ts';
import { readSigningKey } from '../../token/report-key.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { readKeyText, readStoredResult, signStored } from '../stored-results.ts';

/** `firebreak drill sign RESULT --key FILE`: adds a signature to a stored result. Nothing but signatures changes in it. */
export async function runDrillSign(io: Io, [file = '']: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const key = readSigningKey(await readKeyText(String(options.key)));
  const stored = await readStoredResult(file);
  await systemFiles.writeAtomically(file, await signStored(stored, key));
  io.out(`${file}: signed by ${key.kid} (${key.alg})\n`);
  return EXIT.done;
}
