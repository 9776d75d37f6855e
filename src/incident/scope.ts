/**
 * Who used a leaked credential: one pass over recorded uses, in bounded memory, and a second one over logs whose lines may be
 * uses only because of what other lines say.
 */
import { createHash } from 'node:crypto';
import type { Incident } from '../model/incident.ts';
import type { FastLines } from '../logs/fast-lines.ts';
import { JSON_LINES } from '../logs/json-lines.ts';
import { isLine } from '../logs/values.ts';
import type { ScopeFindings, ScopeTotals, ScopeUse, UseWhen } from '../model/incident-scope.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import { concealed } from './conceal.ts';
import type { UseGroupsState } from './group-uses.ts';
import { createUseGroups } from './group-uses.ts';
import type { BoundedSet } from './identifiers.ts';
import type { KeptUsesState, UsePlace } from './keep-uses.ts';
import { createKeptUses } from './keep-uses.ts';
import type { LearnedIds, Match, MatcherState } from './match-use.ts';
import { createMatcher, directLink } from './match-use.ts';
import { equalUses } from './equal-uses.ts';
import type { PresenceState } from './presence.ts';
import { createPresence } from './presence.ts';
import { networkOf } from './network.ts';
import { createScopeLines } from './scope-lines.ts';
import type { SignalRules, SignalState } from './signals.ts';
import { withSignals } from './use-signals.ts';
import { createSignals } from './signals.ts';
import { createTotals } from './totals.ts';
import type { LogNature } from './unanswered.ts';
import { canIdentify, unanswered } from './unanswered.ts';

export interface ScopeOptions extends Omit<SignalRules, 'leaked' | 'since'> {
  readonly incident: Incident;
  /** Lines that are listed one by one; all are counted. */
  readonly maxUses: number;
}

export interface Scope {
  /** First pass. What the line says itself to be a use; null for what does not concern the incident, as far as is known. */
  readonly add: (use: RecordedUse, file: string, line: number) => ScopeUse | null;
  /** The first pass over lines of our own format that are still bytes. */
  readonly lines: FastLines;
  /** What an engine says of all lines of a log that it holds, of which it gives out only some. */
  readonly see: (
    seen: { readonly fields: number; readonly first: number | null; readonly last: number | null },
    file: string,
  ) => void;
  /** Whether a log has lines that only other lines could tell to be uses, so that it must be read once more. */
  readonly asksAgain: (file: string) => boolean;
  /** Second pass, over the logs that ask for it. */
  readonly addDerived: (use: RecordedUse, file: string, line: number) => ScopeUse | null;
  /** Whether a log, as far as it was read, can tell the credential from others. */
  readonly canTell: (file: string) => boolean;
  readonly result: (logs: readonly LogNature[]) => ScopeFindings;
  readonly state: () => ScopeState;
  /** What the first pass learned. */
  readonly ids: LearnedIds;
  readonly idsState: () => MatcherState;
  /** Adds what was found in the next part of a log. @param linesBefore lines of the file that came before the part */
  readonly merge: (state: ScopeState, linesBefore: number) => void;
}

/** What was found so far, as it goes from one thread to another. */
export interface ScopeState {
  readonly presence: PresenceState;
  /** Null after the second pass, which learns nothing. */
  readonly ids: MatcherState | null;
  readonly derivable: readonly string[];
  readonly totals: ScopeTotals;
  readonly kept: KeptUsesState;
  readonly groups: UseGroupsState;
  readonly signals: SignalState;
}

/** Digits of a hash that are shown: enough to name a token. */
const SHOWN_DIGITS = 12;

