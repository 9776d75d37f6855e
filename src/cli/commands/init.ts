import { join } from 'node:path';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { systemFiles } from '../../system/files.ts';
import type { Io } from '../io.ts';
import { INIT_FILES } from './init-templates.ts';

/** `firebreak init [DIR]`: writes a first policy, inventory and workflow; never over an existing file. */
export async function runInit(io: Io, [folder = '.']: readonly string[]): Promise<ExitCode> {
  const paths = Object.keys(INIT_FILES);
  const present: string[] = [];
  for (const path of paths) if (await systemFiles.exists(join(folder, path))) present.push(path);
  if (present.length > 0) {
    throw new UserError('file/unwritable', `${present.join(', ')} exist already; nothing was written`, {
      hint: 'move them away, or run init in an empty folder and copy what you need',
    });
  }
  for (const path of paths) {
    await systemFiles.writeAtomically(join(folder, path), INIT_FILES[path] ?? '');
    io.out(`wrote ${join(folder, path)}\n`);
  }
  io.out(
    '\nNext: replace the example issuer, audience and verifiers, then\n  firebreak lint\n  firebreak predict --tree\n',
  );
  return EXIT.done;
}
