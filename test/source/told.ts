import type { Problem } from '../../src/model/failure.ts';

/** `line:column message` of each problem, in the order it is told. */
export function told(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`);
}
