/** `final`: fields that no waiver may loosen. Overlays can never loosen, so here they are only checked and recorded. */
import { pointerTo } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import { SCENARIOS, TOKEN_CLASSES } from '../model/policy.ts';
import type { Contribution } from '../model/policy.ts';
import { JWKS_CACHE, KEYS, SCOPE, objectiveDimensions } from './meet-dimensions.ts';
import { tokenDimensions } from './meet-tokens.ts';
import { nearest } from './nearest.ts';
import type { PolicyGraph } from './resolve-graph.ts';

/**
 * Every path that `final` may name: the fields themselves and the groups they stand in, `keys` or
 * `tokens.access_token.binding`.
 */
function finalPaths(): ReadonlySet<string> {
  const fields = [
    ...Object.values(SCOPE),
    ...Object.values(KEYS),
    ...Object.values(JWKS_CACHE),
    ...TOKEN_CLASSES.flatMap((tokenClass) => Object.values(tokenDimensions(tokenClass))),
    ...SCENARIOS.flatMap((scenario) => Object.values(objectiveDimensions(scenario))),
  ].map(({ path }: { readonly path: string }) => path);
  const paths = [...fields, 'revocation.channels', 'drills'];
  const groups = paths.flatMap((path) => {
    const parts = path.split('.');
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
  });
  return new Set([...paths, ...groups]);
}

/** The final fields of every policy by node index, with the document that said so. */
export function finalFields(graph: PolicyGraph, problems: Problem[]): readonly (readonly Contribution[])[] {
  const own = graph.nodes.map(({ document }) =>
    (document.spec.final ?? []).map((value, index): Contribution => ({
      policy: document.name,
      at: document.source.locate(pointerTo('/spec/final', index)),
      value,
    })),
  );
  const written = own.flat();
  const known: ReadonlySet<unknown> = written.length === 0 ? new Set() : finalPaths();
  for (const { policy, at, value } of written) {
    if (known.has(value)) continue;
    const near = nearest(String(value), [...known].map(String));
    problems.push({
      code: 'document/invalid',
      message: `final of TokenPolicy "${policy}" names an unknown field "${String(value)}"`,
      hint:
        near === null ? 'write a path below spec, such as tokens.access_token.algorithms' : `did you mean "${near}"?`,
      at,
    });
  }
  return graph.nodes.map(({ index, ancestors }) =>
    [...ancestors.map((ancestor) => ancestor.index), index].flatMap((at) => own[at] ?? []),
  );
}
