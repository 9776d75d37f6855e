import { toTimestamp } from '../model/instant.ts';
import { showLocation } from '../model/location.ts';
import type { LogReading, OutcomeCounts, ReplayGrouping, ReplayResult } from '../model/replay.ts';
import { jsonText } from './json-text.ts';
import { NOT_COVERED } from './replay-wording.ts';

/** Version of the JSON output; members are only added within a major. */
const SCHEMA_VERSION = '1.0';

/** The replay for programs, as schema/output/replay.json describes it. Shares are numbers from 0 to 1. */
export function replayJson(result: ReplayResult): string {
  return jsonText({ schema_version: SCHEMA_VERSION, ...replayObject(result) });
}

/** The members of the JSON output, for outputs that hold a replay among other things. */
export function replayObject(result: ReplayResult): object {
  const { window, lastDay, gate } = result;
  return {
    window: window === null ? null : { first: toTimestamp(window.first), last: toTimestamp(window.last) },
    not_covered: NOT_COVERED,
    uses: result.uses,
    outcomes: countsOf(result.outcomes),
    decidable: result.decidable,
    settled_by_record: result.settledByRecord,
    last_day:
      lastDay === null
        ? null
        : { from: toTimestamp(lastDay.from), uses: lastDay.uses, outcomes: countsOf(lastDay.outcomes) },
    clients: groupingOf(result.clients),
    routes: groupingOf(result.routes),
    revoked_by: result.revokedBy,
    gained_by: result.gainedBy,
    undecided: result.undecided,
    model_mismatches: result.mismatches,
    logs: result.logs.map(readingOf),
    problems: result.problems.map(({ code, message, hint, at }) => ({
      code,
      message,
      hint,
      at: at === null ? null : showLocation(at),
    })),
    gate,
  };
}

function countsOf(outcomes: OutcomeCounts): object {
  return Object.fromEntries(Object.entries(outcomes).map(([outcome, count]) => [outcome.toLowerCase(), count]));
}

function groupingOf({ top, others, isAtLeast }: ReplayGrouping): object {
  return {
    top: top.map(({ name, uses, outcomes, last }) => ({
      name,
      uses,
      outcomes: countsOf(outcomes),
      last: last === null ? null : toTimestamp(last),
    })),
    others: { groups: others.groups, uses: others.uses, outcomes: countsOf(others.outcomes) },
    at_least: isAtLeast,
  };
}

function readingOf({ file, format, lines, uses, silent, bad, tokens }: LogReading): object {
  return { path: file, format, lines, uses, without_token: silent, bad, whole_tokens: tokens };
}
