import type { Approval } from '../model/approval.ts';
import type { ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import { child, cursorAt, flagOf, items, placeOf, requiredText } from './facts.ts';
import { readDay } from './read-day.ts';

export interface ApprovalReading {
  readonly approval: Approval | null;
  readonly problems: readonly Problem[];
}

/** Turns a schema-checked ChangeApproval into facts, after checking that its last day exists. */
export function readApproval({ source, name }: ValidDocument<unknown>): ApprovalReading {
  const spec = cursorAt(source, '/spec');
  const problems: Problem[] = [];
  const expires = readDay(child(spec, 'expires'), problems);
  if (expires === null) return { approval: null, problems };
  return {
    approval: {
      name,
      file: source.file,
      changes: items(child(spec, 'changes')).map((at) => ({ fingerprint: requiredText(at), at: placeOf(at) })),
      approvedBy: items(child(spec, 'approved_by')).map((at) => ({ who: requiredText(at), at: placeOf(at) })),
      reason: requiredText(child(spec, 'reason')),
      expires,
      permanent: flagOf(child(spec, 'permanent'))?.value ?? false,
      at: source.locate('/metadata/name'),
    },
    problems: [],
  };
}