/** @param ids what another scope learned in its first pass, for a second pass alone */
export function createScope(options: ScopeOptions, ids: MatcherState | null = null): Scope {
  const { incident, maxUses } = options;
  const matcher = createMatcher(incident, ids);
  const presence = createPresence();
  const kept = createKeptUses(maxUses);
  const groups = createUseGroups();
  const signals = createSignals({ ...options, leaked: incident.leaked, since: incident.since });
  const totals = createTotals();
  const derivable = new Set<string>();

  const take = (use: RecordedUse, match: Match, file: string, line: number): ScopeUse => {
    const read = scopeUse(use, match, { file, line, since: incident.since });
    const found = options.issued?.wasIssued(read) === false ? { ...read, isForged: true } : read;
    totals.add(found);
    kept.add(found);
    groups.add(found);
    signals.add(found);
    return found;
  };

  /** The use of a line of our own format that was counted by its bytes. */
  const makeUse = ({ file, line }: UsePlace, text: string): ScopeUse => {
    const parsed: unknown = JSON.parse(text);
    const use = JSON_LINES.read(isLine(parsed) ? parsed : {});
    const link = directLink(incident.leaked, use);
    if (link === null) throw new Error(`${file}:${line} was counted as a use by its bytes, and is none as a text`);
    return scopeUse(use, { link, isDerived: false }, { file, line, since: incident.since });
  };

  return {
    add: (use, file, line) => {
      presence.add(use, file);
      const match = matcher.matchDirect(use);
      if (match !== null) return take(use, match, file, line);
      if (matcher.mayDerive(use)) derivable.add(file);
      return null;
    },
    lines: createScopeLines(incident, options.issued !== null, {
      presence,
      ids: matcher.ids,
      derivable,
      totals,
      kept,
      groups,
      signals,
    }),
    see: ({ fields, first, last }, file) => {
      presence.addBits({ fields, time: first ?? NaN, iat: NaN }, file);
      presence.addBits({ fields, time: last ?? NaN, iat: NaN }, file);
      derivable.add(file);
    },
    asksAgain: (file) => derivable.has(file) && Object.values(matcher.ids).some((set: BoundedSet) => !set.isEmpty()),
    addDerived: (use, file, line) => {
      const match = matcher.matchDerived(use);
      return match === null ? null : take(use, match, file, line);
    },
    canTell: (file) => canIdentify(incident.leaked, presence, file),
    state: () => ({
      presence: presence.state(),
      ids: ids === null ? matcher.state() : null,
      derivable: [...derivable],
      totals: totals.result(),
      kept: kept.state(),
      groups: groups.state(),
      signals: signals.state(),
    }),
    ids: matcher.ids,
    idsState: matcher.state,
    merge: (state, linesBefore) => {
      presence.merge(state.presence);
      if (state.ids !== null) matcher.merge(state.ids);
      for (const file of state.derivable) derivable.add(file);
      totals.merge(state.totals);
      kept.merge(state.kept, linesBefore);
      groups.merge(state.groups);
      signals.merge(state.signals, linesBefore);
    },
    result: (logs) => {
      const counted = totals.result();
      const uses = kept.result(makeUse);
      const grouped = groups.result(counted.before > 0);
      const limits = [
        ...(matcher.isFull() && derivable.size > 0
          ? ['more ids were seen with the credential than are kept: derived uses may be missing']
          : []),
        ...groups
          .full()
          .map(
            (by) =>
              `more values of ${by} than are counted: of those before and after the leak the ones that came first are`,
          ),
        ...(signals.isFull() ? ['more addresses than are counted: the subjects behind the later ones are not'] : []),
        ...(kept.leftOut() > 0 ? [`${kept.leftOut()} lines are counted but not listed, and not compared in time`] : []),
        ...equalUses(uses),
        ...presence.clocks(),
        ...logs.flatMap(({ notes }) => notes),
      ];
      return {
        totals: counted,
        uses: withSignals(uses, grouped, { leaked: incident.leaked, maxLifetime: options.maxLifetime }),
        usesLeftOut: kept.leftOut(),
        groups: grouped,
        signals: signals.result(uses, grouped),
        unanswerable: unanswered({
          incident,
          presence,
          logs,
          hasBefore: counted.before > 0,
          hasAfter: counted.after > 0,
          hasIssued: options.issued !== null,
          issuedSilence: options.issued?.silence() ?? null,
        }),
        isAnswered: presence.files().some((file) => canIdentify(incident.leaked, presence, file)),
        limits,
        window: presence.window(),
      };
    },
  };
}

function scopeUse(
  use: RecordedUse,
  { link, isDerived }: Match,
  { file, line, since }: { readonly file: string; readonly line: number; readonly since: number },
): ScopeUse {
  const when: UseWhen = use.time === null ? 'unknown' : use.time < since ? 'before' : 'after';
  const { time, count, decision, iat, exp, status, ip } = use;
  return {
    time,
    when,
    file,
    line,
    count,
    link,
    isDerived,
    decision,
    iat,
    exp,
    status,
    kid: concealed(use.kid),
    jti: concealed(use.jti),
    sid: concealed(use.sid),
    sub: concealed(use.sub),
    clientId: concealed(use.clientId),
    tokenHash: shownHash(use.tokenHash),
    ip: concealed(ip),
    network: ip === null ? null : networkOf(ip),
    userAgent: concealed(use.userAgent),
    target: concealed(use.target),
    verifier: concealed(use.verifier),
    route: concealed(use.route),
    method: concealed(use.method),
    isForged: false,
    signals: [],
  };
}

/** What is no hash may be the token itself, so it is hashed before it is shown. */
function shownHash(name: string | null): string | null {
  if (name === null) return null;
  const hash = /^[0-9a-f]+$/i.test(name) ? name.toLowerCase() : createHash('sha256').update(name).digest('hex');
  return hash.slice(0, SHOWN_DIGITS);
}
