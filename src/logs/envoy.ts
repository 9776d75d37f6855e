import type { RecordedUse } from '../model/recorded-use.ts';
import { UNKNOWN_USE } from '../model/recorded-use.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import { findMetadata, metadataFields } from './token-metadata.ts';
import { address, member, number, path, text, time } from './values.ts';

/** Names that Envoy's documentation, Envoy Gateway and Istio give to the same operator. */
const NAMES = {
  time: ['start_time', 'timestamp', 'time', '@timestamp'],
  method: ['method', ':method'],
  path: ['path', 'x-envoy-origin-path', 'x-envoy-original-path', ':path'],
  status: ['response_code', 'status'],
  details: ['response_code_details'],
  agent: ['user_agent', 'user-agent'],
  ip: ['downstream_remote_address', 'client_ip', 'x_forwarded_for', 'x-forwarded-for'],
  authority: ['authority', ':authority'],
} as const;

const ANY_OF_ENVOY = ['response_code', 'response_flags', 'response_code_details', 'upstream_cluster'] as const;

/** Access logs of Envoy and of gateways built on it; tokens through the dynamic metadata of `jwt_authn`. */
export const ENVOY: LogFormat = {
  id: 'envoy',
  title: 'Envoy JSON access log',
  recognises: (line) => ANY_OF_ENVOY.some((name) => Object.hasOwn(line, name)),
  read: readEnvoyLine,
  cannotAnswer: [
    'who was refused: jwt_authn keeps nothing of a token that it rejects, only that it did',
    'alg, typ, kid and other header parameters, unless header_in_metadata is set',
    'whether a DPoP proof or a client certificate came with the token',
  ],
};

/** Istio names the metadata after the issuer and keeps no header. */
export const ISTIO: LogFormat = {
  id: 'istio',
  title: 'Istio JSON access log',
  recognises: (line) =>
    ENVOY.recognises(line) && /^(?:in|out)bound[|_]/.test(text(member(line, 'upstream_cluster')) ?? ''),
  read: readEnvoyLine,
  cannotAnswer: [
    'who was refused: a rejected token leaves nothing in the metadata, only that it was rejected',
    'alg, typ, kid and other header parameters: Istio keeps the payload only',
    'whether a DPoP proof or a client certificate came with the token',
  ],
};

/** How Envoy names a refusal by jwt_authn in %RESPONSE_CODE_DETAILS%. */
const DENIED = 'jwt_authn_access_denied';

function readEnvoyLine(line: LogLine): RecordedUse {
  const { payload, header } = findMetadata(line);
  const isDenied = text(first(line, NAMES.details))?.startsWith(DENIED) === true;
  return {
    ...UNKNOWN_USE,
    ...metadataFields(payload, header),
    time: time(first(line, NAMES.time)),
    target: hostOf(text(first(line, NAMES.authority))),
    route: path(first(line, NAMES.path)),
    method: text(first(line, NAMES.method)),
    status: number(first(line, NAMES.status)),
    // jwt_authn writes metadata of tokens that it verified, and of no others.
    decision: isDenied ? 'reject' : payload === null ? null : 'accept',
    ip: address(first(line, NAMES.ip)),
    userAgent: text(first(line, NAMES.agent)),
  };
}

function first(line: LogLine, names: readonly string[]): unknown {
  const name = names.find(
    (candidate) => text(member(line, candidate)) !== null || typeof member(line, candidate) === 'number',
  );
  return name === undefined ? undefined : line[name];
}

/** `orders.example:8443` without its port. */
function hostOf(authority: string | null): string | null {
  return authority?.replace(/:\d+$/, '') ?? null;
}
