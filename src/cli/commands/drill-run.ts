import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { runDrill } from '../../drill/run.ts';
import { SecretWatch } from '../../drill/secret-watch.ts';
import type { ProcessIdentity } from '../../drill/lease.ts';
import type { DrillResult, JournalLine } from '../../model/drill.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { ProgramFault, UserError } from '../../model/failure.ts';
import type { LabDescription, LabHandle } from '../../model/lab.ts';
import type { Arm } from '../../model/prediction.ts';
import { drillProgress } from '../../report/drill-events.ts';
import { systemClock } from '../../system/clock.ts';
import { systemFiles } from '../../system/files.ts';
import { readGitState } from '../../system/git.ts';
import { findAddresses } from '../../system/addresses.ts';
import { createHttp } from '../../system/http.ts';
import { createProbeHttp } from '../../system/probe-http.ts';
import { createMachine } from '../../system/machine.ts';
import { openJournalFile } from '../../system/journal-file.ts';
import { openTail } from '../../system/tail-file.ts';
import { isSameProcess, processStart } from '../../system/processes.ts';
import { readSigningKey } from '../../token/report-key.ts';
import type { Io, TakenSignals } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { connectAgents, expectedAgents } from '../agents-of-run.ts';
import { findRunningLab, startLabFor } from '../lab-connection.ts';
import { readOutputs, writeOutputs } from '../output.ts';
import { readOtlpUrl, sendOtlp } from '../send-otlp.ts';
import { RESULT_FILE, readKeyText, recordPath, signResultText } from '../stored-results.ts';
import { VERSION } from '../version.ts';
import { checkDryOptions, runDrillDry } from './drill-dry-run.ts';
import { loadPlan } from './drill-input.ts';
import { DRILL_FORMATS, renderDrill } from './drill-render.ts';

/** `firebreak drill run FILE`: runs a drill, puts everything back, reports, and leaves by the verdict. */
export async function runDrillCommand(
  io: Io,
  [file = '']: readonly string[],
  options: CommandOptions,
): Promise<ExitCode> {
  const isDry = options.dryRun === true;
  if (isDry) checkDryOptions(options);
  const targets = readOutputs(options, DRILL_FORMATS, 'pretty');
  const signals = io.takeSignals();
  const stateDir = stateDirOf(options);
  const { plan, estate } = await loadPlan(file, options, expectedAgents(options));
  const key = options.sign === undefined ? null : readSigningKey(await readKeyText(options.sign));
  const otlp = options.otlp === undefined ? null : readOtlpUrl(options.otlp);
  const arms = readArms(options.arm, plan.drill.observe.arms);
  const quiet = options.quiet === true;
  const say = (text: string): void => {
    if (!quiet) io.err(text);
  };

  const agents = isDry ? null : await connectAgents(plan, options);
  const { lab, embedded } = await connectLab(
    plan.environment.class === 'lab',
    estate.inventories.find(({ name }) => name === plan.drill.inventory),
    stateDir,
    say,
  );
  try {
    const git = await readGitState(process.cwd());
    const progress = drillProgress();
    const secrets = new SecretWatch();
    const input = {
      plan,
      lab,
      labEmbedded: embedded !== null,
      stateDir,
      tool: `firebreak/${VERSION}`,
      seed: readSeed(options.seed),
      commit: git === null ? null : `${git.commit}${git.dirty ? ' with changes' : ''}`,
      confirm: typeof options.confirm === 'string' ? options.confirm : null,
      approvals: estate.approvals,
      secrets,
      arms,
      self: { pid: process.pid, startedAt: (await processStart(process.pid)) ?? '' },
      stop: signals.stop,
      hurry: signals.hurry,
      onHurry: (left: Parameters<typeof hurriedText>[0]) => io.err(hurriedText(left, stateDir)),
      onLine: (line: JournalLine) => {
        const text = progress(line);
        if (text !== null) say(`${text}\n`);
      },
    };
    const ports = {
      clock: systemClock,
      files: systemFiles,
      http: createHttp,
      probeHttp: createProbeHttp,
      findAddresses,
      machine: (allow: readonly string[]) =>
        createMachine(allow, { env: io.env, terminal: options.input === false ? null : io.terminal }),
      openTail,
      openJournal: openJournalFile,
      ...(agents === null ? {} : { vantages: agents.vantages }),
      isAlive: ({ pid, startedAt }: ProcessIdentity) => isSameProcess(pid, startedAt),
    };
    if (isDry) return await runDrillDry({ io, options }, input, ports);
    const result = await sealed(secrets, runDrill(input, ports));
    const code = exitOf(result, signals);
    const folder = join(stateDir, 'runs', result.runId);
    const recorded = options.record === undefined ? [] : [recordPath(options.record, result)];
    const reports = [
      join(folder, 'report.html'),
      ...recorded,
      ...targets.filter(({ path }) => path !== '-').map(({ path }) => path),
    ];
    const context = {
      predictions: plan.predictions,
      command: `firebreak drill run ${file}`,
      reports,
      exitCode: code,
      color: options.color,
      io,
    };
    const written = async (probes: boolean): Promise<string> =>
      secrets.passed(
        await signResultText(await renderDrill('json', result, { ...context, probes }), key),
        'the result',
      );
    await systemFiles.writeAtomically(join(folder, RESULT_FILE), await written(true));
    for (const path of recorded) await systemFiles.writeAtomically(path, await written(false));
    await systemFiles.writeAtomically(
      join(folder, 'report.html'),
      secrets.passed(await renderDrill('html', result, context), 'the report'),
    );
    const rendered = new Map<string, string>();
    for (const { format } of targets)
      rendered.set(
        format,
        format === 'json'
          ? await written(false)
          : secrets.passed(await renderDrill(format, result, context), `the output ${format}`),
      );
    await writeOutputs(targets, (format) => rendered.get(format) ?? '', io);
    const unsent = otlp === null ? null : await sendOtlp(result, otlp, plan.environment.allow);
    if (unsent !== null) io.err(`the run was not sent: ${unsent}\n`);
    if (signals.stop.reason instanceof ProgramFault) throw signals.stop.reason;
    return code;
  } finally {
    await agents?.disconnect();
    await embedded?.stop();
  }
}

