import type { Location } from '../model/location.ts';
import type { GapKind, ReadinessAnswer, ReadinessGap } from '../model/readiness.ts';

/** An answer whose verdict follows from its gaps, so that the two cannot disagree. */
export function answerOf(parts: Omit<ReadinessAnswer, 'verdict'>): ReadinessAnswer {
  const has = (kind: GapKind): boolean => parts.gaps.some((gap) => gap.kind === kind);
  return { ...parts, verdict: has('missing') ? 'no' : has('unknown') ? 'unknown' : 'yes' };
}

export function missing(what: string, fix: string | null, at: Location | null = null): ReadinessGap {
  return { kind: 'missing', what, fix, at };
}

export function unknown(what: string, fix: string | null, at: Location | null = null): ReadinessGap {
  return { kind: 'unknown', what, fix, at };
}

export function note(what: string, fix: string | null, at: Location | null = null): ReadinessGap {
  return { kind: 'note', what, fix, at };
}

/** Names that fit a line. */
const SHOWN_NAMES = 6;

/** `"api", "edge" and 4 more` */
export function named(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const shown = unique.slice(0, SHOWN_NAMES).map((name) => JSON.stringify(name));
  const rest = unique.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** `1 verifier`, `3 verifiers` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
