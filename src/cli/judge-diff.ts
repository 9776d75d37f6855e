import { targetCells } from '../diff/target-cells.ts';
import type { GateResult, PolicyDiff } from '../model/change.ts';
import { UserError } from '../model/failure.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { openRepository, settingsOf } from '../system/git-repository.ts';
import type { Sides } from './diff-sides.ts';
import type { GateHistory, GateRequest } from './load-gate.ts';
import { gateOf } from './load-gate.ts';
import { loadGateFiles } from './load-gate-files.ts';

export interface JudgedDiff {
  readonly diff: PolicyDiff;
  readonly sides: Sides;
  /** Policies of both sides. */
  readonly policies: readonly EffectivePolicy[];
  /** Folders that hold the documents; undefined for the usual ones. */
  readonly paths: readonly string[] | undefined;
  readonly now: number;
  readonly forceMassChange: boolean;
  readonly replay: NonNullable<GateRequest['replay']> | null;
}

/** What the gate of the base says to the change. @throws UserError git/unreadable, document/invalid */
export async function judgeDiff(judged: JudgedDiff): Promise<GateResult> {
  const { diff, sides, now, forceMassChange, replay } = judged;
  const folder = process.cwd();
  const watched = await loadGateFiles({ folder, commit: sides.base.commit }, { folder, commit: sides.head.commit });
  const { problems, ...gate } = await gateOf({
    diff,
    base: [...sides.base.files, ...watched.base],
    head: [...sides.head.files, ...watched.head],
    now,
    targets: targetCells(judged.policies, judged.policies)?.length ?? null,
    replay,
    forceMassChange,
    history: await historyOf(judged),
  });
  if (problems.length === 0) return gate;
  throw new UserError('document/invalid', 'the gate or its approvals have faults', {
    problems,
    hint: 'correct them; a gate that cannot be read lets nothing pass',
  });
}

/** Null where a side is a folder: nobody knows who wrote what is in it. */
async function historyOf({ sides, paths }: JudgedDiff): Promise<GateHistory | null> {
  const { base, head } = sides;
  if (base.commit === null) return null;
  const repository = await openRepository(process.cwd());
  const settings = head.commit === null ? await settingsOf(repository) : [];
  const mail = settings.find(({ name }) => name === 'user.email')?.value ?? null;
  return {
    folder: process.cwd(),
    base: base.commit,
    head: head.commit ?? 'HEAD',
    paths: paths ?? ['policies'],
    uncommittedBy: head.commit === null ? mail : null,
  };
}
