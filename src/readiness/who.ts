/** Who decides, who acts and who is told. */
import type { ReadinessAnswer, ReadinessFact, ReadinessGap } from '../model/readiness.ts';
import { answerOf, counted, missing, named, note } from './answer.ts';
import type { Concerned, ReadinessInput } from './input.ts';
import { nameOf, policiesOf } from './input.ts';

export function whoAnswer(concerned: readonly Concerned[], { approvals }: ReadinessInput): ReadinessAnswer {
  const unowned = concerned.filter(({ verifier }) => verifier.owner === null);
  const policies = policiesOf(concerned);
  const owners = ownersOf(concerned);
  const gaps: ReadinessGap[] = [];
  if (unowned.length > 0) {
    const names = named(unowned.map((one) => nameOf(one, concerned)));
    gaps.push(missing(`nobody answers for ${names}`, 'owner in the Inventory', unowned[0]?.verifier.at));
  }
  const withoutOwner = policies.filter(({ owner }) => owner === null);
  for (const { name, at } of withoutOwner)
    gaps.push(missing(`nobody answers for policy "${name}"`, 'owner in its metadata', at));
  if (approvals === null) {
    gaps.push(note('no firebreak.yaml says who may approve a change in a hurry', 'gate.approvals.from (docs/gate.md)'));
  } else if (approvals.from !== null && approvals.from.length < approvals.min) {
    const what = `${counted(approvals.min, 'approval')} are asked for and ${counted(approvals.from.length, 'person')} may give one`;
    gaps.push(missing(what, 'more people in gate.approvals.from of firebreak.yaml'));
  }
  return answerOf({
    question: 'who',
    basis: 'declared',
    says: `${counted(owners.length, 'owner')} for ${counted(concerned.length, 'verifier')}`,
    facts: [
      ...owners.map(({ owner, verifiers }) => ({ says: `${owner} answers for ${named(verifiers)}`, at: null })),
      ...policies.flatMap(({ name, owner, at }) =>
        owner === null ? [] : [{ says: `${owner} decides about policy "${name}"`, at }],
      ),
      ...approvers(approvals),
    ],
    gaps,
  });
}

function approvers(approvals: ReadinessInput['approvals']): readonly ReadinessFact[] {
  if (approvals === null) return [];
  const from = approvals.from === null ? 'anybody' : approvals.from.join(', ');
  return [{ says: `a change of policies needs ${counted(approvals.min, 'approval')} from ${from}`, at: null }];
}

/** Owners and what they own, in the order in which they are met. */
export function ownersOf(
  concerned: readonly Concerned[],
): readonly { readonly owner: string; readonly verifiers: readonly string[] }[] {
  const owners = new Map<string, string[]>();
  for (const { verifier } of concerned) {
    if (verifier.owner === null) continue;
    owners.set(verifier.owner, [...(owners.get(verifier.owner) ?? []), verifier.name]);
  }
  return [...owners].map(([owner, verifiers]) => ({ owner, verifiers }));
}
