import { toTimestamp } from '../model/instant.ts';
import type { ScopeResult, ScopeUse } from '../model/incident-scope.ts';
import { showLocation } from '../model/location.ts';
import { jsonText } from './json-text.ts';

/** Version of the JSON output; members are only added within a major. */
const SCHEMA_VERSION = '1.0';

/** The scope of an incident for programs, as schema/output/incident-scope.json describes it. */
export function scopeJson(result: ScopeResult): string {
  const { incident, totals, window } = result;
  return jsonText({
    schema_version: SCHEMA_VERSION,
    incident: { name: incident.name, leaked: incident.leaked, since: toTimestamp(incident.since) },
    answered: result.isAnswered,
    window: window === null ? null : { first: toTimestamp(window.first), last: toTimestamp(window.last) },
    totals: {
      uses: totals.uses,
      before: totals.before,
      after: totals.after,
      undated: totals.undated,
      derived: totals.derived,
      accepted: totals.accepted,
      rejected: totals.rejected,
      first: instant(totals.first),
      last: instant(totals.last),
      first_after: instant(totals.firstAfter),
    },
    uses: result.uses.map(useObject),
    uses_left_out: result.usesLeftOut,
    groups: result.groups.map(({ by, value, uses, before, after, first, last, isNew }) => ({
      by,
      value,
      uses,
      before,
      after,
      first: instant(first),
      last: instant(last),
      is_new: isNew,
    })),
    signals: result.signals,
    unanswerable: result.unanswerable.map(({ question, why, wouldAnswer, files }) => ({
      question,
      why,
      would_answer: wouldAnswer,
      files,
    })),
    limits: result.limits,
    logs: result.logs.map(({ file, format, lines, uses, silent, bad, tokens }) => ({
      file,
      format,
      lines,
      uses,
      silent,
      bad: bad.reduce((sum, each) => sum + each.lines, 0),
      tokens: tokens.lines,
    })),
    problems: result.problems.map(({ code, message, hint, at }) => ({
      code,
      message,
      hint,
      at: at === null ? null : showLocation(at),
    })),
  });
}

/** A use as one line, for whoever follows a log. */
export function useJson(use: ScopeUse): string {
  return jsonText(useObject(use), 0);
}

function useObject(use: ScopeUse): object {
  return {
    time: instant(use.time),
    when: use.when,
    file: use.file,
    line: use.line,
    count: use.count,
    link: use.link,
    derived: use.isDerived,
    decision: use.decision,
    ip: use.ip,
    network: use.network,
    user_agent: use.userAgent,
    target: use.target,
    verifier: use.verifier,
    route: use.route,
    method: use.method,
    status: use.status,
    kid: use.kid,
    jti: use.jti,
    sid: use.sid,
    sub: use.sub,
    client_id: use.clientId,
    token_hash: use.tokenHash,
    iat: use.iat,
    exp: use.exp,
    signals: use.signals,
  };
}

function instant(time: number | null): string | null {
  return time === null ? null : toTimestamp(time);
}