/** A failure whose words hold a secret is not told in these words. */
async function sealed<T>(secrets: SecretWatch, run: Promise<T>): Promise<T> {
  try {
    return await run;
  } catch (error) {
    if (!(error instanceof UserError) || !secrets.holds(`${error.message}\n${error.hint ?? ''}`)) throw error;
    // The code stays: what must be done next does not depend on the words.
    throw new UserError(error.code, 'what went wrong is not told, because its words hold a secret', {
      hint: error.hint !== null && !secrets.holds(error.hint) ? error.hint : 'look at the target itself',
    });
  }
}

/** What a person needs who cannot wait: nothing is skipped, but the process may be killed before its end. */
function hurriedText(
  left: readonly { readonly says: string; readonly byHand: string | null }[],
  stateDir: string,
): string {
  const commands = left.flatMap(({ says, byHand }) => [`  ${says}`, ...(byHand === null ? [] : [`    ${byHand}`])]);
  return [
    `each undo now gets 5 s; ${left.length === 0 ? 'nothing is left to undo' : 'still to be undone, by hand if this process dies:'}`,
    ...commands,
    `afterwards, or instead: firebreak${stateDir === '.firebreak' ? '' : ` --state-dir ${stateDir}`} drill recover`,
    '',
  ].join('\n');
}

async function connectLab(
  needed: boolean,
  inventory: Parameters<typeof startLabFor>[0] | undefined,
  stateDir: string,
  say: (text: string) => void,
): Promise<{ lab: LabDescription | null; embedded: LabHandle | null }> {
  if (!needed || inventory === undefined) return { lab: null, embedded: null };
  const running = await findRunningLab(stateDir);
  if (running !== null) {
    say(`using the lab of process ${running.pid}\n`);
    return { lab: running, embedded: null };
  }
  const started = performance.now();
  const embedded = await startLabFor(inventory, { port: 'any', useDefaults: false, stateDir });
  say(
    `lab: ${embedded.description.verifiers.length} verifiers and an issuer ready in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return { lab: embedded.description, embedded };
}

function readArms(value: string | undefined, arms: readonly Arm[]): readonly Arm[] {
  if (value === undefined) return arms;
  const chosen = arms.filter((arm) => arm === value);
  if (chosen.length === 0)
    throw new UserError('usage/bad-argument', `the drill has no arm "${value}"`, {
      hint: `choose one of ${arms.join(', ')}`,
    });
  return chosen;
}

function readSeed(value: string | undefined): number {
  if (value === undefined) return randomInt(2 ** 32);
  const seed = Number(value);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new UserError('usage/bad-argument', `--seed "${value}" is not a whole number from 0 to 4294967295`, {
      hint: 'reports print the seed of their run',
    });
  return seed;
}

function exitOf(result: DrillResult, { stoppedBy }: TakenSignals): ExitCode {
  if (!result.safety.clean) return EXIT.unclean;
  switch (result.overall.verdict) {
    case 'stopped': {
      const signal = stoppedBy();
      return signal === null ? EXIT.stopped : signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    }
    case 'pass':
      return result.findings.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.done;
    case 'fail':
      return EXIT.findings;
    case 'inconclusive':
      return EXIT.inconclusive;
  }
}
