import type { DiscoveryKind } from '../model/discovery.ts';
import { toTimestamp } from '../model/instant.ts';
import type { FetchedDocument } from '../model/ports.ts';
import { readJson, toData } from '../token/json-positions.ts';
import { publicSet } from './public-set.ts';

/** Who was asked. */
export interface AuditedIssuer {
  readonly issuer: string;
  /** Where the inventory or a policy says the keys are; null when only discovery can tell. */
  readonly jwksUri: string | null;
  readonly environment: string | null;
}

/** Everything one round of fetches brought. */
export interface RoundAnswers {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly jwksUri: string | null;
  readonly discovery: readonly {
    readonly kind: DiscoveryKind;
    readonly url: string;
    readonly answer: FetchedDocument;
  }[];
  readonly keySets: readonly FetchedDocument[];
}

/** Headers that bear on caching or on the kind of content; no other is kept, cookies least of all. */
const KEPT_HEADERS: readonly string[] = [
  'age',
  'cache-control',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'pragma',
  'vary',
  'x-cache',
];

/** Longest header value that is kept. */
const MAX_HEADER_LENGTH = 300;

interface FetchRow {
  readonly address: string | null;
  count: number;
  readonly set: number | null;
  readonly status: number | null;
  readonly fault: string | null;
  readonly message: string | null;
  headers: Readonly<Record<string, string>>;
  certificateExpires: number | null;
}

/**
 * One round as the line of the history that records it: canonical JSON with sorted members, the key sets reduced to
 * their public parts, fetches of one address that ended alike counted together.
 */
export function roundLine({ issuer, environment }: AuditedIssuer, answers: RoundAnswers): string {
  const { rows, sets } = gather(answers.keySets);
  const members: readonly (readonly [string, string])[] = [
    ['at', JSON.stringify(toTimestamp(answers.time))],
    ['discovery', list(answers.discovery.map(discoveryText))],
    ['environment', JSON.stringify(environment)],
    ['fetches', list(rows.map(fetchText))],
    ['issuer', JSON.stringify(issuer)],
    ['jwks_uri', JSON.stringify(answers.jwksUri)],
    ['rounds', '1'],
    ['sets', list(sets)],
  ];
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** Distinct sets in the order of their text, and the fetches by address and outcome. */
function gather(answers: readonly FetchedDocument[]): {
  readonly rows: readonly FetchRow[];
  readonly sets: readonly string[];
} {
  const outcomes = answers.map((answer) => ({ answer, set: answer.ok ? publicSet(answer.body) : null }));
  const sets = [...new Set(outcomes.flatMap(({ set }) => (set?.ok === true ? [set.text] : [])))].sort();
  const rows = new Map<string, FetchRow>();
  for (const { answer, set } of outcomes) {
    const fault = answer.ok ? (set?.ok === true ? null : 'not-a-set') : answer.fault;
    const message = answer.ok ? (set?.ok === false ? set.message : null) : answer.message;
    const index = set?.ok === true ? sets.indexOf(set.text) : null;
    const identity = JSON.stringify([answer.address, index, answer.status, fault, message]);
    const row = rows.get(identity) ?? {
      address: answer.address,
      count: 0,
      set: index,
      status: answer.status,
      fault,
      message,
      headers: {},
      certificateExpires: null,
    };
    row.count += 1;
    row.headers = keptHeaders(answer.headers);
    row.certificateExpires = answer.ok ? answer.certificateExpires : null;
    rows.set(identity, row);
  }
  return { rows: [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row), sets };
}

function keptHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value.slice(0, MAX_HEADER_LENGTH)] as const];
  });
  const sets = headers['set-cookie'] === undefined ? [] : [['set-cookie', 'redacted'] as const];
  return Object.fromEntries([...kept, ...sets]);
}

function fetchText({ address, count, set, status, fault, message, headers, certificateExpires }: FetchRow): string {
  return JSON.stringify({
    address,
    ...(certificateExpires === null ? {} : { certificate_expires: toTimestamp(certificateExpires) }),
    count,
    ...(fault === null ? {} : { fault }),
    headers: sorted(headers),
    ...(message === null ? {} : { message }),
    set,
    status,
  });
}

function discoveryText({ kind, url, answer }: RoundAnswers['discovery'][number]): string {
  if (!answer.ok) {
    return JSON.stringify({ fault: answer.fault, kind, message: answer.message, status: answer.status, url });
  }
  const document = publicDocument(answer.body);
  if (document === null) {
    return JSON.stringify({ fault: 'not-a-set', kind, message: 'answers no JSON object', status: answer.status, url });
  }
  return `{"document":${document},"kind":${JSON.stringify(kind)},"url":${JSON.stringify(url)}}`;
}

/** A document on one line, its members sorted; those written twice stay twice. Null when it is no JSON object. */
export function publicDocument(body: string): string | null {
  const reading = readJson('', body);
  if (!reading.ok || reading.root.kind !== 'object') return null;
  const members = [...reading.root.members].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const texts = members.map(({ name, value }) => `${JSON.stringify(name)}:${JSON.stringify(toData(value))}`);
  return `{${texts.join(',')}}`;
}

function list(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

function sorted(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
