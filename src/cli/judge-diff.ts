import { posix, resolve } from 'node:path';
import { targetCells } from '../diff/target-cells.ts';
import type { GateFile } from '../gate/protected.ts';
import type { GateResult, PolicyDiff } from '../model/change.ts';
import type { Problem } from '../model/failure.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { CONFIG_FILE } from '../policy/read-gate-config.ts';
import { openRepository, settingsOf } from '../system/git-repository.ts';
import { readTree } from '../system/git-tree.ts';
import type { Sides } from './diff-sides.ts';
import type { GateHistory, GateRequest } from './load-gate.ts';
import { gateOf } from './load-gate.ts';
import type { GatePlace } from './load-gate-files.ts';
import { loadGateFiles } from './load-gate-files.ts';
import type { SideFiles } from './side-files.ts';

export interface JudgedDiff {
  readonly diff: PolicyDiff;
  readonly sides: Sides;
  /** Files whose text differs between the sides. */
  readonly changedFiles: ReadonlySet<string>;
  /** Policies of both sides. */
  readonly policies: readonly EffectivePolicy[];
  readonly now: number;
  readonly forceMassChange: boolean;
  readonly replay: NonNullable<GateRequest['replay']> | null;
}

/** What the gate said, and what is wrong with its own files. */
export interface Judged {
  readonly gate: GateResult;
  /** Faults of the base side's firebreak.yaml; the strict gate judged then, so that a repair can be approved. */
  readonly problems: readonly Problem[];
}

/** What the gate of the base says to the change. @throws UserError git/unreadable */
export async function judgeDiff(judged: JudgedDiff): Promise<Judged> {
  const { diff, sides, changedFiles, now, forceMassChange, replay } = judged;
  const root = await gateRoot(sides);
  const watched = await loadGateFiles(placeOf(sides.base, root), placeOf(sides.head, root));
  const fromRoot = (file: string): string => posix.join(root.prefix, file);
  const named = ({ files }: SideFiles): readonly GateFile[] =>
    files.map(({ file, text }) => ({ file: fromRoot(file), text }));
  const { problems, ...gate } = await gateOf({
    diff,
    base: [...named(sides.base), ...watched.base],
    head: [...named(sides.head), ...watched.head],
    now,
    targets: targetCells(judged.policies, judged.policies)?.length ?? null,
    replay,
    forceMassChange,
    history: await historyOf(sides, root, [...changedFiles].map(fromRoot)),
  });
  const fromHere = <At extends { readonly file: string }>(at: At): At => ({
    ...at,
    file: root.prefix === '' ? at.file : posix.relative(root.prefix, at.file),
  });
  return {
    gate: { ...gate, approvals: gate.approvals.map((each) => ({ ...each, at: fromHere(each.at) })) },
    problems: problems.map((problem) => ({
      ...problem,
      at: problem.at === null || problem.at === undefined ? null : fromHere(problem.at),
    })),
  };
}

/** The folder whose firebreak.yaml counts. */
interface GateRoot {
  readonly folder: string;
  /** What stands before names of files here to make them names from there. */
  readonly prefix: string;
}

/** This folder, where the base has settings of its own for it; else the top of the repository. */
async function gateRoot({ base }: Sides): Promise<GateRoot> {
  const here = { folder: process.cwd(), prefix: '' };
  if (base.commit === null) return here;
  const { folder, prefix } = await openRepository(here.folder);
  if (prefix === '') return here;
  const own = await readTree(here.folder, base.commit, { paths: [CONFIG_FILE], isWanted: () => false });
  return own.length > 0 ? here : { folder, prefix };
}

/** A folder that is a checkout of its own has a gate of its own. */
function placeOf({ commit, root }: SideFiles, { folder }: GateRoot): GatePlace {
  return { folder: commit === null && root !== '' ? resolve(root) : folder, commit };
}

/** Null where a side is a folder: nobody knows who wrote what is in it. */
async function historyOf(
  { base, head }: Sides,
  { folder }: GateRoot,
  changed: readonly string[],
): Promise<GateHistory | null> {
  if (base.commit === null) return null;
  const repository = await openRepository(process.cwd());
  const settings = head.commit === null ? await settingsOf(repository) : [];
  const mail = settings.find(({ name }) => name === 'user.email')?.value ?? null;
  return {
    folder,
    base: base.commit,
    head: head.commit ?? 'HEAD',
    changed: new Set(changed),
    uncommittedBy: head.commit === null ? mail : null,
  };
}
