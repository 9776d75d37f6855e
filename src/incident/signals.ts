/** What about the uses points at somebody else than their owner. */
import type { Leaked } from '../model/incident.ts';
import type { ScopeGroup, ScopeSignal, ScopeUse, SignalKind } from '../model/incident-scope.ts';
import { showBound } from '../model/quantity.ts';
import type { Millis } from '../model/quantity.ts';
import { tokenOf } from './group-uses.ts';
import { livesTooLong } from './lives-too-long.ts';
import type { IssuedTokens } from './issued.ts';
import type { SubjectCounter, SubjectCounterState } from './subjects.ts';
import { createSubjectCounter } from './subjects.ts';

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

/** What signals ask of one line, whatever of it was made into texts. */
export interface SignalLine {
  readonly file: string;
  readonly line: number;
  readonly count: number;
  readonly iat: number | null;
  readonly exp: number | null;
  readonly isDerived: boolean;
}

export interface SignalCounter {
  readonly add: (use: ScopeUse) => void;
  /** A line without its address and its subject, which are counted by `subjects`, and without a log of the issuer. */
  readonly addLine: (line: SignalLine) => void;
  readonly subjects: SubjectCounter;
  /** @param uses by time */
  readonly result: (uses: readonly ScopeUse[], groups: readonly ScopeGroup[]) => readonly ScopeSignal[];
  readonly isFull: () => boolean;
  readonly state: () => SignalState;
  /** Adds the next part of a file. @param linesBefore lines of the file that came before the part */
  readonly merge: (state: SignalState, linesBefore: number) => void;
}

/** What was counted so far, as it goes from one thread to another. */
export interface SignalState {
  readonly tallies: ReadonlyMap<SignalKind, Tally>;
  readonly subjects: SubjectCounterState;
  readonly refreshes: number;
  readonly firstRefresh: SignalLine | null;
}

/** Lines that are told of each signal. */
const EXAMPLES = 3;

interface Tally {
  uses: number;
  readonly examples: { readonly file: string; readonly line: number }[];
}

export function createSignals(rules: SignalRules): SignalCounter {
  const tallies = new Map<SignalKind, Tally>();
  const subjects = createSubjectCounter();
  let refreshes = 0;
  /** The one use of a refresh token that its owner may make, as long as there is no other. */
  let firstRefresh: SignalLine | null = null;

  const tell = (kind: SignalKind, use: Pick<SignalLine, 'file' | 'line' | 'count'>): void => {
    const tally = tallies.get(kind) ?? { uses: 0, examples: [] };
    tallies.set(kind, tally);
    count(tally, use);
  };

  const toldOf = (kinds: readonly SignalKind[]): readonly ScopeSignal[] =>
    kinds.flatMap((kind) => {
      const tally = tallies.get(kind);
      return tally === undefined ? [] : [{ kind, message: messageOf(kind, rules), ...tally }];
    });

  const addRefresh = (line: SignalLine): void => {
    // The owner may use it once; every further use is somebody's second one (RFC 9700 section 4.14.2).
    if (refreshes === 0 && line.count === 1) firstRefresh = line;
    else tell('refresh_reuse', line);
    refreshes += line.count;
  };

  const addLine = (line: SignalLine): void => {
    if (isMintedAfter(rules, line)) tell('minted_after_leak', line);
    if (livesTooLong(line, rules.maxLifetime)) tell('lifetime_over_policy', line);
    if (rules.leaked.kind === 'refresh_token' && !line.isDerived) addRefresh(line);
  };

  return {
    add: (use) => {
      const { ip, sub, when, count: uses } = use;
      if (ip !== null && sub !== null && when !== 'before') subjects.add(ip, sub, uses);
      if (use.isForged) tell('never_issued', use);
      addLine(use);
    },
    addLine,
    subjects,
    isFull: subjects.isFull,
    result: (uses, groups) => [
      ...toldOf(['never_issued', 'refresh_reuse']),
      ...impossibleUse(uses, rules.impossibleWithin),
      ...newGroups(groups, 'network', 'new_network', 'networks'),
      ...newGroups(groups, 'user_agent', 'new_user_agent', 'user agents'),
      ...subjects.result(rules.manySubjects).map(({ ip, count: found, isAtLeast, uses: all }): ScopeSignal => ({
        kind: 'many_subjects',
        message: `${found}${isAtLeast ? ' or more' : ''} subjects behind ${ip}`,
        uses: all,
        examples: [],
      })),
      ...toldOf(['lifetime_over_policy', 'minted_after_leak']),
    ],
    state: () => ({ tallies, subjects: subjects.state(), refreshes, firstRefresh }),
    merge: (state, linesBefore) => {
      const moved = state.firstRefresh && { ...state.firstRefresh, line: state.firstRefresh.line + linesBefore };
      if (refreshes > 0 && moved !== null) tell('refresh_reuse', moved);
      else firstRefresh ??= moved;
      refreshes += state.refreshes;
      for (const [kind, { uses, examples }] of state.tallies) {
        const tally = tallies.get(kind) ?? { uses: 0, examples: [] };
        tallies.set(kind, tally);
        tally.uses += uses;
        const more = examples.slice(0, EXAMPLES - tally.examples.length);
        tally.examples.push(...more.map(({ file, line }) => ({ file, line: line + linesBefore })));
      }
      subjects.merge(state.subjects);
    },
  };
}

function count(tally: Tally, { file, line, count: uses }: Pick<SignalLine, 'file' | 'line' | 'count'>): void {
  tally.uses += uses;
  if (tally.examples.length < EXAMPLES) tally.examples.push({ file, line });
}

/** Only of a key: other credentials do not sign. */
function isMintedAfter({ leaked, since }: SignalRules, { iat, isDerived }: SignalLine): boolean {
  return (leaked.kind === 'kid' || leaked.kind === 'hmac_secret') && !isDerived && iat !== null && iat * 1000 >= since;
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
