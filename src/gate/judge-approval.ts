import type { Approval } from '../model/approval.ts';
import type { GateApproval } from '../model/change.ts';
import type { FileCommit, GateConfig, GateContext } from '../model/gate.ts';
import { showBound } from '../model/quantity.ts';
import { canonicalPerson, mayBeSame } from './people.ts';

/** What one approval is worth. */
export interface Judgement {
  readonly approval: Approval;
  /** Whom it brings; empty when it does not count. */
  readonly people: readonly string[];
  /** False when an author of the change wrote down that others agreed: nothing but the code host proves it. */
  readonly isVouched: boolean;
  readonly told: GateApproval;
}

export interface JudgingContext {
  readonly config: GateConfig;
  readonly context: GateContext;
  /** Fingerprints of everything that needs an approval. */
  readonly wanted: ReadonlySet<string>;
}

/**
 * Decides whether an approval counts: not past its end, about something that is there, and by somebody who may approve
 * and is no author of the change. Looks at no other approval, so that one cannot weaken another.
 */
export function judgeApproval(approval: Approval, judging: JudgingContext): Judgement {
  const { config, context } = judging;
  const commit = context.approvalCommits.get(approval.file);
  const end = endOf(approval, commit, judging);
  if (end !== null) return without(approval, 'ended', end);
  const unfit = unfitness(approval, judging);
  if (unfit !== null) return without(approval, unfit.state, unfit.message);
  const { people, refused } = sortPeople(approval, config, context);
  if (people.length === 0) return without(approval, 'refused', refused.join('; '));
  const authors = context.authors ?? [];
  const writer = commit?.people.find((person) => isAmong(person, authors));
  const isVouched = !config.approvals.preventSelfApproval || writer === undefined;
  const told = [
    ...refused,
    ...(isVouched ? [] : [`${writer}, an author of the change, wrote down that ${people.join(', ')} agreed`]),
  ];
  return {
    approval,
    people,
    isVouched,
    told: { name: approval.name, state: 'counts', message: told.join('; ') || null, at: approval.at },
  };
}

function without(approval: Approval, state: GateApproval['state'], message: string): Judgement {
  return {
    approval,
    people: [],
    isVouched: true,
    told: { name: approval.name, state, message, at: approval.at },
  };
}

function endOf(approval: Approval, commit: FileCommit | undefined, { config, context }: JudgingContext): string | null {
  if (context.now >= approval.expires.ends) return `its last day was ${approval.expires.text}`;
  const { ttl } = config.approvals;
  if (commit === undefined || context.now < commit.at + ttl) return null;
  return `it was committed more than ${showBound(ttl)} ago, the longest that an approval counts`;
}

function unfitness(
  { changes }: Approval,
  { config, wanted }: JudgingContext,
): { readonly state: 'unused' | 'refused'; readonly message: string } | null {
  const named = new Set(changes.map(({ fingerprint }) => fingerprint));
  if (![...named].some((fingerprint) => wanted.has(fingerprint))) {
    return {
      state: 'unused',
      message: 'nothing that it names needs an approval: the changes are gone, or are others now',
    };
  }
  if (config.approvals.sticky) return null;
  const isSame = named.size === wanted.size && [...named].every((fingerprint) => wanted.has(fingerprint));
  return isSame
    ? null
    : {
        state: 'refused',
        message: 'the changes are no longer exactly those that it names, and approvals are not sticky',
      };
}

function sortPeople(
  { approvedBy }: Approval,
  { approvals }: GateConfig,
  { authors }: GateContext,
): { readonly people: readonly string[]; readonly refused: readonly string[] } {
  const { from, preventSelfApproval } = approvals;
  const allowed = from === null ? null : new Set(from.map(canonicalPerson));
  const people: string[] = [];
  const refused: string[] = [];
  for (const { who } of approvedBy) {
    const self = preventSelfApproval ? (authors ?? []).find((author) => mayBeSame(author, who)) : undefined;
    if (self !== undefined) {
      refused.push(
        self === who
          ? `${who} wrote the change, and nobody approves their own`
          : `${who} may be ${self}, who wrote the change`,
      );
    } else if (allowed !== null && !allowed.has(canonicalPerson(who))) {
      refused.push(`${who} is not among those who may approve`);
    } else people.push(who);
  }
  return { people, refused };
}

function isAmong(who: string, people: readonly string[]): boolean {
  return people.some((person) => mayBeSame(person, who));
}
