import type { CommandOptions } from '../options.ts';
import { UserError } from '../../model/failure.ts';
import type { Plan } from '../../drill/plan.ts';
import { planDrill } from '../../drill/plan.ts';
import { systemFiles } from '../../system/files.ts';
import type { LoadedEstate } from '../load-estate.ts';
import { loadEstate } from '../load-estate.ts';

/** Reads a drill with its policies and inventory and plans it, without any network. */
export async function loadPlan(
  file: string,
  options: CommandOptions,
  vantages: readonly string[] | null = null,
): Promise<{ readonly plan: Plan; readonly estate: LoadedEstate }> {
  const paths = options.policies ?? ['policies'];
  for (const path of paths) {
    if (!(await systemFiles.exists(path)))
      throw new UserError(
        'usage/no-input',
        `${path} does not exist, so the policies and inventories of the drill cannot be read`,
        { hint: 'name them with --policies' },
      );
  }
  const estate = await loadEstate([file, ...paths]);
  const name = file.replace(/^\.\//, '');
  const drill = estate.drills.find((candidate) => candidate.file === name || file.endsWith(candidate.file));
  if (drill === undefined)
    throw new UserError('document/not-found', `${file} holds no Drill`, {
      hint: 'name a file of kind Drill; firebreak drill list shows them',
    });
  const inventory = estate.inventories.find((candidate) => candidate.name === drill.inventory);
  if (inventory === undefined) {
    throw new UserError('document/not-found', `there is no inventory "${drill.inventory}"`, {
      hint: `choose one of ${estate.inventories.map((candidate) => candidate.name).join(', ')}, or name more files with --policies`,
      at: drill.at,
    });
  }
  return {
    plan: planDrill({
      drill,
      inventory,
      policies: estate.policies,
      predictions: estate.predictions.filter(({ environment }) => environment === drill.environment),
      ...(vantages === null ? {} : { vantages }),
    }),
    estate,
  };
}
