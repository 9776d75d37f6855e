import type { DiscoveryFacts, DiscoveryKind } from '../model/discovery.ts';
import type { Problem } from '../model/failure.ts';
import type { IssuerHistory } from '../model/history.ts';
import type { JwksFacts, KeyDiagnosis, KeyFacts } from '../model/key.ts';
import { fromTimestamp } from '../model/instant.ts';
import type { Location } from '../model/location.ts';
import { startOf } from '../model/location.ts';
import type { DiscoveryFault, FetchFacts, FetchFault, Observation, ObservedSet } from '../model/observation.ts';
import { FETCH_FAULTS } from '../model/observation.ts';
import { analyseKey } from '../token/analysis/analyse-key.ts';
import type { Blocklist } from '../token/analysis/known-compromised.ts';
import { boundedPrimality } from '../token/analysis/primality.ts';
import type { JsonNode } from '../token/json-positions.ts';
import { duplicateNames, readJson, toData } from '../token/json-positions.ts';
import type { Examine, Place } from '../token/read-jwks.ts';
import { itemsOf, lastMember, readKeys } from '../token/read-jwks.ts';
import { discoveryFromNode } from './read-discovery.ts';
import { materialOf, timelinesOf } from './timeline.ts';

/** Most lines of one history; a poll every half hour that always saw something new fills them in seven months. */
const MAX_LINES = 10_000;

/** Most different keys of one history that are examined; an issuer that changes daily has as many in five years. */
const MAX_KEYS = 2000;

/** What the history of one issuer gives to a run. */
export interface HistoryReading {
  readonly history: IssuerHistory | null;
  /** The keys that its replicas served last, all together; null when no round ever brought a set. */
  readonly jwks: JwksFacts | null;
  /** The documents that were served last. */
  readonly discovery: readonly DiscoveryFacts[];
  readonly problems: readonly Problem[];
}

/**
 * Tells whether a text is a recorded history: its first line is a JSON object that begins with the time of a round and
 * goes on with key sets.
 */
