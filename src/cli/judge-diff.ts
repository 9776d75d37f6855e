import { targetCells } from '../diff/target-cells.ts';
import type { GateResult, PolicyDiff } from '../model/change.ts';
import { UserError } from '../model/failure.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { openRepository, settingsOf } from '../system/git-repository.ts';
import type { Sides } from './diff-sides.ts';
import { readSides } from './diff-sides.ts';
import type { Io } from './io.ts';
import { GATE_FILES, gateOf } from './load-gate.ts';
import type { GateHistory, GateRequest } from './load-gate.ts';

export interface JudgedDiff {
  readonly diff: PolicyDiff;
  readonly sides: Sides;
  /** Policies of both sides. */
  readonly policies: readonly EffectivePolicy[];
  /** What the user named, to read the gate from the same two versions. */
  readonly args: readonly string[];
  readonly paths: readonly string[] | undefined;
  readonly mergeBase: boolean;
  readonly now: number;
  readonly forceMassChange: boolean;
  readonly replay: NonNullable<GateRequest['replay']> | null;
}

/** What the gate of the base says to the change. @throws UserError git/unreadable, document/invalid */
export async function judgeDiff(judged: JudgedDiff, io: Pick<Io, 'env'>): Promise<GateResult> {
  const { diff, sides, args, mergeBase, now, forceMassChange, replay } = judged;
  const watched = await watchedFiles(args, io, mergeBase);
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

/** The configuration of the gate and who owns files. None of them need be there. */
async function watchedFiles(args: readonly string[], io: Pick<Io, 'env'>, mergeBase: boolean): Promise<GateFiles> {
  try {
    const { base, head } = await readSides(args, io, { policies: GATE_FILES, mergeBase });
    return { base: base.files, head: head.files };
  } catch (error) {
    const isAbsent = error instanceof UserError && (error.code === 'file/missing' || error.code === 'usage/no-input');
    if (isAbsent) return { base: [], head: [] };
    throw error;
  }
}

type GateFiles = Pick<GateRequest, 'base' | 'head'>;

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
