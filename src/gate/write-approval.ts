import type { Approval } from '../model/approval.ts';
import { API_VERSION } from '../model/document.ts';
import { pointerTo } from '../model/document.ts';
import type { FixPlan } from '../model/fix.ts';
import { validateDocument } from '../policy/validate.ts';
import { readApproval } from '../policy/read-approval.ts';
import { editDocument } from '../source/edit-document.ts';
import { parseDocuments } from '../source/parse.ts';
import { canonicalPerson } from './people.ts';

/** An approval to write. */
export interface ApprovalDraft {
  /** Name of the document; a number is added where the file has one of that name. */
  readonly name: string;
  readonly changes: readonly string[];
  readonly by: string;
  readonly reason: string;
  /** `2027-01-31` */
  readonly expires: string;
  readonly permanent: boolean;
}

export interface ApprovalWriting {
  readonly text: string;
  /** The document that holds the changes now. */
  readonly name: string;
  /** Changes that were not in it before. */
  readonly added: readonly string[];
  readonly isNewDocument: boolean;
}

/**
 * Writes an approval into the text of a file: into the document that says the same of other changes, with its comments
 * as they are, or into a new one. Never into one by other people: they did not approve these changes.
 *
 * @param before text of the file; empty for a new one
 */
export function writeApproval(file: string, before: string, draft: ApprovalDraft): ApprovalWriting {
  const approvals = approvalsIn(file, before);
  const same = approvals.find((approval) => saysTheSame(approval, draft));
  if (same !== undefined) {
    const extended = extend(before, same, draft.changes);
    if (extended !== null) return { ...extended, name: same.name, isNewDocument: false };
  }
  const name = freeName(draft.name, approvals);
  const changes = [...new Set(draft.changes)];
  const document = approvalText({ ...draft, name, changes });
  const text = before.trim() === '' ? document : `${before.replace(/(?<!\n)\n*$/, '\n')}---\n${document}`;
  return { text, name, added: changes, isNewDocument: true };
}

/** Approvals of a text that can be read; the others are for whoever reads the file to tell. */
export function approvalsIn(file: string, text: string): readonly Approval[] {
  return parseDocuments(file, text).documents.flatMap((source) => {
    const { document } = validateDocument(source);
    if (document?.kind !== 'ChangeApproval') return [];
    const { approval } = readApproval(document);
    return approval === null ? [] : [approval];
  });
}

function saysTheSame(approval: Approval, { by, reason, expires, permanent }: ApprovalDraft): boolean {
  const [who, other] = approval.approvedBy;
  return (
    other === undefined &&
    who !== undefined &&
    canonicalPerson(who.who) === canonicalPerson(by) &&
    approval.reason === reason &&
    approval.expires.text === expires &&
    approval.permanent === permanent
  );
}

function extend(
  before: string,
  { file, at, changes }: Approval,
  wanted: readonly string[],
): { readonly text: string; readonly added: readonly string[] } | null {
  const known = new Set(changes.map(({ fingerprint }) => fingerprint));
  const added = [...new Set(wanted)].filter((fingerprint) => !known.has(fingerprint));
  const [first, ...rest] = added.map((item) => ({ kind: 'append-item', pointer: CHANGES, item }) as const);
  if (first === undefined) return { text: before, added };
  const plan: FixPlan = { title: 'add the changes', safe: true, document: at, changes: [first, ...rest] };
  const text = editDocument(file, before, plan);
  // What was written must be read back as the same text: a row of digits could have become a number.
  if (text === null || !added.every((item) => holds(file, text, item))) return null;
  return { text, added };
}

const CHANGES: string = pointerTo('/spec', 'changes');

function holds(file: string, text: string, fingerprint: string): boolean {
  return approvalsIn(file, text).some(({ changes }) => changes.some((change) => change.fingerprint === fingerprint));
}

function freeName(name: string, approvals: readonly Approval[]): string {
  const taken = new Set(approvals.map((approval) => approval.name));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${name}-${number}`)) return `${name}-${number}`;
  }
}

/** Texts are quoted as JSON quotes them, which YAML 1.2 reads the same; twelve digits would be a number without. */
function approvalText({ name, changes, by, reason, expires, permanent }: ApprovalDraft): string {
  return [
    `apiVersion: ${API_VERSION}`,
    'kind: ChangeApproval',
    `metadata: { name: ${JSON.stringify(name)} }`,
    'spec:',
    `  changes: [${changes.map((change) => JSON.stringify(change)).join(', ')}]`,
    `  approved_by: [${JSON.stringify(by)}]`,
    `  reason: ${JSON.stringify(reason)}`,
    `  expires: ${JSON.stringify(expires)}`,
    ...(permanent ? ['  permanent: true'] : []),
    '',
  ].join('\n');
}
