import type { RecordedUse } from '../model/recorded-use.ts';
import { UNKNOWN_USE } from '../model/recorded-use.ts';
import type { LogFormat, LogLine } from './log-format.ts';
import { address, member, object, text, time } from './values.ts';

/**
 * User events of Keycloak: the objects that its admin API and its listeners give out, one to a line, and the lines that its
 * listener `jboss-logging` writes with `--log-console-output=json`, in whose message the event stands.
 */
export const KEYCLOAK: LogFormat = {
  id: 'keycloak',
  title: 'Keycloak user events',
  recognises: (line) => {
    if (text(member(line, 'loggerName')) === LOGGER) return true;
    const isEvent = /^[A-Z][A-Z_]+$/.test(text(member(line, 'type')) ?? '');
    return isEvent && ['realmId', 'realmName'].some((name) => text(member(line, name)) !== null);
  },
  read: readEvent,
  cannotAnswer: [
    'uses at services: Keycloak sees a token where it issues, refreshes or introspects it, or answers about its user',
    'alg, kid and other claims of the tokens',
  ],
};

const LOGGER = 'org.keycloak.events';

function readEvent(line: LogLine): RecordedUse {
  const message = text(member(line, 'loggerName')) === LOGGER ? text(member(line, 'message')) : null;
  const event = message === null ? line : eventOf(message);
  const details = object(member(event, 'details')) ?? event;
  const type = text(member(event, 'type'));
  const isRefused = text(member(event, 'error')) !== null || type?.endsWith('_ERROR') === true;
  return {
    ...UNKNOWN_USE,
    time: time(member(line, 'time') ?? member(line, 'timestamp')),
    verifier: 'keycloak',
    route: type,
    decision: type === null ? null : isRefused ? 'reject' : 'accept',
    jti: text(member(details, 'token_id')) ?? text(member(details, 'refresh_token_id')),
    sid: text(member(event, 'sessionId')),
    sub: text(member(event, 'userId')),
    clientId: text(member(event, 'clientId')),
    ip: address(member(event, 'ipAddress')),
  };
}

/** `type="LOGIN", realmId="a", error="b"`; before version 23 without the quotes, where `null` is no value. */
function eventOf(message: string): LogLine {
  const event: Record<string, unknown> = {};
  for (const [, name = '', quoted, plain] of message.matchAll(/(\w+)=(?:"([^"]*)"|([^,\s"]*))/g)) {
    const value = quoted ?? (plain === 'null' ? '' : plain);
    if (!Object.hasOwn(event, name)) event[name] = value;
  }
  return event;
}
