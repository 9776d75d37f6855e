/** Tokens that got into a log in full: read for what they say, never kept. */
import { createHash } from 'node:crypto';
import type { RecordedUse } from '../model/recorded-use.ts';
import { decodeToken } from '../token/decode.ts';
import { tokenFields } from './use-of-token.ts';

/** How every JWT begins: `{"` in base64url. */
const BEGINNING = 'eyJ';

/** In a member that the log is set up to hold it in; its quotes are real, while those that a client sends are escaped. */
const NAMED =
  /(?<!\\)"[\w.-]*(?:authorization|token|jwt)[\w.-]*"\s*:\s*"(?:(?:bearer|dpop)\s+)?(eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*)/i;

/** After the scheme of an Authorization header, the one that was used; RFC 6750 section 2.1, RFC 9449 section 7.1. */
const USED = /\b(?:bearer|dpop)\s+(eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*)/i;
const ANY = /\b(eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*)/;

/** Shortest signature of a real algorithm, in characters: 256 bits (RFC 7518 section 3.2). Masks are shorter. */
const SHORTEST_SIGNATURE = 42;

export interface FoundToken {
  readonly fields: Partial<RecordedUse>;
  /** The signature is there too: whoever reads the log can use the token. */
  readonly isWhole: boolean;
  /** It stands in a member that is named for it, so whoever set up the log put it there. */
  readonly isNamed: boolean;
}

/** The token in the text of a line; null when there is none that can be read. */
export function tokenInLine(line: string): FoundToken | null {
  if (!line.includes(BEGINNING)) return null;
  const named = NAMED.exec(line);
  const compact = (named ?? USED.exec(line) ?? ANY.exec(line))?.[1];
  if (compact === undefined) return null;
  const decoded = decodeToken(compact);
  if (!decoded.ok) return null;
  const signature = compact.slice(compact.lastIndexOf('.') + 1);
  const isWhole = signature.length >= SHORTEST_SIGNATURE;
  const tokenHash = isWhole ? createHash('sha256').update(compact, 'utf8').digest('hex') : null;
  return {
    fields: { ...tokenFields(decoded.token), ...(tokenHash === null ? {} : { tokenHash }) },
    isWhole,
    isNamed: named !== null,
  };
}
