import { lookup as resolveName } from 'node:dns/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { FetchFault } from '../model/observation.ts';
import type { DocumentFetcher, DocumentRequest, FetchedDocument, ResolvedHost } from '../model/ports.ts';
import type { AllowList } from './allow-list.ts';
import { readAllowList } from './allow-list.ts';
import { isPublicAddress } from './public-address.ts';

/** More hops than a load balancer and a move of house need. */
const MAX_REDIRECTS = 3;

const USER_AGENT = 'firebreak-audit';

/**
 * Gets public documents for an audit: each over a fresh connection to one resolved address, with the name of the host
 * in SNI and in the certificate check. No cookies, no credentials, no proxy. Addresses that are not public are refused
 * unless the allow-list names them or their host; link-local and metadata addresses always.
 *
 * @param allow host names, `*.` wildcards, addresses and CIDRs of the inventory's environments and of the command line
 */
export function createDocumentFetcher(allow: readonly string[]): DocumentFetcher {
  const list = readAllowList(allow);
  return {
    resolve: async (url) => resolve(new URL(url), list),
    get: (request) => get(request, list),
  };
}

async function resolve(url: URL, list: AllowList): Promise<ResolvedHost> {
  const host = hostOf(url);
  try {
    const found = isIP(host) === 0 ? await resolveName(host, { all: true, verbatim: true }) : [{ address: host }];
    const addresses = [...new Set(found.map(({ address }) => address))].sort();
    const isAllowed = (address: string): boolean => mayAsk(address, host, list);
    return {
      allowed: addresses.filter(isAllowed),
      refused: addresses.filter((address) => !isAllowed(address)),
      fault: null,
    };
  } catch (error) {
    return { allowed: [], refused: [], fault: codeOf(error) };
  }
}

/** Public addresses, and others that somebody named. Decided on the address, whatever the name. */
function mayAsk(address: string, host: string, list: AllowList): boolean {
  if (list.allowsAddress(address, host)) return true;
  return isPublicAddress(address);
}

async function get(request: DocumentRequest, list: AllowList): Promise<FetchedDocument> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), request.timeoutMs);
  try {
    return await Promise.race([follow(request, list, controller.signal), expiry(request, controller.signal)]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

function expiry({ address, timeoutMs }: DocumentRequest, signal: AbortSignal): Promise<FetchedDocument> {
  return new Promise((done) => {
    const message = `no complete answer within ${timeoutMs} ms`;
    signal.addEventListener('abort', () => done(failed('timeout', message, { address })), { once: true });
  });
}

async function follow(request: DocumentRequest, list: AllowList, signal: AbortSignal): Promise<FetchedDocument> {
  let url = new URL(request.url);
  let pinned = request.address;
  for (let hop = 0; ; hop += 1) {
    const target = await targetOf(url, pinned, list);
    if (typeof target !== 'string') return target;
    const answer = await once(url, target, { request, signal });
    if (!('location' in answer)) return answer;
    const { location, status } = answer;
    const context = { address: target, status };
    const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
    if (next === null) return failed('redirect', `answers ${status} to something that is no URL`, context);
    if (hop === MAX_REDIRECTS) return failed('redirect', `redirects more than ${MAX_REDIRECTS} times`, context);
    const refusal = redirectRefusal(url, next, list);
    if (refusal !== null) return failed('redirect', `redirects (${status}) to ${refusal}`, context);
    // Another host has other addresses; the same one is asked where the first answer came from.
    if (next.host !== url.host) pinned = null;
    url = next;
  }
}

/** A redirect leads inside its host or to a host that somebody named, and never out of TLS. */
function redirectRefusal(from: URL, to: URL, list: AllowList): string | null {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return `the scheme ${to.protocol.slice(0, 20)}`;
  if (from.protocol === 'https:' && to.protocol !== 'https:') return 'a URL without TLS';
  if (to.username !== '' || to.password !== '') return 'a URL with credentials';
  const host = hostOf(to);
  if (to.hostname !== from.hostname && !list.allowsHost(host)) {
    return `${host.slice(0, 100)}, which is not on the allow-list`;
  }
  return null;
}

async function targetOf(url: URL, pinned: string | null, list: AllowList): Promise<string | FetchedDocument> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return failed('not-allowed', `scheme ${url.protocol.slice(0, 20)} is not HTTP`, {});
  }
  if (url.username !== '' || url.password !== '') return failed('not-allowed', 'credentials in a URL are not sent', {});
  const host = hostOf(url);
  if (pinned !== null) {
    return mayAsk(pinned, host, list) ? pinned : failed('not-allowed', notAllowed(host, [pinned]), { address: pinned });
  }
  const { allowed, refused, fault } = await resolve(url, list);
  const [first] = allowed;
  if (first !== undefined) return first;
  if (fault !== null) return failed('dns', `${host} does not resolve: ${fault}`, {});
  return failed('not-allowed', notAllowed(host, refused), { address: refused[0] ?? null });
}

