/** What about the uses points at somebody else than their owner. */
import type { Leaked } from '../model/incident.ts';
import type { ScopeGroup, ScopeSignal, ScopeUse, SignalKind } from '../model/incident-scope.ts';
import { showBound } from '../model/quantity.ts';
import type { Millis } from '../model/quantity.ts';
import { tokenOf } from './group-uses.ts';
import { boundedSet } from './identifiers.ts';
import type { BoundedSet } from './identifiers.ts';
import type { IssuedTokens } from './issued.ts';

export interface SignalRules {
  readonly leaked: Leaked;
  readonly since: number;
  /** So many subjects behind one address are told. */
  readonly manySubjects: number;
  /** Two networks within this time are too near to each other. */
  readonly impossibleWithin: Millis;
  /** Longest life that policies give to tokens of the issuer; null when no policy says so. */
  readonly maxLifetime: Millis | null;
  /** Null without a log of the issuer. */
  readonly issued: IssuedTokens | null;
}

export interface SignalCounter {
  readonly add: (use: ScopeUse) => void;
  /** @param uses by time */
  readonly result: (uses: readonly ScopeUse[], groups: readonly ScopeGroup[]) => readonly ScopeSignal[];
  readonly isFull: () => boolean;
}

/** Lines that are told of each signal. */
const EXAMPLES = 3;

/** Addresses whose subjects are counted, subjects of each, and of all together: some 50 MB. */
const MAX_ADDRESSES = 100_000;
const MAX_SUBJECTS = 1000;
const MAX_PAIRS = 500_000;

interface Tally {
  uses: number;
  readonly examples: { readonly file: string; readonly line: number }[];
}

export function createSignals(rules: SignalRules): SignalCounter {
  const tallies = new Map<SignalKind, Tally>();
  const subjects = new Map<string, { readonly seen: BoundedSet; size: number; uses: number }>();
  let isFull = false;
  let refreshes = 0;
  let pairs = 0;

  const tell = (kind: SignalKind, use: ScopeUse): void => {
    const tally = tallies.get(kind) ?? { uses: 0, examples: [] };
    tallies.set(kind, tally);
    count(tally, use);
  };

  const countSubject = ({ ip, sub, when, count: uses }: ScopeUse): void => {
    if (ip === null || sub === null || when === 'before') return;
    const known = subjects.get(ip) ?? { seen: boundedSet(MAX_SUBJECTS), size: 0, uses: 0 };
    if (!subjects.has(ip)) {
      if (subjects.size >= MAX_ADDRESSES) {
        isFull = true;
        return;
      }
      subjects.set(ip, known);
    }
    known.uses += uses;
    if (known.seen.has(sub)) return;
    if (pairs >= MAX_PAIRS) {
      isFull = true;
      return;
    }
    pairs += 1;
    known.seen.add(sub);
    if (known.seen.has(sub)) known.size += 1;
  };

  const toldOf = (kinds: readonly SignalKind[]): readonly ScopeSignal[] =>
    kinds.flatMap((kind) => {
      const tally = tallies.get(kind);
      return tally === undefined ? [] : [{ kind, message: messageOf(kind, rules), ...tally }];
    });

  return {
    add: (use) => {
      countSubject(use);
      if (rules.issued?.wasIssued(use) === false) tell('never_issued', use);
      if (isMintedAfter(rules, use)) tell('minted_after_leak', use);
      if (livesTooLong(rules.maxLifetime, use)) tell('lifetime_over_policy', use);
      if (rules.leaked.kind !== 'refresh_token' || use.isDerived) return;
      // The owner may use it once; every further use is somebody's second one (RFC 9700 section 4.14.2).
      refreshes += use.count;
      if (refreshes > 1) tell('refresh_reuse', use);
    },
    isFull: () => isFull,
    result: (uses, groups) => [
      ...toldOf(['never_issued', 'refresh_reuse']),
      ...impossibleUse(uses, rules.impossibleWithin),
      ...newGroups(groups, 'network', 'new_network', 'networks'),
      ...newGroups(groups, 'user_agent', 'new_user_agent', 'user agents'),
      ...[...subjects]
        .filter(([, { size }]) => size >= rules.manySubjects)
        .sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1))
        .map(([ip, { size, uses: all }]): ScopeSignal => ({
          kind: 'many_subjects',
          message: `${size}${size >= MAX_SUBJECTS ? ' or more' : ''} subjects behind ${ip}`,
          uses: all,
          examples: [],
        })),
      ...toldOf(['lifetime_over_policy', 'minted_after_leak']),
    ],
  };
}

