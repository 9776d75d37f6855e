import type { TokenContext, UnverifiedToken } from '../model/decision.ts';
import type { RecordedProof, RecordedUse } from '../model/recorded-use.ts';

/** The token of a use as far as it is known, and what is not. */
export interface TokenReading {
  readonly token: UnverifiedToken;
  readonly context: Omit<TokenContext, 'tokenClass'>;
  /**
   * `header alg`, `claim exp`: the value; `presence jwk`: whether a header parameter is there; `time`, `route`, `ip`;
   * `proof kind`: all of the proof, `proof key`: the key it was made with, `proof alg`: one part of it.
   */
  readonly unknown: { readonly has: (input: string) => boolean };
  /** The claim is there, its value may be unknown. */
  readonly named: (claim: string) => boolean;
  /** The token holds the claim. */
  readonly has: (claim: string) => boolean;
}

/** Stands in for the name of a key that is not known; never printed. */
const SOME_KEY = 'unknown';

const NAME_OF_CONFIRMATION = { dpop: 'jkt', mtls: 'x5t#S256' } as const;

/** The token that a decision is asked about. Values that are unknown are left out, or stand in where a name is known. */
export function tokenOfUse(use: RecordedUse): TokenReading {
  const header = headerOf(use);
  const claims = claimsOf(use);
  const named = (claim: string): boolean => use.claimNames?.includes(claim) === true;
  const { proof, unknownParts } = proofOf(use, claims.known['cnf']);
  return {
    token: { header: header.known, claims: { ...standIns(use, claims.known), ...claims.known } },
    context: {
      now: use.time ?? 0,
      ...(use.route === null ? {} : { route: use.route }),
      ...(use.ip === null ? {} : { clientIp: use.ip }),
      ...(proof === null ? {} : { proof }),
    },
    unknown: {
      has: (input) => {
        const [kind = '', name = ''] = input.split(' ');
        if (kind === 'header') return !header.isKnown(name);
        if (kind === 'presence') return use.headerNames === null && !Object.hasOwn(header.known, name);
        if (kind === 'claim') return !claims.isKnown(name);
        if (kind === 'proof') return unknownParts.has(name);
        return kind === 'time' ? use.time === null : kind === 'route' ? use.route === null : use.ip === null;
      },
    },
    named,
    has: (claim) => Object.hasOwn(claims.known, claim) || named(claim),
  };
}

interface Members {
  readonly known: Readonly<Record<string, unknown>>;
  readonly isKnown: (name: string) => boolean;
}

function headerOf(use: RecordedUse): Members {
  const given = present({ alg: use.alg, typ: use.typ, kid: use.kid });
  const known = { ...use.headerValues, ...given };
  // Whether a key parameter is there is all that counts, and `crit` is held against the names beside it.
  const beside = (use.headerNames ?? []).filter((name) => !Object.hasOwn(known, name) && !VALUED.has(name));
  const isGiven = (name: string): boolean => Object.hasOwn(known, name);
  return {
    known: { ...Object.fromEntries(beside.map((name) => [name, {}])), ...known },
    isKnown: (name) => {
      if (!isGiven(name)) return use.headerNames !== null && !use.headerNames.includes(name);
      return name !== 'crit' || use.headerNames !== null;
    },
  };
}

/** Header parameters whose value is looked at. */
const VALUED: ReadonlySet<string> = new Set(['alg', 'typ', 'kid', 'crit']);

function claimsOf(use: RecordedUse): Members {
  const { iss, aud, exp, iat, nbf, jti, sid, sub, clientId, cnf } = use;
  const confirmation = cnf === null || cnf === 'none' ? null : { [NAME_OF_CONFIRMATION[cnf]]: SOME_KEY };
  // Some issuers name the client in another claim; only the list of names tells.
  const client_id = use.claimNames?.includes('client_id') === true ? clientId : null;
  const given = present({ iss, aud, exp, iat, nbf, jti, sid, sub, client_id, cnf: confirmation });
  const known = { ...given, ...use.claimValues };
  return {
    known,
    isKnown: (name) => {
      if (Object.hasOwn(known, name)) return true;
      if (name === 'cnf' && cnf === 'none') return true;
      return use.claimNames !== null && !use.claimNames.includes(name);
    },
  };
}

function present(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

/** A usable value for each claim of which only the name is known; checks on the value itself are undecided anyway. */
function standIns(use: RecordedUse, known: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (use.claimNames === null) return {};
  const names = use.claimNames.filter((name) => !Object.hasOwn(known, name));
  return Object.fromEntries(names.map((name) => [name, DATES.has(name) ? 0 : SOME_KEY]));
}

const DATES: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time']);

interface ProofReading {
  readonly proof: NonNullable<TokenContext['proof']> | null;
  readonly unknownParts: ReadonlySet<string>;
}

/** A proof of which nothing is known is taken for the best one there could be: what that cannot save is refused. */
function proofOf({ proof: shown, time, claimValues }: RecordedUse, cnf: unknown): ProofReading {
  const proof = Object.hasOwn(claimValues, 'cnf') ? shown : withoutKey(shown);
  if (proof === null) return { proof: bestProof(cnf), unknownParts: new Set(['kind', 'key']) };
  if (proof.kind === 'none') return { proof: null, unknownParts: new Set() };
  const best = bestProof(cnf);
  if (proof.kind === 'mtls') {
    const thumbprint = proof.thumbprint ?? (best?.kind === 'mtls' ? best.thumbprint : SOME_KEY);
    return { proof: { kind: 'mtls', thumbprint }, unknownParts: unknownOf({ key: proof.thumbprint }) };
  }
  return {
    proof: {
      kind: 'dpop',
      jkt: proof.jkt ?? (best?.kind === 'dpop' ? best.jkt : SOME_KEY),
      alg: proof.alg ?? '',
      issuedAt: proof.issuedAt ?? 0,
      hasNonce: proof.hasNonce ?? false,
      hasAth: proof.hasAth ?? false,
    },
    unknownParts: unknownDpop(proof, time),
  };
}

/** A key that is known of one side only cannot be compared. */
function withoutKey(proof: RecordedProof | null): RecordedProof | null {
  if (proof === null || proof.kind === 'none') return proof;
  return proof.kind === 'mtls' ? { ...proof, thumbprint: null } : { ...proof, jkt: null };
}

function unknownDpop(
  { jkt, alg, issuedAt, hasNonce, hasAth }: Extract<RecordedProof, { kind: 'dpop' }>,
  time: number | null,
): ReadonlySet<string> {
  return unknownOf({ key: jkt, alg, iat: issuedAt === null ? null : time, nonce: hasNonce, ath: hasAth });
}

function unknownOf(parts: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set(Object.keys(parts).filter((name) => parts[name] === null));
}

function bestProof(cnf: unknown): NonNullable<TokenContext['proof']> | null {
  if (typeof cnf !== 'object' || cnf === null) return null;
  const key = new Map<string, unknown>(Object.entries(cnf));
  const jkt = key.get('jkt');
  if (key.has('jkt')) {
    const about = { alg: '', issuedAt: 0, hasNonce: false, hasAth: false };
    return { kind: 'dpop', jkt: typeof jkt === 'string' ? jkt : SOME_KEY, ...about };
  }
  const thumbprint = key.get('x5t#S256');
  return key.has('x5t#S256')
    ? { kind: 'mtls', thumbprint: typeof thumbprint === 'string' ? thumbprint : SOME_KEY }
    : null;
}
