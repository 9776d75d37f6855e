import type { RecordedUse } from '../model/recorded-use.ts';
import { UNKNOWN_USE } from '../model/recorded-use.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import { address, member, number, path, text, time } from './values.ts';

/** JSON access logs of Amazon API Gateway, their members named after the `$context` variables and the claims they hold. */
export const AWS_API_GATEWAY: LogFormat = {
  id: 'aws-api-gateway',
  title: 'Amazon API Gateway JSON access log',
  recognises: (line) =>
    Object.hasOwn(line, 'requestId') &&
    Object.hasOwn(line, 'status') &&
    ['routeKey', 'resourcePath', 'requestTime', 'requestTimeEpoch'].some((name) => Object.hasOwn(line, name)),
  read: readAccess,
  cannotAnswer: [
    'alg, kid and everything else of the header: there is no variable for it',
    'which claims there are: only those that the format names are written',
    'whether a status of 403 came from the token or from the application',
  ],
};

function readAccess(line: LogLine): RecordedUse {
  const value = (...names: readonly string[]): string | number | null => {
    const found = names.map((name) => member(line, name)).find((each) => text(each) !== null || number(each) !== null);
    return typeof found === 'string' || typeof found === 'number' ? found : null;
  };
  const status = number(value('status'));
  const error = text(value('authorizerError', 'authorizer_error'));
  const use: RecordedUse = {
    ...UNKNOWN_USE,
    iss: text(value('iss')),
    aud: audiences(value('aud')),
    exp: number(value('exp')),
    iat: number(value('iat')),
    nbf: number(value('nbf')),
    jti: text(value('jti')),
    sid: text(value('sid')),
    sub: text(value('sub')),
    clientId: text(value('client_id', 'clientId', 'azp')),
    time: time(value('requestTimeEpoch', 'requestTime')),
    target: text(value('domainName', 'apiId')),
    route: path(value('path', 'resourcePath')) ?? routeOf(value('routeKey')),
    method: text(value('httpMethod', 'method')),
    status,
    ip: address(value('ip', 'sourceIp')),
    userAgent: text(value('userAgent')),
  };
  const hasToken = use.iss !== null || use.exp !== null || use.jti !== null || use.sub !== null;
  // The JWT authorizer answers 401; claims are only known after it let the request through.
  const isRefused = status === 401 || error !== null;
  return { ...use, decision: isRefused ? 'reject' : hasToken && status !== 403 && status !== null ? 'accept' : null };
}

/** A list of audiences is written as `[a b]`. */
function audiences(value: string | number | null): readonly string[] | null {
  const said = text(value);
  if (said === null) return null;
  return said.startsWith('[') && said.endsWith(']') ? said.slice(1, -1).split(/[ ,]+/) : [said];
}

/** `GET /v1/orders` */
function routeOf(value: string | number | null): string | null {
  return path(text(value)?.split(' ')[1]);
}
