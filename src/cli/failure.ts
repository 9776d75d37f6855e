import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileTexts } from '../model/document.ts';
import type { ExitCode } from '../model/exit.ts';
import { EXIT } from '../model/exit.ts';
import { ProgramFault, UserError } from '../model/failure.ts';
import { systemFiles } from '../system/files.ts';
import type { Io } from './io.ts';
import { paintFor } from './paint.ts';
import { VERSION } from './version.ts';

/**
 * Prints what stopped a run and returns the exit code. A `UserError` is explained; anything else is a bug of ours: its
 * details go to a file that can be attached to a report, never to the screen.
 */
export async function reportFailure(error: unknown, io: Io): Promise<ExitCode> {
  if (error instanceof UserError) {
    const { renderUserError } = await import('../report/problem.ts');
    const texts = 'texts' in error && isTexts(error.texts) ? error.texts : undefined;
    io.err(renderUserError(error, { color: paintFor(io, 'err'), ...(texts === undefined ? {} : { texts }) }));
    return error.exitCode;
  }
  const fault = error instanceof ProgramFault ? error.cause : error;
  const { scrub } = await import('../drill/scrub.ts');
  const detail = scrub(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault), []);
  const file = join(tmpdir(), `firebreak-crash-${process.pid}.txt`);
  const kept = await systemFiles
    .writeAtomically(file, `firebreak ${VERSION}\nnode ${process.version} ${process.platform}\n\n${detail}\n`, 0o600)
    .then(() => `details are in ${file}; read it for secrets before you attach it to a report`)
    .catch(() => 'its details could not be written to a file');
  io.err(`internal error: this is a bug in firebreak\n  ${kept}\n`);
  return EXIT.failure;
}

/** By its shape: the class of such an error comes with every parser, and most failures need none. */
function isTexts(value: unknown): value is FileTexts {
  return typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function';
}
