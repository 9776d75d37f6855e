import { toTimestamp } from '../model/instant.ts';
import type { LiveEntry } from './live-entries.ts';
import type { RevocationTarget } from './target.ts';

/** Grows in its second number when members are added. */
const SCHEMA_VERSION = '1.0';

/** For the hook of a library; the page has a checking function. */
export const jsonTarget: RevocationTarget = {
  id: 'json',
  title: 'one JSON document with every entry',
  reads: 'the verification hook of a service; `firebreak schema revocations` prints its schema',
  cannot: null,
  render: ({ entries, digest, now }) => {
    const document = {
      schema_version: SCHEMA_VERSION,
      digest: `sha256:${digest}`,
      as_of: toTimestamp(now),
      revocations: entries.map(asMember),
    };
    return { text: `${JSON.stringify(document, null, 2)}\n`, unsupported: [] };
  },
};

function asMember({ iss, by, value, issuedBefore, expires, statusIndex, revocations }: LiveEntry): object {
  return {
    ...(iss === null ? {} : { iss }),
    ...(by === null ? {} : { [by]: value }),
    ...(issuedBefore === null ? {} : { issued_before: issuedBefore }),
    ...(statusIndex === null ? {} : { status_index: statusIndex }),
    expires,
    because: revocations,
  };
}
