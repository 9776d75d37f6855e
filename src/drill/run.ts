import type { DrillResult, JournalEvent, JournalLine, JudgedPlan } from '../model/drill.ts';
import { UserError, messageOf } from '../model/failure.ts';
import { toTimestamp } from '../model/instant.ts';
import type { Machine } from '../model/machine.ts';
import { Secret } from '../model/secret.ts';
import type { ArmTools } from './arm.ts';
import { runArm } from './arm.ts';
import { byHandOf } from './by-hand.ts';
import { drillDigest, planDigest } from './drill-digest.ts';
import { EffectLog } from './effects.ts';
import { readEvidence } from './evidence.ts';
import type { FindAddresses } from './expand-units.ts';
import { expandUnits } from './expand-units.ts';
import { startJournal } from './journal.ts';
import { judgedPlan } from './judged-plan.ts';
import { takeLease } from './lease.ts';
import type { OpenTail } from './phase.ts';
import { checkPhaseLog } from './phase.ts';
import { checkGuards, checkReach, checkUnfinished } from './preflight.ts';
import { seededRandom } from './random.ts';
import { SecretWatch } from './secret-watch.ts';
import { resultOf } from './result.ts';
import type { DrillPorts, DrillRunInput } from './run-input.ts';
import { TokenBucket } from './schedule.ts';
import type { StepContext } from './step.ts';
import { runGuarded } from './stop-conditions.ts';
import { placeOf } from './urls.ts';

/** Longest undo of one effect before it is tried again, in milliseconds. */
const UNDO_TIMEOUT_MS = 3000;

/** Margin after the longest run during which canary ids may still be named, in milliseconds. */
const EXPIRY_MARGIN_MS = 300_000;

/**
 * Runs a drill and puts everything back, whatever happens.
 *
 * @throws UserError for what stops a run before or during it; drill/clean-up-incomplete when something may be left
 */
export async function runDrill(input: DrillRunInput, ports: DrillPorts): Promise<DrillResult> {
  await checkGuards(input, ports);
  const begun = { wall: ports.clock.wall(), origin: ports.clock.monotonic() };
  const runId = newRunId(begun.wall, input.seed);
  const release = await takeLease(`${input.stateDir}/lease.json`, { ...input.self, runId }, ports);
  try {
    await checkUnfinished(input.stateDir, ports.files);
    const plan = await expandUnits(input.plan, ports.findAddresses ?? noAddresses);
    return await runLeased(runId, begun, { ...input, plan }, ports);
  } finally {
    await release();
  }
}

/** Without a way to look for them there are none, which stops the run. */
export const noAddresses: FindAddresses = () => Promise.resolve([]);

/** Without a way to read logs none can be waited for. */
export const noTail: OpenTail = (path) =>
  Promise.reject(new UserError('file/unreadable', `${path} cannot be read from here`, { hint: 'remove phase.log' }));

interface Begun {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Monotonic instant that the run counts from. */
  readonly origin: number;
}

