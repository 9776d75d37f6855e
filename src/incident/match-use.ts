/** Which recorded uses are uses of a leaked credential, or of what came from it. */
import type { Incident, Leaked } from '../model/incident.ts';
import type { UseLink } from '../model/incident-scope.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import type { BoundedSet, BoundedSetState } from './identifiers.ts';
import { boundedSet } from './identifiers.ts';

export interface Match {
  readonly link: UseLink;
  readonly isDerived: boolean;
}

export interface Matcher {
  /** First time over the logs: what the line says itself. Remembers the ids that are seen with the credential. */
  readonly matchDirect: (use: RecordedUse) => Match | null;
  /** Second time over the logs: what follows from the ids. */
  readonly matchDerived: (use: RecordedUse) => Match | null;
  /** Whether ids could give away a use that does not match by itself. */
  readonly mayDerive: (use: RecordedUse) => boolean;
  readonly ids: LearnedIds;
  /** Ids were left out: uses that only they give away are missing. */
  readonly isFull: () => boolean;
  readonly state: () => MatcherState;
  readonly merge: (state: MatcherState) => void;
}

/** Ids that are seen with the credential; those that no derived use is found by stay empty. */
export interface LearnedIds {
  readonly jtis: BoundedSet;
  readonly hashes: BoundedSet;
  readonly sids: BoundedSet;
  /** Of refresh tokens without sessions: subjects and clients. */
  readonly subjects: BoundedSet;
}

/** The ids, as they go from one thread to another. */
export type MatcherState = Readonly<Record<keyof LearnedIds, BoundedSetState>>;

/** Ids of one kind that are remembered: some 10 MB. */
const MAX_IDS = 200_000;

/** Logs may shorten hashes; 40 bits are told apart among a hundred million lines. */
export const FEWEST_DIGITS = 10;

/**
 * Finds uses by what the lines say themselves and, for lines that say less, by the ids that other lines of the same logs
 * show together with the credential. What is unknown never contradicts; what is known and differs always does.
 */
export function createMatcher(incident: Incident, state: MatcherState | null = null): Matcher {
  const { leaked, issuer } = incident;
  const jtis = boundedSet(MAX_IDS, state?.jtis);
  const hashes = boundedSet(MAX_IDS, state?.hashes);
  const sids = boundedSet(MAX_IDS, state?.sids);
  const subjects = boundedSet(MAX_IDS, state?.subjects);
  const fits = ({ iss }: RecordedUse): boolean => issuer === null || iss === null || iss === issuer;

  const derived = (use: RecordedUse): UseLink | null => {
    if (lacksTheName(leaked, use)) {
      if (jtis.has(use.jti)) return 'jti';
      if (hashes.has(use.tokenHash)) return 'token_hash';
    }
    if (followsSessions(leaked, use) && sids.has(use.sid)) return 'sid';
    if (leaked.kind !== 'refresh_token' || !sids.isEmpty() || !subjects.has(subjectOf(use))) return null;
    return use.iat !== null && use.iat * 1000 >= incident.since ? 'sub' : null;
  };

  const learn = (use: RecordedUse): void => {
    if (leaked.kind !== 'token' || use.jti !== leaked.claims.jti) jtis.add(use.jti);
    if (hashOfLeaked(leaked) === null || sameHash(hashOfLeaked(leaked) ?? '', use.tokenHash) !== true) {
      hashes.add(use.tokenHash);
    }
    if (learnsSessions(leaked)) sids.add(use.sid);
    if (leaked.kind === 'refresh_token') subjects.add(subjectOf(use));
  };

  return {
    matchDirect: (use) => {
      const link = fits(use) ? directLink(leaked, use) : null;
      if (link === null) return null;
      learn(use);
      return { link, isDerived: false };
    },
    matchDerived: (use) => {
      if (!fits(use) || directLink(leaked, use) !== null) return null;
      const link = derived(use);
      return link === null ? null : { link, isDerived: true };
    },
    mayDerive: (use) => {
      if (!fits(use)) return false;
      if (lacksTheName(leaked, use) && (use.jti !== null || use.tokenHash !== null)) return true;
      if (followsSessions(leaked, use) && use.sid !== null) return true;
      return leaked.kind === 'refresh_token' && use.sub !== null;
    },
    ids: { jtis, hashes, sids, subjects },
    isFull: () => [jtis, hashes, sids, subjects].some((set) => set.isFull()),
    state: () => ({
      jtis: jtis.state(),
      hashes: hashes.state(),
      sids: sids.state(),
      subjects: subjects.state(),
    }),
    merge: (other) => {
      jtis.merge(other.jtis);
      hashes.merge(other.hashes);
      sids.merge(other.sids);
      subjects.merge(other.subjects);
    },
  };
}

