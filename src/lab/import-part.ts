import { UserError } from '../model/failure.ts';

/**
 * Imports a library that only the lab needs. These are optional dependencies: everything but the lab works without. The
 * name is not a literal for the compiler, because several of these packages have types that need other packages; what
 * the lab uses of them is declared beside each use.
 *
 * @param specifier package name, or a path exported by it
 * @throws UserError lab/part-missing
 */
export async function importPart<Module>(specifier: string): Promise<Module> {
  try {
    return (await import(specifier)) as Module;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      const name = specifier.startsWith('@')
        ? specifier.split('/').slice(0, 2).join('/')
        : (specifier.split('/')[0] ?? specifier);
      throw new UserError('lab/part-missing', `the lab needs the package ${name}, which is not installed`, {
        hint: `npm install ${name}, or install without --omit=optional`,
        cause: error,
      });
    }
    throw error;
  }
}
