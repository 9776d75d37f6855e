import type { ScopeGroup, ScopeGrouping, ScopeUse } from '../model/incident-scope.ts';
import { SCOPE_GROUPS } from '../model/incident-scope.ts';

interface Tally {
  /** It was there before the leak, though not counted then. */
  readonly isKnown: boolean;
  uses: number;
  before: number;
  after: number;
  first: number | null;
  last: number | null;
}

export interface UseGroups {
  readonly add: (use: ScopeUse) => void;
  /** Most used after the leak first. @param hasBefore whether any use is from before the leak */
  readonly result: (hasBefore: boolean) => readonly ScopeGroup[];
  /** Groupings that had more values than are counted. */
  readonly full: () => readonly ScopeGrouping[];
}

/** Values of one grouping that are counted one by one: so many that came up before the leak, so many after it. */
const MAX_VALUES = 10_000;

/** Values from before the leak that are remembered without being counted: some 40 MB. */
const MAX_KNOWN = 1_000_000;

interface Counted {
  readonly tallies: Map<string, Tally>;
  readonly room: { before: number; after: number };
  /** Hashes of values from before the leak for which there was no room. */
  readonly known: Set<number>;
}

/**
 * Counts uses by everything that people ask for, in bounded memory. However many owners there were before the leak, whoever
 * comes up after it has room, and an owner who was not counted is not called new.
 */
export function createUseGroups(maxValues: number = MAX_VALUES): UseGroups {
  const groups = new Map<ScopeGrouping, Counted>(
    SCOPE_GROUPS.map((by) => [
      by,
      { tallies: new Map(), room: { before: maxValues, after: maxValues }, known: new Set() },
    ]),
  );
  const full = new Set<ScopeGrouping>();

  return {
    add: (use) => {
      for (const [by, counted] of groups) {
        const value = valueOf(by, use);
        if (value === null) continue;
        const tally = counted.tallies.get(value) ?? newTally(counted, value, use);
        if (tally === null) full.add(by);
        else count(tally, use);
      }
    },
    result: (hasBefore) =>
      [...groups].flatMap(([by, { tallies, known }]) =>
        [...tallies]
          .map(([value, { isKnown, ...tally }]) => ({
            by,
            value,
            ...tally,
            isNew: hasBefore && !isKnown && known.size < MAX_KNOWN && tally.before === 0 && tally.after > 0,
          }))
          .sort((a, b) => b.after - a.after || b.uses - a.uses || (a.value < b.value ? -1 : 1)),
      ),
    full: () => [...full],
  };
}

/** Null when there is no room for one more value. */
function newTally({ tallies, room, known }: Counted, value: string, { when }: ScopeUse): Tally | null {
  const side = when === 'before' ? 'before' : 'after';
  if (room[side] === 0) {
    if (side === 'before' && known.size < MAX_KNOWN) known.add(hashOf(value));
    return null;
  }
  room[side] -= 1;
  const tally = { isKnown: known.has(hashOf(value)), uses: 0, before: 0, after: 0, first: null, last: null };
  tallies.set(value, tally);
  return tally;
}

/** FNV-1a of the UTF-16 code units, 32 bits: two values in four thousand million are taken for one. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at += 1) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function count(tally: Tally, { time, when, count: uses }: ScopeUse): void {
  tally.uses += uses;
  if (when !== 'unknown') tally[when] += uses;
  if (time === null) return;
  tally.first = Math.min(tally.first ?? time, time);
  tally.last = Math.max(tally.last ?? time, time);
}

function valueOf(by: ScopeGrouping, use: ScopeUse): string | null {
  switch (by) {
    case 'ip':
      return use.ip;
    case 'network':
      return use.network;
    case 'user_agent':
      return use.userAgent;
    case 'route':
      return use.route;
    case 'target':
      return use.target;
    case 'verifier':
      return use.verifier;
    case 'client':
      return use.clientId;
    case 'subject':
      return use.sub;
    case 'token':
      return tokenOf(use);
  }
}

/** What a token is known by: its id, else its hash. */
export function tokenOf({ jti, tokenHash }: ScopeUse): string | null {
  return jti ?? (tokenHash === null ? null : `sha256:${tokenHash}`);
}
