import { readJson, toData } from '../token/json-positions.ts';

/**
 * Adds a round to a history. A round that saw what the last line saw makes that line last longer instead of adding
 * one: a nightly audit of an issuer that rotates monthly writes twelve lines a year. Lines that are there stay as they
 * are, whoever wrote them.
 */
export function appendRound(history: string, line: string): string {
  const lines = history.split('\n').filter((each) => each.trim() !== '');
  const before = lines.at(-1);
  const merged = before === undefined ? null : merge(before, line);
  if (merged === null) return [...lines, line, ''].join('\n');
  return [...lines.slice(0, -1), merged, ''].join('\n');
}

/** The newer line with the beginning and the count of the older one; null when they saw different things. */
function merge(before: string, line: string): string | null {
  const older = membersOf(before);
  const newer = membersOf(line);
  if (older === null || newer === null || !older.has('sets')) return null;
  if (whatWasSeen(older) !== whatWasSeen(newer)) return null;
  const rounds = Number(older.get('rounds')?.text ?? '1');
  const merged = new Map([...newer].map(([name, { text }]) => [name, text]));
  merged.set('at', older.get('at')?.text ?? '');
  merged.set('last', newer.get('at')?.text ?? '');
  merged.set('rounds', String((Number.isSafeInteger(rounds) && rounds > 0 ? rounds : 1) + 1));
  const names = [...merged.keys()].sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${merged.get(name) ?? 'null'}`).join(',')}}`;
}

interface Member {
  /** As written in the line, so that members of keys that were written twice are not lost. */
  readonly text: string;
  readonly data: unknown;
}

/**
 * What a line tells about the issuer. Times, counts, headers and addresses differ from round to round without anything
 * having happened, at issuers behind a content delivery network above all.
 */
function whatWasSeen(members: ReadonlyMap<string, Member>): string {
  const fetches = members.get('fetches')?.data;
  const outcomes = (Array.isArray(fetches) ? fetches : []).map((fetch: unknown) => {
    const { set, fault, status } = fetch as { set?: unknown; fault?: unknown; status?: unknown };
    return JSON.stringify([set ?? null, fault ?? null, status ?? null]);
  });
  const names = ['discovery', 'environment', 'issuer', 'jwks_uri', 'sets'];
  return JSON.stringify([[...new Set(outcomes)].sort(), ...names.map((name) => members.get(name)?.text ?? null)]);
}

function membersOf(line: string): ReadonlyMap<string, Member> | null {
  const reading = readJson('', line);
  if (!reading.ok || reading.root.kind !== 'object') return null;
  return new Map(
    reading.root.members.map(({ name, value }) => [
      name,
      { text: line.slice(value.start, value.end), data: toData(value) },
    ]),
  );
}
