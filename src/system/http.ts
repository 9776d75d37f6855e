import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { lookup as resolveName } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { HttpFailure } from '../model/ports.ts';
import type { Http, HttpExchange, HttpFailureKind, HttpRequest } from '../model/ports.ts';
import type { AllowList } from './allow-list.ts';
import { readAllowList } from './allow-list.ts';
import { SecureContexts } from './client-tls.ts';

/** Longest response body read; more is cut off, since verdicts need a few hundred bytes at most. */
const MAX_BODY_BYTES = 1024 * 1024;

const USER_AGENT = 'firebreak-drill';

/**
 * HTTP/1.1 with a fresh connection for every request, so that a balancer decides anew each time. No redirects, no
 * cookies, no retries, no proxy. The allow-list is checked on the address the name resolved to, inside the lookup of
 * the very connection, so that a second answer of the name server cannot lead elsewhere.
 *
 * @param allow entries of the environment: host names, `*.` wildcards, addresses, CIDRs
 * @param resolve finds the addresses of a name; that of the system unless told otherwise
 */
export function createHttp(allow: readonly string[], resolve: NameResolver = resolveName): Http {
  const list = readAllowList(allow);
  const contexts = new SecureContexts();
  return { send: (request) => send(request, { list, resolveWith: resolve, contexts }) };
}

/** Every address of a name, in the way of `dns.lookup`. */
export type NameResolver = (
  name: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

function send(
  request: HttpRequest,
  {
    list,
    resolveWith,
    contexts,
  }: { readonly list: AllowList; readonly resolveWith: NameResolver; readonly contexts: SecureContexts },
): Promise<HttpExchange> {
  const url = new URL(request.url);
  const host = url.hostname;
  const pinned = request.address === undefined ? null : pinnedAddress(request.address);
  const refusal = refusalOf(url, list) ?? (pinned === null ? null : refusalOfAddress(pinned, host, list));
  if (refusal !== null) return Promise.reject(new HttpFailure('not-allowed', refusal, null));

  return new Promise((resolve, reject) => {
    let sent: number | null = null;
    let settled = false;
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: request.method,
      agent: false,
      ...(pinned === null ? {} : connectionTo(pinned, url)),
      headers: {
        host: url.host,
        'user-agent': USER_AGENT,
        'cache-control': 'no-store',
        connection: 'close',
        ...request.headers,
      },
      ...(url.protocol === 'https:' ? { secureContext: contexts.of(request.tls), ALPNProtocols: ['http/1.1'] } : {}),
      lookup: guardedLookup(list, pinned?.host ?? host, resolveWith),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const timer = setTimeout(() => {
      fail(new HttpFailure('timeout', `no complete answer within ${request.timeoutMs} ms`, sent));
      outgoing.destroy();
    }, request.timeoutMs);

    function fail(error: HttpFailure): void {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      reject(error);
    }

    outgoing.on('socket', (socket) => {
      // The request bytes leave when the connection stands: this is the earliest moment the server can decide.
      const begin = (): void => {
        sent = performance.now();
      };
      if (socket.connecting) socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', begin);
      else begin();
    });
    outgoing.on('error', (error) => fail(asFailure(error, sent)));
    outgoing.on('response', (response) => {
      // Headers are complete: the server has decided. The body only explains.
      const received = performance.now();
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        if (size < MAX_BODY_BYTES) chunks.push(chunk);
        size += chunk.length;
      });
      response.on('error', (error) => fail(asFailure(error, sent)));
      response.on('end', () => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          headers: flatten(response.headers),
          body: Buffer.concat(chunks).toString('utf8').slice(0, MAX_BODY_BYTES),
          sent: sent ?? received,
          received,
        });
      });
    });
    outgoing.end(request.body);
  });
}

/** Why nothing may be sent to a URL, before its name is resolved; null when something may. */
export function refusalOf(url: URL, list: AllowList): string | null {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `scheme ${url.protocol} is not HTTP`;
  if (url.username !== '' || url.password !== '') return 'credentials in a URL are not sent';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!list.allowsHost(host)) return `${host} is not on the allow-list of the environment`;
  if (isIP(host) !== 0 && !list.allowsAddress(host, host)) return `${host} is not on the allow-list of the environment`;
  return null;
}

/** An address with its port, without brackets. */
export interface PinnedAddress {
  readonly host: string;
  readonly port: number;
}

/** `10.0.0.4:8443`, `[fd00::4]:8443`, `pod-1.orders:8443`. */
export function pinnedAddress(address: string): PinnedAddress {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}

/** Why nothing may be sent to an address; null when something may. One that is a name is looked at when it is resolved. */
export function refusalOfAddress({ host }: PinnedAddress, name: string, list: AllowList): string | null {
  const isAllowed = isIP(host) === 0 ? list.allowsHost(host) : list.allowsAddress(host, name);
  return isAllowed ? null : `${host} is not on the allow-list of the environment`;
}

/** Where to connect, while Host and the name in TLS stay those of the URL. */
function connectionTo({ host, port }: PinnedAddress, url: URL): object {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    hostname: host,
    port,
    setHost: false,
    servername: isIP(name) === 0 ? name : '',
  };
}

/** A lookup that gives out only addresses that the allow-list names, for any kind of connection to the host. */
export function guardedLookup(list: AllowList, host: string, resolve: NameResolver = resolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => list.allowsAddress(address, host));
      const first = allowed[0];
      if (first === undefined) {
        const shown = addresses.map(({ address }) => address).join(', ');
        return callback(new NotAllowedError(`${host} resolves to ${shown}, which the allow-list does not name`), '', 0);
      }
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}

class NotAllowedError extends Error {}

const KINDS: Readonly<Record<string, HttpFailureKind>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  // A Unix socket that is not there.
  ENOENT: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  ABORT_ERR: 'aborted',
};

/**
 * Alerts by which servers turn a certificate away, or a connection without one (RFC 8446 section 6.2). Before TLS 1.3 there
 * is none of its own for a missing certificate, and servers say handshake_failure (RFC 5246 section 7.4.6).
 */
const CERTIFICATE_ALERT =
  /_ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)\b/;

/** What broke a connection, in the words of the ports. @param sent monotonic instant of the first byte, null when none left */
export function asFailure(error: Error, sent: number | null): HttpFailure {
  if (error instanceof NotAllowedError) return new HttpFailure('not-allowed', error.message, null);
  const code = 'code' in error ? String(error.code) : '';
  return new HttpFailure(KINDS[code] ?? tlsKind(code, error.message) ?? 'protocol', error.message, sent);
}

/** Null for codes that are not of TLS. */
function tlsKind(code: string, message: string): HttpFailureKind | null {
  // While something is written, Node gives the alert only in the words of OpenSSL.
  const said = code === 'EPROTO' ? message.toUpperCase().replaceAll(' ', '_') : code;
  if (CERTIFICATE_ALERT.test(said)) return 'certificate-refused';
  return /^ERR_(?:TLS|SSL)|^EPROTO$|CERT|^UNABLE_TO_/.test(code) ? 'tls' : null;
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
