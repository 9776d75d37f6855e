import type { ScopeGroup, ScopeGrouping, ScopeUse } from '../model/incident-scope.ts';
import { SCOPE_GROUPS } from '../model/incident-scope.ts';

interface Tally {
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

/** Values of one grouping that are counted one by one. */
const MAX_VALUES = 10_000;

/** Counts uses by everything that people ask for, in bounded memory: values that come after the first ones are not counted. */
export function createUseGroups(maxValues: number = MAX_VALUES): UseGroups {
  const groups = new Map<ScopeGrouping, Map<string, Tally>>(SCOPE_GROUPS.map((by) => [by, new Map<string, Tally>()]));
  const full = new Set<ScopeGrouping>();

  return {
    add: (use) => {
      for (const [by, tallies] of groups) {
        const value = valueOf(by, use);
        if (value === null) continue;
        const tally = tallies.get(value) ?? { uses: 0, before: 0, after: 0, first: null, last: null };
        if (!tallies.has(value)) {
          if (tallies.size >= maxValues) {
            full.add(by);
            continue;
          }
          tallies.set(value, tally);
        }
        count(tally, use);
      }
    },
    result: (hasBefore) =>
      [...groups].flatMap(([by, tallies]) =>
        [...tallies]
          .map(([value, tally]) => ({
            by,
            value,
            ...tally,
            isNew: hasBefore && tally.before === 0 && tally.after > 0,
          }))
          .sort((a, b) => b.after - a.after || b.uses - a.uses || (a.value < b.value ? -1 : 1)),
      ),
    full: () => [...full],
  };
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
