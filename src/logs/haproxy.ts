import type { RecordedUse } from '../model/recorded-use.ts';
import { UNKNOWN_USE } from '../model/recorded-use.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import { metadataFields } from './token-metadata.ts';
import { address, member, number, object, path, text, time } from './values.ts';

/** JSON logs of HAProxy (`%{+json}o`, 3.0 and newer) with the names that its documentation gives to the items. */
export const HAPROXY: LogFormat = {
  id: 'haproxy',
  title: 'HAProxy JSON log-format',
  recognises: (line) =>
    ['jwt_payload', 'jwt_header', 'termination_state', 'fe_name', 'be_name'].some((name) =>
      Object.hasOwn(line, name),
    ) &&
    (Object.hasOwn(line, 'client_ip') || Object.hasOwn(line, 'status_code')),
  read: readHaproxyLine,
  cannotAnswer: [
    'whether a refusal is due to the token: a "deny" for any other reason looks the same',
    'whether a DPoP proof came with the token',
  ],
};

/** Session state at the end: the proxy refused the request (configuration manual, "Session state at disconnection"). */
const REFUSED = 'PR';

function readHaproxyLine(line: LogLine): RecordedUse {
  const payload = object(member(line, 'jwt_payload'));
  const state = text(member(line, 'termination_state'));
  return {
    ...UNKNOWN_USE,
    ...metadataFields(payload, object(member(line, 'jwt_header'))),
    time: time(member(line, 'accept_date') ?? member(line, 'request_date')),
    target: text(member(line, 'host')) ?? text(member(line, 'be_name')),
    route: path(member(line, 'path')),
    method: text(member(line, 'method')),
    status: number(member(line, 'status_code')),
    // HAProxy decodes tokens before it verifies them, so that refused ones are told too.
    decision: state === null || payload === null ? null : state.startsWith(REFUSED) ? 'reject' : 'accept',
    ip: address(member(line, 'client_ip')),
    userAgent: text(member(line, 'user_agent')),
  };
}
