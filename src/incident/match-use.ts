/** Which recorded uses are uses of a leaked credential, or of what came from it. */
import type { Incident, Leaked } from '../model/incident.ts';
import type { UseLink } from '../model/incident-scope.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import { boundedSet } from './identifiers.ts';

export interface Match {
  readonly link: UseLink;
  readonly isDerived: boolean;
}

export interface Matcher {
  /** First time over the logs: remembers the ids that are seen with the credential. */
  readonly learn: (use: RecordedUse) => void;
  /** Second time over the logs. */
  readonly match: (use: RecordedUse) => Match | null;
  /** Ids were left out: uses that only they give away are missing. */
  readonly isFull: () => boolean;
}

/** Ids of one kind that are remembered: some 20 MB of texts. */
const MAX_IDS = 200_000;

/** Logs may shorten hashes; 40 bits are told apart among a hundred million lines. */
const FEWEST_DIGITS = 10;

/**
 * Finds uses by what the lines say themselves and, for lines that say less, by the ids that other lines of the same logs
 * show together with the credential. What is unknown never contradicts; what is known and differs always does.
 */
export function createMatcher(incident: Incident): Matcher {
  const { leaked, issuer } = incident;
  const jtis = boundedSet(MAX_IDS);
  const hashes = boundedSet(MAX_IDS);
  const sids = boundedSet(MAX_IDS);
  const subjects = boundedSet(MAX_IDS);
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

  return {
    learn: (use) => {
      if (!fits(use) || directLink(leaked, use) === null) return;
      jtis.add(use.jti);
      hashes.add(use.tokenHash);
      sids.add(use.sid);
      subjects.add(subjectOf(use));
    },
    match: (use) => {
      if (!fits(use)) return null;
      const direct = directLink(leaked, use);
      if (direct !== null) return { link: direct, isDerived: false };
      const link = derived(use);
      return link === null ? null : { link, isDerived: true };
    },
    isFull: () => [jtis, hashes, sids, subjects].some((set) => set.isFull()),
  };
}

/** What the line itself says to be the leaked credential. */
function directLink(leaked: Leaked, use: RecordedUse): UseLink | null {
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
