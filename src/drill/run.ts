import type { DrillResult, JournalEvent, Probe } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import { toTimestamp } from '../model/instant.ts';
import type { Files, Http } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';
import type { DrillPorts, DrillRunInput } from './run-input.ts';
import { drillDigest } from './drill-digest.ts';
import type { ArmRecord } from './arm.ts';
import { runArm } from './arm.ts';
import { EffectLog } from './effects.ts';
import type { Journal } from './journal.ts';
import { startJournal } from './journal.ts';
import { takeLease } from './lease.ts';
import { seededRandom } from './random.ts';
import { unfinishedRuns } from './recover.ts';
import { resultOf } from './result.ts';
import { TokenBucket } from './schedule.ts';
import type { StepContext } from './step.ts';
import { adminRequest } from './step.ts';
import { resolveUrl } from './urls.ts';

/** Longest undo of one effect before it is tried again, in milliseconds. */
const UNDO_TIMEOUT_MS = 3000;

/** How often the safety lever is looked at, in milliseconds. */
const LEVER_INTERVAL_MS = 2000;

/** Refusals of a bystander in a row, at one unit, that stop a drill. */
const BYSTANDER_LIMIT = 3;

/** Margin after the longest run during which canary ids may still be named, in milliseconds. */
const EXPIRY_MARGIN_MS = 300_000;

/** Why a run ended before its end. */
class RunStopped extends Error {}

/**
 * Runs a drill and puts everything back, whatever happens.
 *
 * @throws UserError for what stops a run before or during it; drill/clean-up-incomplete when something may be left
 */
export async function runDrill(input: DrillRunInput, ports: DrillPorts): Promise<DrillResult> {
  const { plan, stateDir, lab } = input;
  const { clock } = ports;
  await checkGuards(input, ports);
  const startedWall = clock.wall();
  const origin = clock.monotonic();
  const runId = newRunId(startedWall, input.seed);
  const release = await takeLease(`${stateDir}/lease.json`, { ...input.self, runId }, ports);
  try {
    const http = ports.http(plan.environment.allow);
    const context: StepContext = { http, lab, timeoutMs: UNDO_TIMEOUT_MS, vault: null };
    await checkReach(input, context);
    const path = `${stateDir}/runs/${runId}/journal.ndjson`;
    const sink = await ports.openJournal(path);
    const journal = startJournal({
      sink,
      clock,
      origin,
      ...(input.onLine === undefined ? {} : { onLine: input.onLine }),
    });
    const effects = new EffectLog(journal);
    await journal.record(startEvent(input, runId));

    const ending = await guarded(input, ports, (signal, watch, mayAct) =>
      allArms({
        input,
        ports,
        runId,
        origin,
        journal,
        effects,
        http,
        context: { ...context, signal },
        startedWall,
        signal,
        watch,
        mayAct,
      }),
    );

    // Undo has its own context: the signal that stopped the run must not stop the clean-up.
    await effects.undoAll(context, clock);
    await journal.record({ type: 'run.end', outcome: ending.outcome, clean: effects.isClean });
    await journal.close();
    if (!effects.isClean) throw uncleanError(effects, stateDir);
    if (ending.error !== null) throw ending.error;
    return resultOf({
      input,
      runId,
      startedWall,
      durationMs: clock.monotonic() - origin,
      records: ending.records,
      effects,
      journal: { path, ...journal.head() },
      stopped: ending.stopped,
    });
  } finally {
    await release();
  }
}

async function checkGuards({ plan, confirm, lab, stateDir }: DrillRunInput, { files }: DrillPorts): Promise<void> {
  const { environment, issuer, drill } = plan;
  if (plan.needsConfirmation && confirm !== environment.name) {
    throw new UserError(
      'drill/confirmation-needed',
      `environment "${environment.name}" is of class ${environment.class}: its name must be confirmed`,
      { hint: `--confirm ${environment.name}`, at: drill.at },
    );
  }
  if (lab !== null && environment.class === 'lab' && lab.issuer.issuer !== issuer.issuer) {
    throw new UserError(
      'drill/wrong-environment',
      `the running lab's issuer is ${lab.issuer.issuer}, the inventory says ${issuer.issuer}`,
      { hint: 'restart the lab from this inventory', at: issuer.at },
    );
  }
  const unfinished = await unfinishedRuns(stateDir, files);
  if (unfinished.length > 0) {
    throw new UserError(
      'drill/unfinished-run',
      `an earlier run may have left something behind: ${unfinished.map(({ runId }) => runId).join(', ')}`,
      { hint: 'firebreak drill recover' },
    );
  }
  await checkLever(drill.guards.safetyLever, files);
}

/** Nothing is changed unless every host may be spoken to: what cannot be reached now could not be put back later. */
async function checkReach({ plan, lab }: DrillRunInput, context: StepContext): Promise<void> {
  await adminRequest(context, { admin: plan.issuer.admin ?? '', method: 'GET', path: '/keys', expected: [200] });
  for (const { url, method } of plan.units) {
    try {
      await context.http.send({ url: resolveUrl(url, lab), method, timeoutMs: context.timeoutMs });
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      // A unit that does not answer is left out by calibration; one that must not be asked stops the run.
      if (error.kind === 'not-allowed') {
        throw new UserError('drill/host-not-allowed', error.message, {
          hint: 'add the host or network to allow of the environment, if it belongs there',
          cause: error,
        });
      }
    }
  }
}

async function checkLever(lever: string | null, files: Files): Promise<void> {
  if (lever !== null && (await files.exists(lever))) {
    throw new UserError('drill/safety-lever', `the safety lever ${lever} is pulled: no drill may run`, {
      hint: 'remove the file when drills may run again',
    });
  }
}

