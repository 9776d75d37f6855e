/** Words that every format of a replay shares. */
import { toTimestamp } from '../model/instant.ts';
import { millis, showBound } from '../model/quantity.ts';
import { showShare } from '../model/share.ts';
import type { BadLine, LogReading, ModelMismatch, ReplayOutcome, ReplayResult } from '../model/replay.ts';

/** From what hurts to what does not. */
export const OUTCOME_ORDER: readonly ReplayOutcome[] = [
  'REVOKED',
  'GAINED',
  'MAYBE_REVOKED',
  'MAYBE_GAINED',
  'UNKNOWN_CHANGE',
  'NO_CHANGE',
];

export const OUTCOME_WORDS: Readonly<Record<ReplayOutcome, string>> = {
  REVOKED: 'revoked',
  GAINED: 'gained',
  MAYBE_REVOKED: 'maybe revoked',
  MAYBE_GAINED: 'maybe gained',
  UNKNOWN_CHANGE: 'unknown change',
  NO_CHANGE: 'no change',
};

/** A recording is what was tried; a policy is about what may be tried. */
export const NOT_COVERED = 'What nobody tried in this time is not covered.';

/** `1,234,567`, the same everywhere. */
export function showCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `0.32%` */
export function showPercent(part: number, whole: number): string {
  return showShare(whole === 0 ? 0 : part / whole);
}

/** `1,204 recorded uses from 2026-03-01T00:00:00Z to 2026-03-08T00:00:00Z (7d)` */
export function windowWords({ uses, window }: ReplayResult): string {
  const recorded = `${showCount(uses)} recorded ${uses === 1 ? 'use' : 'uses'}`;
  if (window === null) return `${recorded}, no line has a time`;
  const span = showBound(millis(Math.floor((window.last - window.first) / 1000) * 1000));
  return `${recorded} from ${showInstant(window.first)} to ${showInstant(window.last)} (${span})`;
}

/** To the second. */
export function showInstant(ms: number): string {
  return toTimestamp(ms).replace(/\.\d+Z$/, 'Z');
}

export function decidableWords({ decidable, uses, outcomes }: ReplayResult): string {
  if (decidable === null) return 'No use was found.';
  const open = outcomes.MAYBE_GAINED + outcomes.MAYBE_REVOKED + outcomes.UNKNOWN_CHANGE;
  return `${showPercent(uses - open, uses)} of uses can be decided. ${NOT_COVERED}`;
}

export function lastDayWords({ lastDay }: ReplayResult): string | null {
  if (lastDay === null) return null;
  const { outcomes, uses, from } = lastDay;
  const maybe = outcomes.MAYBE_REVOKED === 0 ? '' : `, ${showCount(outcomes.MAYBE_REVOKED)} maybe`;
  return `Revoked in the last 24 h of the recording (from ${showInstant(from)}): ${showCount(outcomes.REVOKED)} of ${showCount(uses)}${maybe}.`;
}

export function mismatchWords({ kind, cause, uses, examples }: ModelMismatch): string {
  const places = examples.map(({ file, line }) => `${file}:${line}`).join(', ');
  const count = `${showCount(uses)} ${uses === 1 ? 'use was' : 'uses were'}`;
  const them = uses === 1 ? 'it' : 'them';
  return kind === 'accepted'
    ? `${count} accepted although the old policy refuses ${them} for ${cause ?? 'a reason'}: ${places}`
    : `${count} refused although the old policy accepts ${them}: ${places}`;
}

export const MISMATCH_HINT =
  'the policy, the reading of the log or the verifier is wrong; a refusal may also come from a signature or a denylist';

const BAD_WORDS: Readonly<Record<BadLine, string>> = {
  'not-json': 'not JSON',
  'no-object': 'no JSON object',
  'too-long': 'over 1 MiB long',
};

/** `access.log: envoy, 1,000 lines, 990 uses, 8 without a token` */
export function readingWords({ file, format, lines, uses, silent, bad }: LogReading): string {
  const parts = [
    format ?? 'format not known',
    `${showCount(lines)} ${lines === 1 ? 'line' : 'lines'}`,
    `${showCount(uses)} with a token`,
    ...(silent === 0 ? [] : [`${showCount(silent)} without`]),
    ...bad.map(
      ({ reason, lines: count, first }) =>
        `${showCount(count)} ${BAD_WORDS[reason]} (${first.map((line) => `${file}:${line}`).join(', ')})`,
    ),
  ];
  return `${file}: ${parts.join(', ')}`;
}

/** A warning about whole tokens in a log; null when there are none. */
export function leakWords({ file, tokens }: LogReading): string | null {
  if (tokens.lines === 0) return null;
  const places = tokens.first.map((line) => `${file}:${line}`).join(', ');
  const count =
    tokens.lines === 1 ? '1 line holds a whole token' : `${showCount(tokens.lines)} lines hold whole tokens`;
  return `${count}, signature included (${places}): whoever can read this log can use them until they expire; stop logging the Authorization header`;
}

/** Why the gate decided so, in one line. */
export function gateWords({ gate }: ReplayResult): string | null {
  if (gate === null) return null;
  return [`Gate: ${gate.outcome}`, ...gate.reasons].join('; ');
}
