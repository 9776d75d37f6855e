import { UserError } from '../../../model/failure.ts';
import type { SecretReference } from '../../../model/machine.ts';
import type { HttpExchange } from '../../../model/ports.ts';
import type { StepContext } from '../../step.ts';
import { machineOf, sendOrExplain } from '../../step.ts';
import { resolveUrl } from '../../urls.ts';
import type { Argument } from '../arguments.ts';
import {
  isGiven,
  isMapping,
  memberOf,
  optionalText,
  statusesOr,
  textOf,
  textOr,
  valuesOf,
  wrong,
} from '../arguments.ts';
import type { CanaryEntry } from '../canary-entry.ts';
import { withValue } from '../canary-entry.ts';

/** One HTTP request as data. Secrets in its headers are references until the moment it is sent. */
export interface RequestSpec {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | SecretReference>>;
  readonly body: string | null;
  readonly expected: readonly number[];
}

/** Method and statuses of a request where the step gives none. */
export interface RequestDefaults {
  readonly method: string;
  readonly expected: readonly number[];
}

/** Statuses that mean success for a change. */
export const CHANGED: readonly number[] = [200, 201, 202, 204];

/** Undo must be repeatable: what is absent already is undone. */
export const REMOVED: readonly number[] = [200, 202, 204, 404, 410];

/** Methods that may be sent again when nobody knows whether they arrived (RFC 9110 section 9.2.2). */
const IDEMPOTENT: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

export function isIdempotent({ method }: Pick<RequestSpec, 'method'>): boolean {
  return IDEMPOTENT.includes(method);
}

const METHOD = /^[A-Z]{3,10}$/;

/** Reads a request of a step. @throws UserError document/invalid */
export function readRequest(at: Argument, defaults: RequestDefaults): RequestSpec {
  if (!isMapping(at.value)) throw wrong(at, 'a request with url, method, headers, body and expected');
  const method = textOr(memberOf(at, 'method'), defaults.method);
  if (!METHOD.test(method)) throw wrong(memberOf(at, 'method'), 'an HTTP method in capitals');
  const headers = valuesOf(memberOf(at, 'headers'));
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && /^(?:authorization|cookie|x-api-key|proxy-authorization)$/i.test(name)) {
      throw new UserError('document/invalid', `${at.where}.headers.${name} holds a secret`, {
        hint: 'write { env: NAME } or { file: PATH } with the whole value of the header',
        at: at.call.at,
      });
    }
  }
  const url = textOf(memberOf(at, 'url'));
  if (!/^(?:https?|lab):\/\//.test(url)) throw wrong(memberOf(at, 'url'), 'an http or https URL');
  return {
    method,
    url,
    headers,
    body: bodyOf(memberOf(at, 'body')),
    expected: statusesOr(memberOf(at, 'expected'), defaults.expected),
  };
}

/** A body is a text, or a value that is sent as JSON. */
function bodyOf(at: Argument): string | null {
  if (!isGiven(at)) return null;
  return typeof at.value === 'string' ? optionalText(at) : JSON.stringify(at.value);
}

/** The request about one identifier, encoded as each of its places needs. */
export function requestFor(request: RequestSpec, entry: CanaryEntry | null): RequestSpec {
  const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);
  return {
    ...request,
    url: withValue(request.url, entry, encodeURIComponent),
    body: request.body === null ? null : withValue(request.body, entry, inJson),
  };
}

/**
 * Sends a request with its secrets.
 *
 * @throws UserError http/unexpected for a status that is not expected; http/unreachable, drill/host-not-allowed, secret/missing
 */
export async function sendRequest(request: RequestSpec, context: StepContext): Promise<HttpExchange> {
  const exchange = await trySending(request, context);
  if (request.expected.includes(exchange.status)) return exchange;
  throw new UserError('http/unexpected', `${showRequest(request)} answered ${exchange.status}`, {
    hint: `expected ${request.expected.join(', ')}; check the address and the credentials`,
  });
}

async function trySending(request: RequestSpec, context: StepContext): Promise<HttpExchange> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name.toLowerCase()] =
      typeof value === 'string' ? value : (await machineOf(context).readSecret(value)).reveal();
  }
  const { body } = request;
  // draft-ietf-httpapi-idempotency-key-header
  if (context.idempotencyKey !== undefined) headers['idempotency-key'] ??= context.idempotencyKey;
  if (body !== null) headers['content-type'] ??= /^\s*[[{]/.test(body) ? 'application/json' : 'text/plain';
  return sendOrExplain(context, {
    url: resolveUrl(request.url, context.lab),
    method: request.method,
    headers,
    ...(body === null ? {} : { body }),
  });
}

/** `POST https://host/path`, without what may be secret in a query. */
export function showRequest({ method, url }: RequestSpec): string {
  return `${method} ${url}`;
}

/** The request as a person would send it; secrets stay names of their places. */
export function asCurl({ method, url, headers, body }: RequestSpec): string {
  const shown = Object.entries(headers).map(([name, value]) => {
    const text = typeof value === 'string' ? value : 'env' in value ? `$${value.env}` : `$(cat ${value.file})`;
    return `-H ${typeof value === 'string' ? quoted(`${name}: ${text}`) : `"${name}: ${text}"`}`;
  });
  return ['curl', '-X', method, ...shown, ...(body === null ? [] : ['-d', quoted(body)]), quoted(url)].join(' ');
}

/** One word of a POSIX shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
