import type { VerifierDeclaration } from '../model/inventory.ts';
import type { Cursor } from './facts.ts';
import { child, isGiven, textOf, wholeOf } from './facts.ts';

/** The `pool` of a verifier; nothing where it has none. A header wins over a pointer, because it needs no body. */
export function readPool(at: Cursor): Pick<VerifierDeclaration, 'pool'> {
  if (!isGiven(at)) return {};
  const header = textOf(child(at, 'id_header'));
  const pointer = textOf(child(at, 'id_pointer'));
  return {
    pool: {
      replicas: wholeOf(child(at, 'replicas')),
      id: header === null ? (pointer === null ? null : { pointer }) : { header: header.toLowerCase() },
    },
  };
}
