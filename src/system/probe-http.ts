import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Http, HttpExchange, HttpFailureKind, HttpRequest, HttpTls } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';
import type { AllowList } from './allow-list.ts';
import { readAllowList } from './allow-list.ts';
import { SecureContexts } from './client-tls.ts';
import { HttpAnswerReader, UnreadableAnswer } from './http-answer.ts';
import type { PinnedAddress } from './http.ts';
import { asFailure, guardedLookup, pinnedAddress, refusalOf, refusalOfAddress } from './http.ts';

/** Longest body read: verdicts need a few hundred bytes at most. */
const MAX_BODY_BYTES = 256 * 1024;

/** Targets whose address has been looked at; more than any run probes. */
const MAX_TARGETS = 10_000;

/** What is the same in every request to one URL. */
interface Target {
  readonly open: (tls: HttpTls | undefined) => Socket;
  readonly opened: 'connect' | 'secureConnect';
  /** Path and query. */
  readonly path: string;
  readonly host: string;
  /** Why nothing may be sent there; null when it may. */
  readonly refusal: string | null;
}

/**
 * HTTP/1.1 for probes: as `createHttp`, a fresh connection for every request and the allow-list inside of its lookup, but
 * nothing else, so that thousands fit into a second. The request is written only when its connection stands, right after
 * the instant that is returned as `sent`: no byte can have left before.
 *
 * @param allow entries of the environment: host names, `*.` wildcards, addresses, CIDRs
 */
export function createProbeHttp(allow: readonly string[]): Http {
  const list = readAllowList(allow);
  const targets = new Map<string, Target>();
  const contexts = new SecureContexts();
  const targetOf = ({ url, address = '' }: HttpRequest): Target => {
    const key = `${address} ${url}`;
    const known = targets.get(key);
    if (known !== undefined) return known;
    if (targets.size >= MAX_TARGETS) targets.clear();
    const target = readTarget(new URL(url), address === '' ? null : pinnedAddress(address), { list, contexts });
    targets.set(key, target);
    return target;
  };
  return {
    send: (request) => {
      const target = targetOf(request);
      if (target.refusal !== null) return Promise.reject(new HttpFailure('not-allowed', target.refusal, null));
      return exchange(target, request, headOf(target, request));
    },
  };
}

function readTarget(
  url: URL,
  pinned: PinnedAddress | null,
  { list, contexts }: { readonly list: AllowList; readonly contexts: SecureContexts },
): Target {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const at = { host, port, ...pinned, noDelay: true, lookup: guardedLookup(list, pinned?.host ?? url.hostname) };
  const secure = { ...at, ALPNProtocols: ['http/1.1'], servername: isIP(host) === 0 ? host : '' };
  return {
    open: isSecure ? (tls) => connectSecure({ ...secure, secureContext: contexts.of(tls) }) : () => connectPlain(at),
    opened: isSecure ? 'secureConnect' : 'connect',
    path: url.pathname + url.search,
    host: url.host,
    refusal: refusalOf(url, list) ?? (pinned === null ? null : refusalOfAddress(pinned, url.hostname, list)),
  };
}

function headOf({ path, host }: Target, { method, headers = {}, body }: HttpRequest): string {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\ncache-control: no-store\r\nconnection: close\r\n`;
  if (body !== undefined) head += `content-length: ${Buffer.byteLength(body)}\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n${body ?? ''}`;
}

function exchange(
  target: Target,
  { method, tls, timeoutMs, signal }: HttpRequest,
  head: string,
): Promise<HttpExchange> {
  return new Promise((resolve, reject) => {
    let sent: number | null = null;
    let received: number | null = null;
    const reader = new HttpAnswerReader(method, MAX_BODY_BYTES);
    const socket = target.open(tls);
    const timer = setTimeout(
      () => fail(new HttpFailure('timeout', `no complete answer within ${timeoutMs} ms`, sent)),
      timeoutMs,
    );
    const abort = (): void => fail(new HttpFailure('aborted', 'aborted', sent));

    function close(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.destroy();
    }
    function fail(failure: HttpFailure): void {
      close();
      reject(failure);
    }
    function read(step: () => void, broken: HttpFailureKind): void {
      try {
        step();
      } catch (error) {
        if (!(error instanceof UnreadableAnswer)) throw error;
        return fail(new HttpFailure(broken, error.message, sent));
      }
      const { answer } = reader;
      if (answer === null) return;
      // Headers are complete: the server has decided. The body only explains.
      received ??= performance.now();
      if (!reader.isComplete) return;
      close();
      resolve({ ...answer, body: reader.body, sent: sent ?? received, received });
    }

    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    socket.once(target.opened, () => {
      sent = performance.now();
      socket.write(head);
    });
    socket.on('data', (chunk: Buffer) => read(() => reader.push(chunk), 'protocol'));
    socket.on('end', () => read(() => reader.end(), 'reset'));
    socket.on('error', (error) => fail(asFailure(error, sent)));
  });
}
