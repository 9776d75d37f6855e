import type { RecordedUse } from '../model/recorded-use.ts';
import { UNKNOWN_USE } from '../model/recorded-use.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import { metadataFields } from './token-metadata.ts';
import { address, member, number, object, path, text, time } from './values.ts';

/** JSON logs of nginx whose members are named after the variables they hold. */
export const NGINX: LogFormat = {
  id: 'nginx',
  title: 'nginx JSON log_format',
  recognises: (line) =>
    Object.keys(line).some((name) => /^jwt_(?:header|claim)_\w|^jwt_(?:headers|claims)$/.test(name)) ||
    (Object.hasOwn(line, 'remote_addr') && Object.hasOwn(line, 'status')),
  read: readNginxLine,
  cannotAnswer: [
    'which claims there are: an empty variable may be an absent claim or no token at all, so neither is taken for known',
    'alg, kid and claims that have no variable in the log_format',
    'whether a status of 403 came from the token or from the application',
  ],
};

function readNginxLine(line: LogLine): RecordedUse {
  const value = (...names: readonly string[]): unknown =>
    names.map((name) => member(line, name)).find((found) => text(found) !== null || typeof found === 'number');
  const whole = metadataFields(object(value('jwt_claims')), object(value('jwt_headers')));
  const claim = (name: string): string | null => text(value(`jwt_claim_${name}`));
  const status = number(value('status'));
  const use: RecordedUse = {
    ...UNKNOWN_USE,
    iss: claim('iss'),
    aud: audiences(value('jwt_audience', 'jwt_claim_aud')),
    exp: number(value('jwt_claim_exp')),
    iat: number(value('jwt_claim_iat')),
    nbf: number(value('jwt_claim_nbf')),
    jti: claim('jti'),
    sid: claim('sid'),
    sub: claim('sub'),
    clientId: claim('client_id') ?? claim('azp') ?? claim('cid'),
    cnf: value('jwt_cnf_jkt') !== undefined ? 'dpop' : value('jwt_cnf_x5t') !== undefined ? 'mtls' : null,
    claimValues: otherClaims(line),
    alg: text(value('jwt_header_alg')),
    typ: text(value('jwt_header_typ')),
    kid: text(value('jwt_header_kid')),
    ...whole,
    time: time(value('time_iso8601', 'msec', 'time_local', '@timestamp', 'timestamp', 'time')),
    target: text(value('host', 'server_name', 'http_host')),
    route: path(value('request_uri', 'uri') ?? text(value('request'))?.split(' ')[1]),
    method: text(value('request_method') ?? text(value('request'))?.split(' ')[0]),
    status,
    ip: address(value('remote_addr', 'realip_remote_addr')),
    userAgent: text(value('http_user_agent')),
  };
  const hasToken = use.iss !== null || use.exp !== null || use.jti !== null || use.sub !== null;
  // auth_jwt answers 401; a request that got further was let through by it.
  return {
    ...use,
    decision: status === 401 ? 'reject' : hasToken && status !== 403 && status !== null ? 'accept' : null,
  };
}

/** `$jwt_claim_*` beyond the registered ones; all nginx variables are texts. */
function otherClaims(line: LogLine): Readonly<Record<string, unknown>> {
  const others: Record<string, unknown> = {};
  for (const name of Object.keys(line)) {
    const claim = /^jwt_claim_(\w+)$/.exec(name)?.[1];
    if (claim === undefined || FIELDS.has(claim) || text(line[name]) === null) continue;
    others[claim] = line[name];
  }
  return others;
}

const FIELDS: ReadonlySet<string> = new Set([
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'sid',
  'sub',
  'client_id',
  'cnf',
]);

/** auth_jwt_claim_set joins the members of a list with commas. */
function audiences(value: unknown): readonly string[] | null {
  return text(value)?.split(',') ?? null;
}
