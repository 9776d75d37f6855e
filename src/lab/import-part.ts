import { UserError } from '../model/failure.ts';

/**
 * Imports a library that only the lab needs. These are optional dependencies: everything but the lab works without.
 *
 * @throws UserError lab/part-missing
 */
export async function importPart<Module>(name: string, load: () => Promise<unknown>): Promise<Module> {
  try {
    // The shapes that the lab uses are declared beside each use; the packages' own types do not fit the strict flags.
    return (await load()) as Module;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw new UserError('lab/part-missing', `the lab needs the package ${name}, which is not installed`, {
        hint: `npm install ${name}, or install without --omit=optional`,
        cause: error,
      });
    }
    throw error;
  }
}
