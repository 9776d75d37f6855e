import type { Location } from '../model/location.ts';
import type { Revocation, RevocationEntry, RevokedBy } from '../model/revocation.ts';
import { canonicalJson, sha256Hex } from '../policy/digest.ts';

/** One thing that is refused now, with every instant as a NumericDate (RFC 7519 section 2): whole seconds since the epoch. */
export interface LiveEntry {
  /** The `iss` it is about; null for every issuer. */
  readonly iss: string | null;
  /** What it names; null for everybody's tokens. */
  readonly by: RevokedBy | null;
  readonly value: string | null;
  /** Only tokens with a smaller `iat`, and tokens without one; null for all tokens. */
  readonly issuedBefore: number | null;
  readonly expires: number;
  readonly statusIndex: number | null;
  /** Names of the documents that say so, sorted. */
  readonly revocations: readonly string[];
  readonly at: Location;
}

/** Everything that is refused now, in the order and with the digest that every target writes. */
export interface RevocationList {
  readonly entries: readonly LiveEntry[];
  /** sha256 over the canonical JSON of the entries, lower-case hex: equal for equal lists, whatever the documents look like. */
  readonly digest: string;
  /** Milliseconds since the epoch; documents that ended before it are left out. */
  readonly now: number;
}

export interface RevocationChoice {
  readonly now: number;
  /** Only what is about this issuer or about all; null for everything. */
  readonly issuer: string | null;
  /** Only what counts in this environment; null for everything. */
  readonly environment: string | null;
}

/** What the documents refuse at an instant. Entries about the same thing become one that refuses whatever either did. */
export function liveEntries(revocations: readonly Revocation[], choice: RevocationChoice): RevocationList {
  const merged = new Map<string, LiveEntry>();
  const chosen = revocations.filter((revocation) => isMeant(revocation, choice));
  for (const revocation of chosen) {
    for (const entry of revocation.entries) {
      const live = liveEntry(revocation, entry);
      const key = keyOf(live);
      const before = merged.get(key);
      merged.set(key, before === undefined ? live : bothOf(before, live));
    }
  }
  const entries = [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  const said = entries.map(({ iss, by, value, issuedBefore, expires, statusIndex }) => {
    return { iss, by, value, issuedBefore, expires, statusIndex };
  });
  return { entries, digest: sha256Hex(canonicalJson(said)), now: choice.now };
}

function isMeant({ expires, issuer, environments }: Revocation, choice: RevocationChoice): boolean {
  if (expires.ends <= choice.now) return false;
  if (choice.issuer !== null && issuer !== null && issuer !== choice.issuer) return false;
  return choice.environment === null || environments === null || environments.includes(choice.environment);
}

/** Fractions round up: a token that was issued in the same second as the cut-off is refused. */
function liveEntry({ name, issuer, expires }: Revocation, entry: RevocationEntry): LiveEntry {
  const { by, value, issuedBefore, statusIndex, at } = entry;
  return {
    iss: issuer,
    by,
    value,
    issuedBefore: issuedBefore === null ? null : Math.ceil(issuedBefore.ends / 1000),
    expires: Math.ceil(expires.ends / 1000),
    statusIndex,
    revocations: [name],
    at,
  };
}

/** Two cut-offs of one subject are one key, but a cut-off and a full stop are two. */
function keyOf({ iss, by, value, issuedBefore, statusIndex }: LiveEntry): string {
  return canonicalJson([iss, by, value, issuedBefore !== null, statusIndex]);
}

function bothOf(a: LiveEntry, b: LiveEntry): LiveEntry {
  return {
    ...a,
    issuedBefore: a.issuedBefore === null || b.issuedBefore === null ? null : Math.max(a.issuedBefore, b.issuedBefore),
    expires: Math.max(a.expires, b.expires),
    revocations: [...new Set([...a.revocations, ...b.revocations])].sort(),
  };
}
