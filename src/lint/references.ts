import type { ValidDocument } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import { nearest } from '../policy/nearest.ts';

/**
 * Names that one document uses for another must exist. Checked where documents of the wanted kind are part of the run:
 * linting one file alone must not fail for the others.
 *
 * @param declared `kind/name` of every document, also of those with faults
 */
export function checkReferences(
  documents: readonly ValidDocument<unknown>[],
  declared: ReadonlySet<string>,
): readonly Problem[] {
  return documents.flatMap((document) => {
    if (document.kind === 'Drill') return checkDrill(document, declared);
    if (document.kind === 'TokenTest') return checkTokenTest(document, declared);
    return document.kind === 'Inventory' ? checkInventory(document, declared) : [];
  });
}

function checkTokenTest(document: ValidDocument<unknown>, declared: ReadonlySet<string>): readonly Problem[] {
  const { policy } = document.spec as { policy?: string }; // a name by the schema
  return policy === undefined ? [] : refersTo(document, '/spec/policy', `TokenPolicy/${policy}`, declared);
}

function checkDrill(document: ValidDocument<unknown>, declared: ReadonlySet<string>): readonly Problem[] {
  const { policy, inventory } = document.spec as { policy: string; inventory: string }; // required by the schema
  return [
    ...refersTo(document, '/spec/policy', `TokenPolicy/${policy}`, declared),
    ...refersTo(document, '/spec/inventory', `Inventory/${inventory}`, declared),
  ];
}

function checkInventory(document: ValidDocument<unknown>, declared: ReadonlySet<string>): readonly Problem[] {
  const { verifiers } = document.spec as { verifiers: readonly { policy?: string }[] }; // required by the schema
  return verifiers.flatMap(({ policy }, index) =>
    policy === undefined
      ? []
      : refersTo(document, `${pointerTo('/spec/verifiers', index)}/policy`, `TokenPolicy/${policy}`, declared),
  );
}

function refersTo(
  { source }: ValidDocument<unknown>,
  pointer: string,
  wanted: string,
  declared: ReadonlySet<string>,
): readonly Problem[] {
  const [kind = '', name = ''] = wanted.split('/');
  const names = [...declared].filter((each) => each.startsWith(`${kind}/`)).map((each) => each.slice(kind.length + 1));
  if (names.length === 0 || names.includes(name)) return [];
  const close = nearest(name, names);
  return [
    {
      code: 'document/not-found',
      message: `there is no ${kind} "${name}" among the files of this run`,
      hint: close === null ? 'name the file or folder that holds it too' : `did you mean "${close}"?`,
      at: source.locate(pointer),
    },
  ];
}