interface Ending {
  readonly outcome: Extract<JournalEvent, { type: 'run.end' }>['outcome'];
  readonly records: readonly ArmRecord[];
  readonly stopped: string | null;
  readonly error: unknown;
}

type Watch = (probe: Probe) => void;
type MayAct = () => Promise<void>;

/** Runs the arms under every stop condition. Never throws: the ending says how it went. */
async function guarded(
  input: DrillRunInput,
  ports: DrillPorts,
  work: (signal: AbortSignal, watch: Watch, mayAct: MayAct) => AsyncGenerator<ArmRecord>,
): Promise<Ending> {
  const { plan, stop } = input;
  const { clock, files } = ports;
  const halt = new AbortController();
  const done = new AbortController();
  const signal = AbortSignal.any([stop, halt.signal]);
  const lever = plan.drill.guards.safetyLever;
  const mayAct: MayAct = () => checkLever(lever, files);
  const timers = [
    clock
      .sleepUntil(clock.monotonic() + plan.drill.guards.maxDuration, done.signal)
      .then(() => halt.abort(new RunStopped('the drill took longer than max_duration'))),
    ...(lever === null ? [] : [watchLever(lever, ports, halt, done.signal)]),
  ].map((timer) => timer.catch(() => undefined));
  const records: ArmRecord[] = [];
  try {
    signal.throwIfAborted();
    for await (const record of work(signal, bystanderWatch(halt), mayAct)) records.push(record);
    signal.throwIfAborted();
    return { outcome: 'completed', records, stopped: null, error: null };
  } catch (error) {
    if (stop.aborted) return { outcome: 'interrupted', records, stopped: 'a person stopped it', error: null };
    const reason: unknown = halt.signal.aborted ? halt.signal.reason : error;
    if (reason instanceof RunStopped) return { outcome: 'stopped', records, stopped: reason.message, error: null };
    return { outcome: 'failed', records, stopped: null, error: reason };
  } finally {
    done.abort();
    await Promise.all(timers);
  }
}

async function watchLever(
  lever: string,
  { clock, files }: DrillPorts,
  halt: AbortController,
  done: AbortSignal,
): Promise<void> {
  while (!done.aborted) {
    await clock.sleepUntil(clock.monotonic() + LEVER_INTERVAL_MS, done);
    if (await files.exists(lever)) {
      halt.abort(new RunStopped(`the safety lever ${lever} was pulled`));
      return;
    }
  }
}

/** Stops a drill that refuses people who have nothing to do with it. */
function bystanderWatch(halt: AbortController): Watch {
  const inARow = new Map<string, number>();
  return ({ role, phase, unit, verdict }) => {
    if (role !== 'bystander' || phase !== 'observe') return;
    const count = verdict === 'reject' ? (inARow.get(unit) ?? 0) + 1 : 0;
    inARow.set(unit, count);
    if (count >= BYSTANDER_LIMIT) halt.abort(new RunStopped(`${unit} refused a bystander ${count} times in a row`));
  };
}

interface ArmsInput {
  readonly input: DrillRunInput;
  readonly ports: DrillPorts;
  readonly runId: string;
  readonly origin: number;
  readonly journal: Journal;
  readonly effects: EffectLog;
  readonly http: Http;
  readonly context: StepContext;
  readonly startedWall: number;
  readonly signal: AbortSignal;
  readonly watch: Watch;
  readonly mayAct: MayAct;
}

async function* allArms({
  input,
  ports,
  runId,
  origin,
  journal,
  effects,
  http,
  context,
  startedWall,
  signal,
  watch,
  mayAct,
}: ArmsInput): AsyncGenerator<ArmRecord> {
  const { plan } = input;
  const { clock } = ports;
  const { observe, guards } = plan.drill;
  const random = seededRandom(input.seed);
  const bucket = new TokenBucket(observe.requestsPerSecond, clock.monotonic());
  const expiresAt = Math.floor((startedWall + guards.maxDuration + EXPIRY_MARGIN_MS) / 1000);
  let requestsLeft = observe.maxRequests;
  for (const arm of input.arms) {
    const record = await runArm(arm, {
      plan,
      runId,
      clock,
      origin,
      http,
      journal,
      effects,
      context,
      random,
      bucket,
      expiresAt,
      userAgent: `${input.tool} (+run/${runId})`,
      requestsLeft,
      signal,
      watch,
      mayAct,
    });
    requestsLeft -= record.requests;
    // The next arm starts from a clean environment: its verifiers know no canary key.
    const { signal: _stops, ...undoContext } = context;
    await effects.undoAll(undoContext, clock);
    yield record;
  }
}

function startEvent(input: DrillRunInput, runId: string): JournalEvent {
  const { plan, lab } = input;
  return {
    type: 'run.start',
    runId,
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

/** `20261123t091400z-1a2b`: sorts by time and may be part of a kid. */
function newRunId(wall: number, seed: number): string {
  const stamp = toTimestamp(wall)
    .replaceAll(/[-:]|\.\d+/g, '')
    .toLowerCase();
  return `${stamp}-${(seed >>> 0).toString(16).padStart(8, '0').slice(0, 4)}`;
}

function uncleanError(effects: EffectLog, stateDir: string): UserError {
  const left = effects.outcomes.filter(({ gone }) => !gone);
  const dir = stateDir === '.firebreak' ? '' : ` --state-dir ${stateDir}`;
  return new UserError(
    'drill/clean-up-incomplete',
    `clean-up is incomplete: ${left.map(({ effect, why }) => `${effect.says} (${why})`).join('; ')}`,
    { hint: `firebreak${dir} drill recover` },
  );
}