function notAllowed(host: string, addresses: readonly string[]): string {
  const shown = addresses.slice(0, 4).join(', ');
  return host === shown
    ? `${host} is not a public address, and nobody allowed it`
    : `${host} resolves to ${shown}, which is not public, and nobody allowed it`;
}

interface Redirect {
  readonly location: string;
  readonly status: number;
}

interface Once {
  readonly request: DocumentRequest;
  readonly signal: AbortSignal;
}

function once(url: URL, address: string, { request, signal }: Once): Promise<FetchedDocument | Redirect> {
  return new Promise((done) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing: ClientRequest = send(url, {
      method: 'GET',
      agent: false,
      lookup: lookupOf(address),
      signal,
      // Not even where the environment turns the check off: an unchecked key set proves nothing.
      rejectUnauthorized: true,
      headers: {
        accept: 'application/json, application/jwk-set+json',
        'accept-encoding': 'identity',
        connection: 'close',
        'user-agent': USER_AGENT,
      },
    });
    outgoing.on('error', (error) => done(asFault(error, address)));
    outgoing.on('response', (response) => {
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (status >= 300 && status < 400 && status !== 304 && location !== undefined) {
        response.destroy();
        done({ location, status });
        return;
      }
      response.on('error', (error) => done(asFault(error, address)));
      void readAnswer(response, address, request.maxBytes).then(done);
    });
    outgoing.end();
  });
}

function lookupOf(address: string): LookupFunction {
  const family = isIP(address);
  return (_, options, callback) =>
    options.all === true ? callback(null, [{ address, family }]) : callback(null, address, family);
}

async function readAnswer(response: IncomingMessage, address: string, maxBytes: number): Promise<FetchedDocument> {
  const status = response.statusCode ?? 0;
  const headers = flatten(response.headers);
  const context = { address, status, headers };
  const expires =
    response.socket instanceof TLSSocket ? Date.parse(response.socket.getPeerCertificate().valid_to) : NaN;
  if (status !== 200) {
    response.destroy();
    return failed('status', `answers ${status}`, context);
  }
  const bytes = await readBytes(response, maxBytes);
  if (typeof bytes === 'string') return failed(bytes, REASONS[bytes](maxBytes), context);
  const plain = await unpack(bytes, headers['content-encoding'] ?? 'identity', maxBytes);
  if (typeof plain === 'string') return failed(plain, REASONS[plain](maxBytes), context);
  const body = plain.toString('utf8');
  if (/^\s*</.test(body)) return failed('html', 'answers HTML: an error, challenge or log-in page', context);
  return { ok: true, address, status, headers, body, certificateExpires: Number.isNaN(expires) ? null : expires };
}

const REASONS = {
  'too-large': (maxBytes: number): string => `answers more than ${maxBytes} bytes`,
  encoding: (): string => 'answers in a content encoding that cannot be unpacked',
  reset: (): string => 'the connection ended in the middle of the answer',
} as const;

/** Stops reading at the limit, so that an endless answer costs no more than a large one. */
function readBytes(response: IncomingMessage, maxBytes: number): Promise<Buffer | 'too-large' | 'reset'> {
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else {
        done('too-large');
        response.destroy();
      }
    });
    response.on('end', () => done(response.complete ? Buffer.concat(chunks) : 'reset'));
    response.on('error', () => done('reset'));
    response.on('close', () => done('reset'));
  });
}

const UNPACKERS: Readonly<Record<string, (bytes: Buffer, limit: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  'x-gzip': promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate),
  br: promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress),
};

/** Some servers compress unasked. Unpacking ends at the limit too. */
async function unpack(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer | 'too-large' | 'encoding'> {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return bytes;
  const unpacker = UNPACKERS[name];
  if (unpacker === undefined) return 'encoding';
  try {
    return await unpacker(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    return codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'encoding';
  }
}

const FAULTS: Readonly<Record<string, FetchFault>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  ABORT_ERR: 'timeout',
};

/** TLS errors of Node and OpenSSL: the name, the chain or the handshake. */
const TLS_CODE = /TLS|SSL|CERT|SELF_SIGNED|UNABLE_TO|CRL|HOSTNAME/;

function asFault(error: Error, address: string): FetchedDocument {
  const code = codeOf(error);
  const fault = FAULTS[code] ?? (TLS_CODE.test(code) ? 'tls' : 'protocol');
  const what = fault === 'tls' ? `the certificate or TLS connection is not trusted: ${code}` : code;
  return failed(fault, what, { address });
}

interface Context {
  readonly address?: string | null;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function failed(fault: FetchFault, message: string, { address, status, headers }: Context): FetchedDocument {
  return { ok: false, address: address ?? null, status: status ?? null, headers: headers ?? {}, fault, message };
}

/** The code of a system error. Its message may repeat what the other side sent, so it is never shown. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'failed';
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
