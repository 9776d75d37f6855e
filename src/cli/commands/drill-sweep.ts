import { join } from 'node:path';
import { leaseHolder, takeLease } from '../../drill/lease.ts';
import type { StepContext } from '../../drill/step.ts';
import { ADMIN_SWEEPS, sweepCanaries, sweepable } from '../../drill/sweep.ts';
import type { Sweep, SweepPlace } from '../../drill/sweep.ts';
import type { DrillSpec } from '../../model/drill.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT, worstExit } from '../../model/exit.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { LabDescription } from '../../model/lab.ts';
import { sweepJson, sweepText } from '../../report/drill-sweep.ts';
import { systemClock } from '../../system/clock.ts';
import { systemFiles } from '../../system/files.ts';
import { createHttp } from '../../system/http.ts';
import { createMachine } from '../../system/machine.ts';
import { isSameProcess, processStart } from '../../system/processes.ts';
import type { Io } from '../io.ts';
import { findRunningLab } from '../lab-connection.ts';
import { defaultPaths } from '../load.ts';
import { loadEstate } from '../load-estate.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';

/** Longest wait for one answer, in milliseconds. */
const TIMEOUT_MS = 5000;

/**
 * `firebreak drill sweep`: finds canaries that drills left where the drills and inventories of this repository say that
 * they put them, and removes them with --apply. Without it: 1 when there are any. With it: 6 when one is left. 4 when a
 * place could not be read.
 */
export async function runDrillSweep(io: Io, paths: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const stateDir = stateDirOf(options);
  const estate = await loadEstate(paths.length > 0 ? paths : await defaultPaths());
  const lab = await findRunningLab(stateDir);
  const places = estate.inventories.flatMap((inventory) =>
    placesOf(
      inventory,
      estate.drills.filter((drill) => drill.inventory === inventory.name),
      { lab, io },
    ),
  );
  const apply = options.apply === true;
  const release = apply ? await leased(stateDir) : async (): Promise<void> => undefined;
  try {
    const now = systemClock.wall();
    const sweep = await sweepCanaries({ places, deadRuns: await deadRuns(stateDir), now, apply }, systemClock);
    await writeOutputs(
      targets,
      (format) => (format === 'json' ? sweepJson(sweep, apply) : sweepText(sweep, apply)),
      io,
    );
    return exitOf(sweep);
  } finally {
    await release();
  }
}

/** A drill that goes on must not find its key sets changed by somebody else. @throws UserError drill/lease-held */
async function leased(stateDir: string): Promise<() => Promise<void>> {
  const self = { pid: process.pid, startedAt: (await processStart(process.pid)) ?? '' };
  return takeLease(join(stateDir, 'lease.json'), { ...self, runId: 'sweep' }, LEASE_PORTS);
}

const LEASE_PORTS: Parameters<typeof takeLease>[2] = {
  files: systemFiles,
  isAlive: ({ pid, startedAt }) => isSameProcess(pid, startedAt),
};

/** Runs whose journal lies here and whose process does not hold the lease: what they left, nobody else removes. */
async function deadRuns(stateDir: string): Promise<ReadonlySet<string>> {
  const folder = join(stateDir, 'runs');
  if (!(await systemFiles.exists(folder))) return new Set();
  const running = await leaseHolder(join(stateDir, 'lease.json'), LEASE_PORTS);
  const journals = await systemFiles.list([folder], ['journal.ndjson']);
  return new Set(journals.flatMap((path) => path.split('/').at(-2) ?? []).filter((run) => run !== running));
}

function placesOf(
  { environments, issuers }: Inventory,
  drills: readonly DrillSpec[],
  { lab, io }: { readonly lab: LabDescription | null; readonly io: Io },
): readonly SweepPlace[] {
  const contexts = new Map(environments.map(({ name, allow }) => [name, contextOf(allow, lab, io)]));
  const used = new Set(
    drills.flatMap(({ credentials, warmup, method }) => [
      ...credentials.map(({ obtain }) => obtain.uses),
      ...[...warmup, ...method].flatMap(({ call }) => (call === null ? [] : [call.uses])),
    ]),
  );
  const atIssuers = issuers.flatMap(({ name, admin, environment, at }): readonly SweepPlace[] => {
    const context = contexts.get(environment);
    // What lived in a lab has ended with it.
    if (admin === null || context === undefined || (admin.startsWith('lab://') && lab === null)) return [];
    const actions = ADMIN_SWEEPS.filter(({ uses }, index) => index === 0 || used.has(uses));
    return [{ name: `issuer ${name}`, actions, call: { uses: '', with: {}, at }, admin, context }];
  });
  const atSteps = drills.flatMap(({ file, environment, warmup, method }) =>
    [...warmup, ...method].flatMap(({ id, call }): readonly SweepPlace[] => {
      const action = call === null ? null : sweepable(call);
      const context = contexts.get(environment);
      if (call === null || action === null || context === undefined) return [];
      return [{ name: `step ${id} of ${file}`, actions: [action], call, admin: '', context }];
    }),
  );
  return [...atIssuers, ...atSteps];
}

function contextOf(allow: readonly string[], lab: LabDescription | null, io: Io): StepContext {
  return {
    http: createHttp(allow),
    machine: createMachine(allow, { env: io.env, terminal: null }),
    lab,
    timeoutMs: TIMEOUT_MS,
    vault: null,
  };
}

function exitOf({ canaries, places }: Sweep): ExitCode {
  const states = new Set(canaries.map(({ state }) => state));
  return worstExit([
    ...(states.has('left') ? [EXIT.unclean] : []),
    ...(states.has('forgotten') ? [EXIT.findings] : []),
    ...(places.some(({ looked }) => looked === 'failed') ? [EXIT.inconclusive] : []),
  ]);
}
