import type { DryCheck } from '../model/dry-run.ts';
import { EXIT } from '../model/exit.ts';
import { UserError } from '../model/failure.ts';
import { HttpFailure } from '../model/ports.ts';

/** Runs one check. @param work what it found, in words; throws for what would refuse the run */
export async function check(
  what: DryCheck['what'],
  about: string | null,
  work: () => Promise<string> | string,
): Promise<DryCheck> {
  try {
    return { what, about, state: 'ok', says: await work(), hint: null, code: null, exit: EXIT.done };
  } catch (error) {
    if (error instanceof HttpFailure)
      return { what, about, state: 'refused', says: error.message, hint: null, code: null, exit: EXIT.failure };
    if (!(error instanceof UserError)) throw error;
    const { message, hint, code, exitCode } = error;
    return { what, about, state: 'refused', says: message, hint, code, exit: exitCode };
  }
}

/** What nobody can tell without changing something; it decides nothing. */
export function untried(what: DryCheck['what'], about: string | null, says: string): DryCheck {
  return { what, about, state: 'untried', says, hint: null, code: null, exit: EXIT.done };
}
