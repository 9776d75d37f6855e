import type { UnverifiedToken } from '../model/decision.ts';
import type { RecordedUse } from '../model/recorded-use.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a whole header says. Values stay where a policy may ask for them; the names are complete. */
export function headerFields(
  header: Members,
): Pick<RecordedUse, 'alg' | 'typ' | 'kid' | 'headerNames' | 'headerValues'> {
  return {
    alg: textOf(header, 'alg'),
    typ: textOf(header, 'typ'),
    kid: textOf(header, 'kid'),
    headerNames: Object.keys(header),
    headerValues: header,
  };
}

type ClaimFields = Pick<
  RecordedUse,
  'iss' | 'aud' | 'exp' | 'iat' | 'nbf' | 'jti' | 'sid' | 'sub' | 'clientId' | 'cnf' | 'claimNames' | 'claimValues'
>;

/** What a whole payload says. A value of an odd type is kept as it is and has no field of its own. */
export function claimFields(claims: Members): ClaimFields {
  return {
    iss: textOf(claims, 'iss'),
    aud: audiencesOf(memberOf(claims, 'aud')),
    exp: numberOf(claims, 'exp'),
    iat: numberOf(claims, 'iat'),
    nbf: numberOf(claims, 'nbf'),
    jti: textOf(claims, 'jti'),
    sid: textOf(claims, 'sid'),
    sub: textOf(claims, 'sub'),
    // RFC 9068 section 2.2 calls it client_id; `azp` is OpenID Connect Core section 2, `cid` Okta's own.
    clientId: textOf(claims, 'client_id') ?? textOf(claims, 'azp') ?? textOf(claims, 'cid'),
    cnf: confirmationOf(memberOf(claims, 'cnf')),
    claimNames: Object.keys(claims),
    claimValues: claims,
  };
}

/** Everything a decoded token says. */
export function tokenFields({ header, claims }: UnverifiedToken): ReturnType<typeof headerFields> & ClaimFields {
  return { ...headerFields(header), ...claimFields(claims) };
}

function confirmationOf(cnf: unknown): RecordedUse['cnf'] {
  if (cnf === undefined) return 'none';
  if (typeof cnf !== 'object' || cnf === null) return null;
  const [method, ...others] = Object.keys(cnf);
  if (others.length > 0) return null;
  return method === 'jkt' ? 'dpop' : method === 'x5t#S256' ? 'mtls' : null;
}

/** RFC 7519 section 4.1.3: a string or a list of strings; null for anything else. */
export function audiencesOf(aud: unknown): readonly string[] | null {
  if (typeof aud === 'string') return [aud];
  if (!Array.isArray(aud)) return null;
  return aud.every((item): item is string => typeof item === 'string') ? aud : null;
}

function textOf(members: Members, name: string): string | null {
  const value = memberOf(members, name);
  return typeof value === 'string' ? value : null;
}

function numberOf(members: Members, name: string): number | null {
  const value = memberOf(members, name);
  return typeof value === 'number' ? value : null;
}

function memberOf(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