/** Kinds whose sessions lead to further uses. */
export function learnsSessions({ kind }: Leaked): boolean {
  return kind === 'token' || kind === 'refresh_token' || kind === 'client_id';
}

function hashOfLeaked(leaked: Leaked): string | null {
  return leaked.kind === 'token' || leaked.kind === 'refresh_token' ? leaked.sha256 : null;
}

/** What the line itself says to be the leaked credential. */
export function directLink(leaked: Leaked, use: RecordedUse): UseLink | null {
  switch (leaked.kind) {
    case 'token':
      return linkOfToken(leaked, use);
    case 'refresh_token':
      return sameHash(leaked.sha256, use.tokenHash) === true ? 'token_hash' : null;
    case 'kid':
      return use.kid === leaked.value ? 'kid' : null;
    case 'client_id':
      return use.clientId === leaked.value ? 'client_id' : null;
    case 'sid':
      return use.sid === leaked.value ? 'sid' : null;
    case 'hmac_secret': {
      if (leaked.kid !== null) return use.kid === leaked.kid ? 'kid' : null;
      return use.iss !== null && use.alg?.startsWith('HS') === true ? 'secret' : null;
    }
  }
}

function linkOfToken({ sha256, claims }: Extract<Leaked, { kind: 'token' }>, use: RecordedUse): UseLink | null {
  const same = sameHash(sha256, use.tokenHash);
  if (same === true) return 'token_hash';
  // Whoever re-encodes a token changes its hash, not its id.
  if (claims.jti !== null && use.jti === claims.jti) return 'jti';
  if (same === false || (claims.jti !== null && use.jti !== null)) return null;
  const { sub, iat, exp, clientId } = claims;
  if (sub === null || iat === null || exp === null) return null;
  const isSameClient = clientId === null || use.clientId === null || use.clientId === clientId;
  return use.sub === sub && use.iat === iat && use.exp === exp && isSameClient ? 'claims' : null;
}

/** Null when the log calls its tokens something else than their SHA-256. */
function sameHash(whole: string, shown: string | null): boolean | null {
  if (shown === null || shown.length < FEWEST_DIGITS || !/^[0-9a-f]+$/i.test(shown)) return null;
  return whole.startsWith(shown.toLowerCase());
}

/** A line that says another key or client is about something else, whatever ids it shows. */
function lacksTheName({ kind }: Leaked, use: RecordedUse): boolean {
  if (kind === 'kid' || kind === 'hmac_secret') return use.kid === null;
  if (kind === 'client_id') return use.clientId === null;
  if (kind === 'sid') return use.sid === null;
  return true;
}

/** Sessions of users whose tokens a leaked key forged are still their own. */
function followsSessions({ kind }: Leaked, use: RecordedUse): boolean {
  return kind === 'token' || kind === 'refresh_token' || (kind === 'client_id' && use.clientId === null);
}

function subjectOf({ sub, clientId }: RecordedUse): string | null {
  return sub === null ? null : JSON.stringify([sub, clientId]);
}