export function looksLikeHistory(text: string): boolean {
  const line = text.replace(/^\uFEFF/, '').slice(0, 65_536);
  return /^\s*\{\s*"at"\s*:\s*"\d{4}-\d\d-\d\dT/.test(line) && /"(?:jwks|sets|fetches)"\s*:/.test(line);
}

/**
 * Reads a history: one JSON object a line (NDJSON), oldest first. Two kinds of lines are known: the rounds that `audit`
 * records, and `{"at": ..., "jwks": {"keys": [...]}}` as recorders of changes write them. A line with a fault is told
 * and left out.
 */
export function readHistory(file: string, text: string, blocklist: Blocklist | null = null): HistoryReading {
  const lines = text.split('\n').map((line, index) => ({ line: line.trimEnd(), number: index + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== '');
  if (filled.length > MAX_LINES) {
    const message = `the history has ${filled.length} lines; over ${MAX_LINES} are not read`;
    return refused([problem(startOf(file), message, 'move the oldest lines to another file')]);
  }
  const reader: Reader = { file, examine: examineOnce(blocklist), problems: [] };
  const rows = filled.flatMap(({ line, number }) => readLine(line, number, reader)).sort((a, b) => a.time - b.time);
  const observations = rows.map(({ observation }) => observation);
  const [first] = observations;
  if (first === undefined) {
    const problems =
      reader.problems.length > 0 ? reader.problems : [problem(startOf(file), 'the history is empty', null)];
    return refused(problems);
  }
  const about = rows.at(-1)?.about ?? NOBODY;
  return {
    history: { ...about, file, observations, ...timelinesOf(observations), at: first.at },
    jwks: lastKeySet(file, about, observations),
    discovery: observations.findLast(({ discovery }) => discovery.length > 0)?.discovery ?? [],
    problems: reader.problems,
  };
}

interface About {
  readonly issuer: string | null;
  readonly jwksUri: string | null;
  readonly environment: string | null;
}

const NOBODY: About = { issuer: null, jwksUri: null, environment: null };

interface Row {
  readonly time: number;
  readonly about: About;
  readonly observation: Observation;
}

interface Reader {
  readonly file: string;
  readonly examine: Examine;
  readonly problems: Problem[];
}

function readLine(line: string, number: number, reader: Reader): readonly Row[] {
  const { file } = reader;
  const reading = readJson(file, line);
  const moved = (at: Location): Location => ({ ...at, line: number, endLine: number });
  if (!reading.ok) {
    reader.problems.push(problem(moved(reading.at), `line ${number} is no round: ${reading.message}`, reading.hint));
    return [];
  }
  const place: Place = (start, end) => moved(reading.place(start, end));
  const { root } = reading;
  const at = place(root.start, Math.min(root.end, root.start + 1));
  const time = timeIn(root, 'at');
  if (time === null) {
    reader.problems.push(problem(at, `line ${number} is no round: it has no time "at"`, 'write RFC 3339 times'));
    return [];
  }
  const about: About = {
    issuer: textIn(root, 'issuer'),
    jwksUri: textIn(root, 'jwks_uri'),
    environment: textIn(root, 'environment'),
  };
  const setNodes = memberOf(root, 'jwks') === null ? items(root, 'sets') : [memberOf(root, 'jwks')];
  const sets = setNodes.flatMap((node): readonly ObservedSet[] => (node === null ? [] : setOf(node, place, reader)));
  const observation: Observation = {
    first: time,
    last: memberOf(root, 'jwks') === null ? (timeIn(root, 'last') ?? time) : timeIn(root, 'last'),
    rounds: Math.max(1, countIn(root, 'rounds') ?? 1),
    sets,
    fetches: items(root, 'fetches').map((node) => fetchOf(node, place, sets.length)),
    discovery: items(root, 'discovery').flatMap((node) => documentOf(node, place, { file, about })),
    discoveryFaults: items(root, 'discovery').flatMap((node) => discoveryFaultOf(node, place)),
    at,
  };
  return [{ time, about, observation }];
}

function setOf(node: JsonNode, place: Place, { examine }: Reader): readonly ObservedSet[] {
  const list = itemsOf(memberOf(node, 'keys') ?? undefined);
  if (node.kind !== 'object' || list === null) return [];
  return [
    {
      keys: readKeys(list, place, examine),
      duplicateMembers: duplicateNames(node.members),
      at: place(node.start, node.start + 1),
    },
  ];
}

function fetchOf(node: JsonNode, place: Place, sets: number): FetchFacts {
  const set = countIn(node, 'set');
  const fault = faultIn(node);
  const headers = toData(memberOf(node, 'headers') ?? NOTHING);
  return {
    address: textIn(node, 'address'),
    count: Math.max(1, countIn(node, 'count') ?? 1),
    set: set !== null && set < sets ? set : null,
    fault: fault === null ? null : { kind: fault, message: textIn(node, 'message') ?? fault },
    status: countIn(node, 'status'),
    headers: Object.fromEntries(
      Object.entries(headers ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    certificateExpires: timeIn(node, 'certificate_expires'),
    at: place(node.start, Math.min(node.end, node.start + 1)),
  };
}

function documentOf(
  node: JsonNode,
  place: Place,
  { file, about }: { readonly file: string; readonly about: About },
): readonly DiscoveryFacts[] {
  const document = memberOf(node, 'document');
  if (document === null) return [];
  const origin = { kind: kindIn(node), url: textIn(node, 'url'), expectedIssuer: about.issuer };
  const facts = discoveryFromNode(file, document, place, origin);
  return facts === null ? [] : [facts];
}

function discoveryFaultOf(node: JsonNode, place: Place): readonly DiscoveryFault[] {
  const fault = faultIn(node);
  const kind = kindIn(node);
  if (fault === null || kind === null) return [];
  const at = place(node.start, Math.min(node.end, node.start + 1));
  return [{ kind, url: textIn(node, 'url') ?? '', fault, message: textIn(node, 'message') ?? fault, at }];
}

/** All keys of the newest round that brought any, each material and kid once. */
function lastKeySet(file: string, about: About, observations: readonly Observation[]): JwksFacts | null {
  const newest = observations.findLast(({ sets }) => sets.length > 0);
  const [first] = newest?.sets ?? [];
  if (newest === undefined || first === undefined) return null;
  const seen = new Set<string>();
  const keys: KeyFacts[] = [];
  for (const set of newest.sets) {
    const alreadySeen = new Set(seen);
    for (const key of set.keys) {
      const identity = `${materialOf(key) ?? ''} ${key.kid ?? ''}`;
      // Broken keys have no identity, and a key written twice in one set must stay visible.
      if (materialOf(key) !== null && alreadySeen.has(identity)) continue;
      seen.add(identity);
      keys.push({ ...key, index: keys.length });
    }
  }
  return {
    file,
    issuer: about.issuer,
    environment: about.environment,
    keys,
    duplicateMembers: [...new Set(newest.sets.flatMap(({ duplicateMembers }) => duplicateMembers))],
    at: first.at,
  };
}

/** The same key stands in line after line; it is examined once. */
function examineOnce(blocklist: Blocklist | null): Examine {
  const known = new Map<string, readonly KeyDiagnosis[]>();
  const isPrime = boundedPrimality();
  return (members) => {
    const text = JSON.stringify(members);
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= MAX_KEYS) return [];
    const diagnoses = analyseKey(members, blocklist, isPrime);
    known.set(text, diagnoses);
    return diagnoses;
  };
}

const NOTHING: JsonNode = { kind: 'scalar', value: null, start: 0, end: 0 };

function memberOf(node: JsonNode, name: string): JsonNode | null {
  return node.kind === 'object' ? (lastMember(node.members, name)?.value ?? null) : null;
}

function items(node: JsonNode, name: string): readonly JsonNode[] {
  return itemsOf(memberOf(node, name) ?? undefined) ?? [];
}

function textIn(node: JsonNode, name: string): string | null {
  const member = memberOf(node, name);
  return member?.kind === 'scalar' && typeof member.value === 'string' ? member.value : null;
}

function countIn(node: JsonNode, name: string): number | null {
  const member = memberOf(node, name);
  const value = member?.kind === 'scalar' ? member.value : null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function timeIn(node: JsonNode, name: string): number | null {
  return fromTimestamp(textIn(node, name) ?? '');
}

function kindIn(node: JsonNode): DiscoveryKind | null {
  const kind = textIn(node, 'kind');
  return kind === 'openid' || kind === 'oauth' ? kind : null;
}

function faultIn(node: JsonNode): FetchFault | null {
  const fault = textIn(node, 'fault');
  return fault === null ? null : (FETCH_FAULTS.find((each) => each === fault) ?? 'protocol');
}

function problem(at: Location, message: string, hint: string | null): Problem {
  return { code: 'history/unreadable', message, hint, at };
}

function refused(problems: readonly Problem[]): HistoryReading {
  return { history: null, jwks: null, discovery: [], problems };
}
