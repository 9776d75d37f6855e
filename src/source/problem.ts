import type { Problem } from '../model/failure.ts';
import type { Location } from '../model/location.ts';

/** A fault of a document's text. */
export function documentProblem(at: Location, message: string, hint: string): Problem {
  return { code: 'document/invalid', message, hint, at };
}

/** Something in another product's configuration that is not read because it would cost too much. */
export function leftOut(at: Location, message: string): Problem {
  return {
    code: 'config/left-out',
    message,
    hint: 'split or shorten it; if it does not matter, name the paths to read without it',
    at,
  };
}

/** Most problems told of one file or document; one with more has a cause that the first of them show. */
const MAX_PROBLEMS = 100;

/** The first problems, and how many there are beyond them. */
export function limitProblems(problems: readonly Problem[]): readonly Problem[] {
  const next = problems[MAX_PROBLEMS];
  if (next === undefined) return problems;
  const rest: Problem = {
    code: next.code,
    message: `${problems.length - MAX_PROBLEMS} more faults follow`,
    hint: 'correct the first ones',
    at: next.at,
  };
  return [...problems.slice(0, MAX_PROBLEMS), rest];
}
