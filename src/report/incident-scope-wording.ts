/** Words that every format of the scope of an incident shares. */
import { toTimestamp } from '../model/instant.ts';
import type { ScopeGrouping, ScopeResult, ScopeSignal, SignalKind } from '../model/incident-scope.ts';
import { showCount } from './replay-wording.ts';

export const GROUP_TITLES: Readonly<Record<ScopeGrouping, string>> = {
  ip: 'address',
  network: 'network',
  user_agent: 'user agent',
  route: 'route',
  target: 'service',
  verifier: 'verifier',
  client: 'client',
  subject: 'subject',
  token: 'token',
};

export const SIGNAL_TITLES: Readonly<Record<SignalKind, string>> = {
  impossible_use: 'impossible use',
  new_network: 'new network',
  new_user_agent: 'new user agent',
  many_subjects: 'many subjects',
  never_issued: 'never issued',
  minted_after_leak: 'minted after the leak',
  lifetime_over_policy: 'lives too long',
  refresh_reuse: 'refresh reuse',
};

/** To the second. */
export function showTime(time: number | null): string {
  return time === null ? 'unknown' : toTimestamp(time).replace(/\.\d+Z$/, 'Z');
}

/** What is known at a glance; never "not used" where the logs could not tell. */
export function summaryOf({ totals, isAnswered, incident, logs }: ScopeResult): readonly string[] {
  const read = `${showCount(logs.reduce((sum, { lines }) => sum + lines, 0))} lines of ${logs.length} ${logs.length === 1 ? 'log' : 'logs'} read`;
  if (totals.uses === 0) {
    return [isAnswered ? `no use of it was found; ${read}` : `the logs cannot tell whether it was used; ${read}`];
  }
  const times =
    totals.first === null ? 'no line has a time' : `from ${showTime(totals.first)} to ${showTime(totals.last)}`;
  const sides = `${showCount(totals.after)} after the leak (${showTime(incident.since)}), ${showCount(totals.before)} before it${totals.undated > 0 ? `, ${showCount(totals.undated)} at no known time` : ''}`;
  const answers = `${showCount(totals.accepted)} accepted, ${showCount(totals.rejected)} rejected${totals.derived > 0 ? `; ${showCount(totals.derived)} follow from others: same session, or a token that came from it` : ''}`;
  return [
    `${showCount(totals.uses)} ${totals.uses === 1 ? 'use' : 'uses'} ${times}; ${read}`,
    sides,
    ...(totals.firstAfter === null ? [] : [`first use after the leak: ${showTime(totals.firstAfter)}`]),
    answers,
  ];
}

/** `3 uses: networks that were not seen before the leak: 198.51.100.0/24 (a.log:7)` */
export function signalWords({ message, uses, examples }: ScopeSignal): string {
  const places = examples.map(({ file, line }) => `${file}:${line}`).join(', ');
  return `${message}; ${showCount(uses)} ${uses === 1 ? 'use' : 'uses'}${places === '' ? '' : ` (${places})`}`;
}

/** Logs that hold whole tokens are the next leak. */
export function leakedLogs({ logs }: ScopeResult): readonly string[] {
  return logs
    .filter(({ tokens }) => tokens.lines > 0)
    .map(
      ({ file, tokens }) =>
        `${file} holds whole tokens in ${showCount(tokens.lines)} ${tokens.lines === 1 ? 'line' : 'lines'}; whoever can read it can use them`,
    );
}