async function runLeased(
  runId: string,
  { wall, origin }: Begun,
  input: DrillRunInput,
  ports: DrillPorts,
): Promise<DrillResult> {
  const { plan, stateDir, lab } = input;
  const { clock } = ports;
  const http = ports.http(plan.environment.allow);
  // Undo has no signal: what stopped the run must not stop the clean-up.
  const secrets = input.secrets ?? new SecretWatch();
  if (lab !== null) secrets.keep(new Secret(lab.admin.secret, 'secret of the lab'));
  const machine = watched(ports.machine?.(plan.environment.allow), secrets);
  const context: StepContext = {
    http,
    lab,
    timeoutMs: UNDO_TIMEOUT_MS,
    vault: null,
    ...(machine === undefined ? {} : { machine }),
  };
  await checkReach(input, context);
  await checkPhaseLog(plan.drill.observe.phase, ports.openTail ?? noTail);
  const path = `${stateDir}/runs/${runId}/journal.ndjson`;
  const sink = await ports.openJournal(path);
  const lines: JournalLine[] = [];
  const journal = startJournal({
    sink,
    clock,
    origin,
    check: (line) => void secrets.passed(line, 'the journal'),
    onLine: (line) => {
      lines.push(line);
      input.onLine?.(line);
    },
  });
  const effects = new EffectLog(journal);
  const judged = judgedPlan(plan);
  await journal.record(startEvent(input, { runId, wall, path, judged }));
  await journal.record({ type: 'plan', plan: judged });

  input.hurry?.addEventListener(
    'abort',
    () => input.onHurry?.(effects.open.map((effect) => ({ says: effect.says, byHand: byHandOf(effect) }))),
    { once: true },
  );
  const { observe, guards } = plan.drill;
  const { vantages } = ports;
  const units = plan.units.map((unit) => ({ ...unit, ...placeOf(unit.url, lab) }));
  const userAgent = `${input.tool} (+run/${runId})`;
  const { outcome, stopped, error } = await runGuarded(input, ports, async (guarded) => {
    await vantages?.open({ ...guarded, runId, plan, units, seed: input.seed, userAgent, origin, journal });
    await allArms(input, context, {
      ...guarded,
      plan,
      runId,
      begunAt: wall,
      secrets,
      clock,
      origin,
      http,
      probeHttp: ports.probeHttp?.(plan.environment.allow) ?? http,
      journal,
      effects,
      units,
      context: { ...context, signal: guarded.signal },
      random: seededRandom(input.seed),
      bucket: new TokenBucket(observe.requestsPerSecond, clock.monotonic()),
      expiresAt: Math.floor((wall + guards.maxDuration + EXPIRY_MARGIN_MS) / 1000),
      userAgent,
      requestsLeft: observe.maxRequests,
      openTail: ports.openTail ?? noTail,
      observerOf: vantages === undefined ? null : vantages.observer,
    });
  });
  // Before anything is put back: what agents still asked would be no evidence any more.
  await vantages?.close(outcome);

  const unwritable = await closing(async () => {
    if (outcome !== 'completed') await journal.record({ type: 'abort', why: stopped ?? messageOf(error) });
  });
  await effects.undoAll(context, clock, input.hurry);
  const unclosed = await closing(async () => {
    await journal.record({ type: 'run.end', outcome, clean: effects.isClean });
    await journal.close();
  });
  if (!effects.isClean) throw uncleanError(effects, stateDir);
  const fault = error ?? unwritable ?? unclosed;
  if (fault !== null) throw fault;
  // From the journal, like everybody who checks it later.
  return resultOf(readEvidence(lines), journal.head());
}

/** The machine, whose secrets are known from the moment they are read. */
export function watched(machine: Machine | undefined, secrets: SecretWatch): Machine | undefined {
  if (machine === undefined) return undefined;
  return {
    ...machine,
    readSecret: async (reference) => {
      const secret = await machine.readSecret(reference);
      secrets.keep(secret);
      return secret;
    },
  };
}

/** A journal that breaks at the end must not hide what is left, so its fault waits. Null when there is none. */
async function closing(write: () => Promise<void>): Promise<unknown> {
  try {
    await write();
    return null;
  } catch (error) {
    return error;
  }
}

/** The arms one after the other, each in an environment that the one before has left clean. */
async function allArms(input: DrillRunInput, undo: StepContext, tools: ArmTools): Promise<void> {
  let { requestsLeft } = tools;
  for (const arm of input.arms) {
    requestsLeft -= await runArm(arm, { ...tools, requestsLeft });
    await tools.effects.undoAll(undo, tools.clock, input.hurry);
    // What one arm left behind would be measured by the next.
    if (!tools.effects.isClean) return;
  }
}

function startEvent(
  input: DrillRunInput,
  run: { readonly runId: string; readonly wall: number; readonly path: string; readonly judged: JudgedPlan },
): JournalEvent {
  const { plan, lab } = input;
  return {
    type: 'run.start',
    runId: run.runId,
    startedAt: toTimestamp(run.wall),
    journal: run.path,
    planDigest: planDigest(run.judged),
    commit: input.commit,
    arms: input.arms,
    drill: plan.drill.name,
    file: plan.drill.file,
    drillDigest: drillDigest(plan),
    policyDigest: plan.policy.digest,
    environment: plan.environment.name,
    environmentClass: plan.environment.class,
    tool: input.tool,
    seed: input.seed,
    pid: input.self.pid,
    lab: lab === null ? null : { pid: lab.pid, startedAt: lab.startedAt, embedded: input.labEmbedded },
  };
}

/** `20261123t091400z-1a2b3c4d`: sorts by time and may be part of a kid. */
function newRunId(wall: number, seed: number): string {
  const stamp = toTimestamp(wall)
    .replaceAll(/[-:]|\.\d+/g, '')
    .toLowerCase();
  return `${stamp}-${(seed >>> 0).toString(16).padStart(8, '0')}`;
}

function uncleanError(effects: EffectLog, stateDir: string): UserError {
  const dir = stateDir === '.firebreak' ? '' : ` --state-dir ${stateDir}`;
  return new UserError(
    'drill/clean-up-incomplete',
    `clean-up is incomplete: ${effects.left.map(({ effect, why }) => `${effect.says} (${why})${withHand(byHandOf(effect))}`).join('; ')}`,
    { hint: `firebreak${dir} drill recover` },
  );
}

function withHand(command: string | null): string {
  return command === null ? '' : `, by hand: ${command}`;
}
