import type { RecordedProof, RecordedUse } from '../model/recorded-use.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import { metadataFields } from './token-metadata.ts';
import { audiencesOf } from './use-of-token.ts';
import { address, decision, isLine, number, path, text, texts, time } from './values.ts';

/** Members of which a line beside its time has one at least. */
export const TELLING_MEMBERS: readonly string[] = [
  'iss',
  'alg',
  'kid',
  'exp',
  'claims',
  'jti',
  'client_id',
  'client_id_hash',
  'decision',
];

/**
 * Our own format: one JSON object to a line, its members named after the registered claims and header parameters. A
 * member that is missing, null or empty is unknown. `claims` lists the names of all claims, `header` those of all
 * header parameters; either may be an object of names and values.
 */
export const JSON_LINES: LogFormat = {
  id: 'json-lines',
  title: 'JSON lines of token metadata',
  recognises: (line) =>
    (Object.hasOwn(line, 'ts') || Object.hasOwn(line, 'time')) &&
    TELLING_MEMBERS.some((name) => Object.hasOwn(line, name)),
  read: readJsonLine,
  cannotAnswer: [],
};

const NO_VALUES: Readonly<Record<string, unknown>> = {};

// Members are read as properties of a fixed name: a million lines are read, and that is what engines make fast. What an
// object inherits is no text, number or list, so it reads as unknown.
function readJsonLine(line: LogLine): RecordedUse {
  const { claims, header } = line;
  const use = readMembers(line);
  if (!isLine(claims) && !isLine(header)) return use;
  // What a line says by itself counts more than what follows from its objects.
  const said = Object.entries(use).filter(([name, value]) => value !== null && !COMPLETE.has(name));
  const whole = metadataFields(isLine(claims) ? claims : null, isLine(header) ? header : null);
  return { ...use, ...whole, ...Object.fromEntries(said) };
}

const COMPLETE: ReadonlySet<string> = new Set(['claimNames', 'claimValues', 'headerNames', 'headerValues']);

function readMembers(line: LogLine): RecordedUse {
  const cnf = confirmation(line['cnf']);
  return {
    time: time(line['ts'] ?? line['time']),
    target: text(line['target']),
    verifier: text(line['verifier']),
    route: path(line['route']),
    method: text(line['method']),
    status: number(line['status']),
    decision: decision(line['decision']),
    alg: text(line['alg']),
    typ: text(line['typ']),
    kid: text(line['kid']),
    headerNames: names(line['header']),
    headerValues: NO_VALUES,
    iss: text(line['iss']),
    aud: audiencesOf(line['aud']),
    exp: number(line['exp']),
    iat: number(line['iat']),
    nbf: number(line['nbf']),
    jti: text(line['jti']),
    sid: text(line['sid']),
    sub: text(line['sub']),
    clientId: text(line['client_id']) ?? text(line['client_id_hash']),
    cnf,
    claimNames: names(line['claims']),
    claimValues: NO_VALUES,
    proof: proof(line['proof'], cnf),
    ip: address(line['ip']),
    userAgent: text(line['user_agent']),
    tokenHash: text(line['token_hash']),
    count: count(line['count']),
  };
}

/** `none` says of the whole use that it was a bearer token without a proof beside it. */
const NO_PROOF: RecordedProof = { kind: 'none' };
const DPOP: RecordedProof = { kind: 'dpop', jkt: null, alg: null, issuedAt: null, hasNonce: null, hasAth: null };
const MTLS: RecordedProof = { kind: 'mtls', thumbprint: null };

function proof(value: unknown, cnf: RecordedUse['cnf']): RecordedProof | null {
  if (value === 'dpop') return DPOP;
  if (value === 'mtls') return MTLS;
  return value === 'none' || cnf === 'none' ? NO_PROOF : null;
}

function confirmation(value: unknown): RecordedUse['cnf'] {
  return value === 'dpop' || value === 'mtls' || value === 'none' ? value : null;
}

function names(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? texts(value) : null;
}

function count(value: unknown): number {
  const given = value === undefined ? 1 : number(value);
  return given === null || given < 1 ? 1 : Math.floor(given);
}
