/** Ceilings that changed: they decide what policies may say, not which tokens are accepted, so they have no verdict. */
import type { Guardrail } from '../model/guardrail.ts';
import { canonicalJson } from '../policy/digest.ts';

/** One sentence for each Guardrail that was added, changed or removed. */
export function guardrailNotes(before: readonly Guardrail[], after: readonly Guardrail[]): readonly string[] {
  const names = new Set([...before, ...after].map(({ name }) => name));
  return [...names].sort().flatMap((name) => {
    const old = textOf(before.find((each) => each.name === name));
    const young = textOf(after.find((each) => each.name === name));
    if (old === young) return [];
    const what = old === null ? 'is new' : young === null ? 'is gone' : 'changed';
    return [`Guardrail "${name}" ${what}: it limits what policies may say, and firebreak lint holds them against it`];
  });
}

function textOf(guardrail: Guardrail | undefined): string | null {
  return guardrail === undefined ? null : canonicalJson({ spec: guardrail.spec, appliesTo: guardrail.appliesTo });
}
