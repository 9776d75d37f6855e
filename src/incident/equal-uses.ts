import type { ScopeUse } from '../model/incident-scope.ts';

/**
 * Uses that are equal to another one in everything that their lines say, in words: a collector that sends lines twice makes
 * such ones, but so does a log whose times are whole seconds, so they are told and not left out.
 *
 * @param uses by time
 */
export function equalUses(uses: readonly ScopeUse[]): readonly string[] {
  let equal = 0;
  let first: ScopeUse | null = null;
  for (let at = 0; at < uses.length;) {
    const time = uses[at]?.time ?? null;
    let next = at + 1;
    while (next < uses.length && uses[next]?.time === time) next += 1;
    const seen = new Set<string>();
    for (const use of time === null || next === at + 1 ? [] : uses.slice(at, next)) {
      const { file: _, line: __, ...said } = use;
      const text = JSON.stringify(said);
      if (seen.has(text)) {
        equal += 1;
        first ??= use;
      }
      seen.add(text);
    }
    at = next;
  }
  if (first === null) return [];
  const words = equal === 1 ? 'use says' : 'uses say';
  return [
    `${equal} of the listed ${words} the same as another one in all its members, first ${first.file}:${first.line}: if a line was shipped twice, it counts twice`,
  ];
}
