/** Whether a line that is still bytes says itself to be a use of the leaked credential. */
import type { Incident, Leaked } from '../model/incident.ts';
import type { MemberReader } from './scanned-members.ts';
import { ALG, CLIENT, CLIENT_HASH, HASH, IAT, ISS, JTI, KID, SID, SUB } from './scanned-members.ts';
import { FEWEST_DIGITS } from './match-use.ts';

/** `MAYBE` is left to whoever reads the line as a text. */
export const NO: number = 0;
export const YES: number = 1;
export const MAYBE: number = 2;

export interface DirectTest {
  /** Whether the line may be about a token of the issuer. */
  readonly fits: () => boolean;
  /** `NO`, `YES` or `MAYBE`; asked of lines that fit. */
  readonly matches: () => number;
  /** Whether ids that other lines show could make the line a use; asked of lines that fit and do not match. */
  readonly mayDerive: () => boolean;
}

/** A test of the line that the reader has before it. It says the same as `Matcher`, or `MAYBE`. */
export function createDirectTest({ issuer, leaked }: Incident, line: MemberReader): DirectTest {
  const iss = issuer === null ? null : new TextEncoder().encode(issuer);
  return {
    fits: () => iss === null || !line.isSaid(ISS) || line.equals(ISS, iss),
    matches: matchesOf(leaked, line),
    mayDerive: mayDeriveOf(leaked, line),
  };
}

function matchesOf(leaked: Leaked, line: MemberReader): () => number {
  const named = (member: number, name: string): (() => number) => {
    const bytes = new TextEncoder().encode(name);
    return () => (line.isSaid(member) && line.equals(member, bytes) ? YES : NO);
  };
  switch (leaked.kind) {
    case 'kid':
      return named(KID, leaked.value);
    case 'sid':
      return named(SID, leaked.value);
    case 'client_id': {
      const [byId, byHash] = [named(CLIENT, leaked.value), named(CLIENT_HASH, leaked.value)];
      return () => (line.isSaid(CLIENT) ? byId() : byHash());
    }
    case 'hmac_secret': {
      if (leaked.kid !== null) return named(KID, leaked.kid);
      const family = new TextEncoder().encode('HS');
      return () => (line.isSaid(ISS) && line.isSaid(ALG) && line.startsWith(ALG, family) ? YES : NO);
    }
    case 'refresh_token':
    case 'token':
      return mayBeToken(leaked, line);
  }
}

/** Few lines may be the one token, and those are looked at closely. */
function mayBeToken(leaked: Extract<Leaked, { kind: 'token' | 'refresh_token' }>, line: MemberReader): () => number {
  const beginning = new TextEncoder().encode(leaked.sha256.slice(0, FEWEST_DIGITS));
  const { jti, sub, iat } = leaked.kind === 'token' ? leaked.claims : { jti: null, sub: null, iat: null };
  const jtiBytes = new TextEncoder().encode(jti ?? '');
  const subBytes = new TextEncoder().encode(sub ?? '');
  return () => {
    if (line.isSaid(HASH) && line.startsWithDigits(HASH, beginning)) return MAYBE;
    if (jti !== null && line.isSaid(JTI)) return line.equals(JTI, jtiBytes) ? MAYBE : NO;
    if (sub === null || iat === null || !line.isSaid(SUB) || !line.equals(SUB, subBytes)) return NO;
    return line.integer(IAT) === iat ? MAYBE : NO;
  };
}

function mayDeriveOf({ kind }: Leaked, line: MemberReader): () => boolean {
  const hasId = (): boolean => line.isSaid(JTI) || line.isSaid(HASH);
  const hasClient = (): boolean => line.isSaid(CLIENT) || line.isSaid(CLIENT_HASH);
  switch (kind) {
    case 'kid':
    case 'hmac_secret':
      return () => !line.isSaid(KID) && hasId();
    case 'sid':
      return () => !line.isSaid(SID) && hasId();
    case 'client_id':
      return () => !hasClient() && (hasId() || line.isSaid(SID));
    case 'token':
      return () => hasId() || line.isSaid(SID);
    case 'refresh_token':
      return () => hasId() || line.isSaid(SID) || line.isSaid(SUB);
  }
}
