/** Who used a leaked credential: two passes over recorded uses, in bounded memory. */
import { createHash } from 'node:crypto';
import type { Incident } from '../model/incident.ts';
import type { ScopeFindings, ScopeTotals, ScopeUse, UseWhen } from '../model/incident-scope.ts';
import type { RecordedUse } from '../model/recorded-use.ts';
import { concealed } from './conceal.ts';
import { createUseGroups } from './group-uses.ts';
import { createKeptUses } from './keep-uses.ts';
import type { Match } from './match-use.ts';
import { createMatcher } from './match-use.ts';
import { networkOf } from './network.ts';
import type { SignalRules } from './signals.ts';
import { createSignals } from './signals.ts';
import type { LogNature } from './unanswered.ts';
import { canIdentify, createPresence, unanswered } from './unanswered.ts';

export interface ScopeOptions extends Omit<SignalRules, 'leaked' | 'since'> {
  readonly incident: Incident;
  /** Lines that are listed one by one; all are counted. */
  readonly maxUses: number;
}

export interface Scope {
  /** First pass. */
  readonly learn: (use: RecordedUse, file: string) => void;
  /** Second pass, over the same uses. Null for what does not concern the incident. */
  readonly add: (use: RecordedUse, file: string, line: number) => ScopeUse | null;
  /** Whether a log, as far as it was read, can tell the credential from others. */
  readonly canTell: (file: string) => boolean;
  readonly result: (logs: readonly LogNature[]) => ScopeFindings;
}

/** Digits of a hash that are shown: enough to name a token. */
const SHOWN_DIGITS = 12;

export function createScope(options: ScopeOptions): Scope {
  const { incident, maxUses } = options;
  const matcher = createMatcher(incident);
  const presence = createPresence();
  const kept = createKeptUses(maxUses);
  const groups = createUseGroups();
  const signals = createSignals({ ...options, leaked: incident.leaked, since: incident.since });
  const totals = createTotals();

  return {
    learn: (use, file) => {
      presence.add(use, file);
      matcher.learn(use);
    },
    add: (use, file, line) => {
      const match = matcher.match(use);
      if (match === null) return null;
      const found = scopeUse(use, match, { file, line, since: incident.since });
      totals.add(found);
      kept.add(found);
      groups.add(found);
      signals.add(found);
      return found;
    },
    canTell: (file) => canIdentify(incident.leaked, presence, file),
    result: (logs) => {
      const counted = totals.result();
      const uses = kept.result();
      const grouped = groups.result(counted.before > 0);
      const limits = [
        ...(matcher.isFull()
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
      ];
      return {
        totals: counted,
        uses,
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
  };
}

/** What is no hash may be the token itself, so it is hashed before it is shown. */
function shownHash(name: string | null): string | null {
  if (name === null) return null;
  const hash = /^[0-9a-f]+$/i.test(name) ? name.toLowerCase() : createHash('sha256').update(name).digest('hex');
  return hash.slice(0, SHOWN_DIGITS);
}

function createTotals(): { readonly add: (use: ScopeUse) => void; readonly result: () => ScopeTotals } {
  const counts = { uses: 0, before: 0, after: 0, undated: 0, derived: 0, accepted: 0, rejected: 0 };
  let first: number | null = null;
  let last: number | null = null;
  let firstAfter: number | null = null;
  return {
    add: ({ time, when, count, isDerived, decision }) => {
      counts.uses += count;
      counts[when === 'unknown' ? 'undated' : when] += count;
      if (isDerived) counts.derived += count;
      if (decision !== null) counts[decision === 'accept' ? 'accepted' : 'rejected'] += count;
      if (time === null) return;
      first = Math.min(first ?? time, time);
      last = Math.max(last ?? time, time);
      if (when === 'after') firstAfter = Math.min(firstAfter ?? time, time);
    },
    result: () => ({ ...counts, first, last, firstAfter }),
  };
}
