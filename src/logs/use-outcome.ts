/** What becomes of a use by its decisions before and after a change. */
import type { ModelMismatch, ReplayOutcome } from '../model/replay.ts';
import type { RecordedDecision } from '../model/recorded-use.ts';
import type { Undecided, UseDecision } from './decide-use.ts';

/** What is decided once for all uses of a shape. */
export interface Shape {
  readonly outcome: ReplayOutcome;
  readonly isSettled: boolean;
  /** Dimensions that make the change, or that leave it open. */
  readonly causes: readonly string[];
  readonly mismatch: { readonly kind: ModelMismatch['kind']; readonly causes: readonly (string | null)[] } | null;
}

/**
 * The change from two decisions. Where the old policy leaves a decision open, the recorded one takes its place: a use
 * that was accepted met every check that the log says too little for, under the new policy too where the check is the
 * same one. A use that was refused loses nothing, and a policy may not have been the reason: it gains nothing for sure.
 */
export function outcomeOf(before: UseDecision, after: UseDecision, recorded: RecordedDecision | null): Shape {
  const mismatch = mismatchOf(before, recorded);
  const isSettled = before.verdict === 'unknown' && recorded !== null;
  const of = (outcome: ReplayOutcome, causes: readonly string[] = []): Shape => ({
    outcome,
    isSettled,
    causes,
    mismatch,
  });
  const open = before.verdict === 'unknown' ? before.undecided : [];
  const wasRefused = recorded === 'reject' && before.verdict !== 'reject';
  if (wasRefused && (before.verdict === 'accept' || after.verdict === 'reject')) return of('NO_CHANGE');
  if (after.verdict !== 'unknown') {
    if (wasRefused) return of('MAYBE_GAINED', open.map(nameOf));
    const outcome = CHANGES[isSettled ? recorded : before.verdict][after.verdict];
    return of(outcome, causesOf(outcome, before, after));
  }
  const added = after.undecided.filter(({ key }) => !open.some((one) => one.key === key));
  const dropped = open.filter(({ key }) => !after.undecided.some((one) => one.key === key));
  // An empty list says nothing: whoever decided did not tell which checks are open.
  const isListed = open.length > 0 && after.undecided.length > 0;
  if (isListed && added.length === 0) {
    if (dropped.length === 0 || recorded === 'accept') return of('NO_CHANGE');
    return of('MAYBE_GAINED', dropped.map(nameOf));
  }
  const isNarrower = isListed && dropped.length === 0 && recorded === null;
  return of(
    isNarrower ? 'MAYBE_REVOKED' : CHANGES[isSettled ? recorded : before.verdict].unknown,
    (added.length > 0 ? added : after.undecided).map(nameOf),
  );
}

const CHANGES: Readonly<Record<UseDecision['verdict'], Readonly<Record<UseDecision['verdict'], ReplayOutcome>>>> = {
  accept: { accept: 'NO_CHANGE', reject: 'REVOKED', unknown: 'MAYBE_REVOKED' },
  reject: { accept: 'GAINED', reject: 'NO_CHANGE', unknown: 'MAYBE_GAINED' },
  unknown: { accept: 'MAYBE_GAINED', reject: 'MAYBE_REVOKED', unknown: 'UNKNOWN_CHANGE' },
};

function causesOf(outcome: ReplayOutcome, before: UseDecision, after: UseDecision): readonly string[] {
  if (outcome === 'REVOKED') return after.verdict === 'reject' ? after.causes : [];
  if (outcome === 'GAINED') return before.verdict === 'reject' ? before.causes : [];
  return before.verdict === 'unknown' ? before.undecided.map(nameOf) : [];
}

function nameOf({ dimension, member }: Undecided): string {
  return member === null || SELF_NAMED.has(dimension) ? dimension : `${dimension} ${member}`;
}

/** Dimensions with one member, which needs no telling. */
const SELF_NAMED: ReadonlySet<string> = new Set([
  'algorithm',
  'typ',
  'crit',
  'kid',
  'issuer',
  'audience',
  'binding',
  'key_strength',
]);

function mismatchOf(before: UseDecision, recorded: RecordedDecision | null): Shape['mismatch'] {
  if (before.verdict === 'reject' && recorded === 'accept') return { kind: 'accepted', causes: before.causes };
  if (before.verdict === 'accept' && recorded === 'reject') return { kind: 'rejected', causes: [null] };
  return null;
}
