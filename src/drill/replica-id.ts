import { valueAt } from '../policy/pointers.ts';
import type { ReplicaId } from '../model/pool.ts';
import type { HttpExchange } from '../model/ports.ts';

/** What may stand in journals and reports as the name of a replica. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}$/;

/** Who of a pool gave an answer. Empty when the answer does not say, or says something that is no name. */
export function replicaOf(
  { headers, body }: Pick<HttpExchange, 'headers' | 'body'>,
  id: ReplicaId | null,
): { readonly replica?: string } {
  if (id === null) return {};
  const name = 'header' in id ? headers[id.header] : namedIn(body, id.pointer);
  return name !== undefined && NAME.test(name) ? { replica: name } : {};
}

/** The text or number that a JSON pointer (RFC 6901 section 4) leads to. */
function namedIn(body: string, pointer: string): string | undefined {
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch {
    return undefined;
  }
  const value = valueAt(data, pointer);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
