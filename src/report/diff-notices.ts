import type { DimensionChange, GateResult, PolicyChange } from '../model/change.ts';
import type { Location } from '../model/location.ts';
import type { DiffReport } from './diff-wording.ts';
import { breakWords, decidingReason, directionWord, gateWords, isOpen, shortPath, tokenWords } from './diff-wording.ts';
import { meaningOf } from './diff-meaning.ts';

/** What a change is to code scanning and to annotations. */
export type NoticeRule =
  'diff/ungoverned' | 'diff/unknown' | 'diff/looser' | 'diff/incomparable' | 'diff/weaker-promise' | 'diff/breaking';

/** One thing that a reviewer should look at, at a line of the new side. */
export interface Notice {
  readonly rule: NoticeRule;
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  /** Null where the new side has no line for it any more. */
  readonly at: Location | null;
  /** The line of the old side, for messages. */
  readonly before: Location | null;
  readonly fingerprint: string;
}

/** One notice for every value that got looser, weaker or breaks somebody, the worst first. */
export function noticesOf({ diff, gate }: DiffReport): readonly Notice[] {
  const notices = diff.changes.flatMap((change) =>
    change.dimensions.flatMap((dimension) => {
      const rule = ruleOf(dimension, change);
      return rule === null ? [] : [notice(rule, dimension, { change, gate })];
    }),
  );
  const order = { error: 0, warning: 1, notice: 2 } as const;
  return notices.toSorted((a, b) => order[a.level] - order[b.level]);
}

function ruleOf({ facet, direction, breaking }: DimensionChange, { verdict }: PolicyChange): NoticeRule | null {
  if (verdict === 'ungoverned' || verdict === 'unknown') return `diff/${verdict}`;
  if (facet === 'assurance') return direction === 'tightened' ? null : 'diff/weaker-promise';
  if (direction === 'loosened') return 'diff/looser';
  if (direction === 'changed') return 'diff/incomparable';
  return breaking === 'none' ? null : 'diff/breaking';
}

function notice(
  rule: NoticeRule,
  dimension: DimensionChange,
  { change, gate }: { readonly change: PolicyChange; readonly gate: GateResult | null },
): Notice {
  const { atBefore, atAfter, fingerprint } = dimension;
  const meaning = meaningOf(dimension);
  const breaks =
    dimension.breaking === 'none' ? null : breakWords({ breaking: dimension.breaking, drain: change.drain });
  const asked = decidingReason(change, gate) === null ? null : `gate: ${gateWords(change, gate)}`;
  const parts = [meaning, breaks, change.unknownBecause, asked].filter((part) => part !== null);
  return {
    rule,
    level: levelOf(rule, change, gate),
    message: [sentenceOf(dimension, change), ...parts].join('; '),
    at: atAfter,
    before: atBefore,
    fingerprint,
  };
}

function sentenceOf(dimension: DimensionChange, { name, token, verdict }: PolicyChange): string {
  const { path, before, after } = dimension;
  const subject = `${name} (${tokenWords(token)})`;
  if (verdict === 'unknown') return `the change of ${shortPath(path, token)} for ${subject} could not be evaluated`;
  const words = `${shortPath(path, token)} is ${directionWord(dimension)} for ${subject}: ${before} -> ${after}`;
  return verdict === 'ungoverned' ? `no policy applies any more; ${words}` : words;
}

/** What the gate stops is an error; without a gate the kind of change decides. */
function levelOf(rule: NoticeRule, change: PolicyChange, gate: GateResult | null): Notice['level'] {
  const reason = decidingReason(change, gate);
  if (rule === 'diff/ungoverned' || rule === 'diff/unknown') return 'error';
  if (gate !== null && reason !== null) {
    if (isOpen(reason, gate)) return 'error';
    return reason.rule === 'warn' ? 'warning' : 'notice';
  }
  return rule === 'diff/looser' || rule === 'diff/incomparable' ? 'warning' : 'notice';
}
