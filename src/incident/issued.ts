import type { RecordedUse } from '../model/recorded-use.ts';
import { boundedSet } from './identifiers.ts';

/** What the issuer says to have issued. */
export interface IssuedTokens {
  readonly add: (use: RecordedUse) => void;
  /** Null when it cannot be told. */
  readonly wasIssued: (token: {
    readonly kid: string | null;
    readonly jti: string | null;
    readonly iat: number | null;
  }) => boolean | null;
  /** Why it cannot be told of any token; null when it can. */
  readonly silence: () => string | null;
}

/** Ids that are remembered: some 200 MB of texts at the most. */
const MAX_IDS = 2_000_000;

/**
 * The tokens of an issuer's own log. A token is one that was never issued only when its `iat` lies within the time that
 * the log covers and its `jti`, or its `kid`, is none that the log knows.
 */
export function createIssuedTokens(): IssuedTokens {
  const jtis = boundedSet(MAX_IDS);
  const kids = boundedSet(MAX_IDS);
  let first = Infinity;
  let last = -Infinity;
  return {
    add: ({ jti, kid, iat, time }) => {
      jtis.add(jti);
      kids.add(kid);
      const issued = iat === null ? time : iat * 1000;
      if (issued === null) return;
      first = Math.min(first, issued);
      last = Math.max(last, issued);
    },
    wasIssued: ({ jti, kid, iat }) => {
      if (iat === null || iat * 1000 < first || iat * 1000 > last) return null;
      if (kid !== null && !kids.isEmpty() && !kids.isFull() && !kids.has(kid)) return false;
      if (jti === null || jtis.isEmpty()) return null;
      if (jtis.has(jti)) return true;
      return jtis.isFull() ? null : false;
    },
    silence: () => {
      if (first > last) return 'the log of the issuer says nothing with a time';
      if (jtis.isEmpty()) return 'the log of the issuer has no jti';
      return jtis.isFull() ? `the log of the issuer has more than ${MAX_IDS} ids; the later ones were not kept` : null;
    },
  };
}
