import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import type { Io } from '../io.ts';
import { loadEstate } from '../load-estate.ts';

/** `firebreak drill list`: the drills of this repository and what each is held to. */
export async function runDrillList(io: Io, paths: readonly string[]): Promise<ExitCode> {
  const { drills, policies } = await loadEstate(paths);
  if (drills.length === 0) io.err('no drill here; they are documents of kind Drill, usually in drills/\n');
  const width = Math.max(0, ...drills.map(({ file }) => file.length));
  for (const { file, scenario, environment, policy, name } of drills) {
    const promised = policies
      .find((candidate) => candidate.name === policy)
      ?.drills.find(({ drill }) => drill === name);
    io.out(
      `${file.padEnd(width)}  ${scenario.padEnd(13)}  on ${environment}, policy ${policy}${promised === undefined ? '' : `, promised every ${Math.round(promised.every / 86_400_000)} days`}\n`,
    );
  }
  return EXIT.done;
}