function count(tally: Tally, { file, line, count: uses }: ScopeUse): void {
  tally.uses += uses;
  if (tally.examples.length < EXAMPLES) tally.examples.push({ file, line });
}

/** Only of a key: other credentials do not sign. */
function isMintedAfter({ leaked, since }: SignalRules, { iat, isDerived }: ScopeUse): boolean {
  return (leaked.kind === 'kid' || leaked.kind === 'hmac_secret') && !isDerived && iat !== null && iat * 1000 >= since;
}

function livesTooLong(most: Millis | null, { iat, exp }: ScopeUse): boolean {
  return most !== null && iat !== null && exp !== null && (exp - iat) * 1000 > most;
}

const COUNTED: Readonly<Partial<Record<SignalKind, string>>> = {
  never_issued: 'tokens whose kid or jti the issuer never logged: they are forged',
  minted_after_leak: 'tokens with an iat after the leak: the issuer or whoever has the key made them',
  refresh_reuse: 'the refresh token was used more than once',
};

function messageOf(kind: SignalKind, { maxLifetime }: SignalRules): string {
  if (kind === 'lifetime_over_policy' && maxLifetime !== null) {
    return `tokens that live longer than the ${showBound(maxLifetime)} that the policies allow`;
  }
  return COUNTED[kind] ?? kind;
}

/** One token, or one subject where tokens have no name, in two networks within seconds. */
function impossibleUse(uses: readonly ScopeUse[], within: Millis): readonly ScopeSignal[] {
  const lastOf = new Map<string, ScopeUse>();
  const found = new Map<string, Tally & { readonly networks: Set<string> }>();
  for (const use of uses) {
    const name = nameOf(use);
    if (name === null || use.time === null || use.network === null) continue;
    const before = lastOf.get(name);
    lastOf.set(name, use);
    if (before?.network === undefined || before.network === null || before.network === use.network) continue;
    if (use.time - (before.time ?? 0) > within) continue;
    const tally = found.get(name) ?? { uses: 0, examples: [], networks: new Set<string>() };
    found.set(name, tally);
    tally.networks.add(before.network).add(use.network);
    if (tally.examples.length === 0) tally.examples.push({ file: before.file, line: before.line });
    count(tally, use);
  }
  return [...found]
    .sort(([a, x], [b, y]) => y.uses - x.uses || (a < b ? -1 : 1))
    .map(([name, { uses: all, examples, networks }]) => ({
      kind: 'impossible_use',
      message: `${name} in ${networks.size} networks within ${showBound(within)}: ${[...networks].sort().slice(0, 4).join(', ')}${networks.size > 4 ? ', ...' : ''}`,
      uses: all,
      examples,
    }));
}

function nameOf(use: ScopeUse): string | null {
  const token = tokenOf(use);
  if (token !== null) return `token ${token}`;
  return use.sub === null ? null : `subject ${use.sub}`;
}

function newGroups(
  groups: readonly ScopeGroup[],
  by: ScopeGroup['by'],
  kind: SignalKind,
  words: string,
): readonly ScopeSignal[] {
  const found = groups.filter((group) => group.by === by && group.isNew);
  if (found.length === 0) return [];
  const names = found.slice(0, 4).map(({ value }) => value);
  return [
    {
      kind,
      message: `${words} that were not seen before the leak: ${names.join(', ')}${found.length > 4 ? `, and ${found.length - 4} more` : ''}`,
      uses: found.reduce((sum, { after }) => sum + after, 0),
      examples: [],
    },
  ];
}
