import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';

/** A fault of a document's text. */
export function documentProblem(at: Location, message: string, hint: string): Problem {
  return { code: 'document/invalid', message, hint, at };
}
