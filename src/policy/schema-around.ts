import type { Pointer, SourceDocument } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import { segmentsOf, valueAt } from './pointers.ts';
import type { Schema } from './schema/parts.ts';
import { schemaBelow } from './schema/parts.ts';

/** The schema of the value that failed. Compiled references lose their path, so the data leads the way. */
export function schemaAround(
  pointer: Pointer,
  { schema: root, source }: { readonly schema: Schema; readonly source: SourceDocument },
): Schema {
  let schema = root;
  let value: unknown = source.data;
  for (const key of segmentsOf(pointer)) {
    const branch = branchFor(schema, value);
    schema = (branch === null ? null : schemaBelow(root, branch, key)) ?? schemaBelow(root, schema, key) ?? {};
    value = valueAt(value, pointerTo('', key));
  }
  return schema;
}

/** What a schema says on top about this very value: its `then` where a constant of its `if` is the one in the data. */
function branchFor(schema: Schema, value: unknown): Schema | null {
  const branches = (schema['allOf'] ?? []) as readonly { readonly if: Schema; readonly then: Schema }[];
  const found = branches.find(({ if: condition }) =>
    Object.entries((condition['properties'] ?? {}) as Record<string, Schema>).every(
      ([key, { const: wanted }]) => valueAt(value, pointerTo('', key)) === wanted,
    ),
  );
  return found?.then ?? null;
}
