import type { DrillSpec, Probe, ProbedRole, StepSpec } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { Arm } from '../model/prediction.ts';
import { isFiniteBound, millis } from '../model/quantity.ts';
import type { Clock, Http, Random } from '../model/ports.ts';
import type { Calibration, CalibrationShots } from './calibrate.ts';
import { calibrateUnit } from './calibrate.ts';
import { mintCredentials } from './credentials.ts';
import type { EffectLog } from './effects.ts';
import type { Journal } from './journal.ts';
import type { Plan } from './plan.ts';
import { NEGATIVE_GAP_MS, WATCH_GAP_MS } from './plan.ts';
import type { Shot, Stream, Unit } from './prober.ts';
import { Prober, runStreams } from './prober.ts';
import type { Pace, TokenBucket } from './schedule.ts';
import { deadlines } from './schedule.ts';
import type { StepContext } from './step.ts';
import { forgetKeys } from './steps/lab/forget-keys.ts';
import { actionOf } from './steps/registry.ts';
import { resolveUrl } from './urls.ts';
import { Vault } from './vault.ts';

/** Steady traffic before the leak, so that the state that containment ends is seen in the same series of probes. */
const SETTLE_MS = 600;

/** Longest wait for control tokens to be accepted again in the closing check, in milliseconds. */
const CLOSING_PATIENCE_MS = 3000;

/** Longest wait for tokens under keys that verifiers know already, in milliseconds. */
const KNOWN_KEY_PATIENCE_MS = 3000;

/** How long a probe may take before it counts as unanswered, in milliseconds. */
const PROBE_TIMEOUT_MS = 3000;

export interface ArmTools {
  readonly plan: Plan;
  readonly runId: string;
  readonly clock: Clock;
  readonly origin: number;
  readonly http: Http;
  readonly journal: Journal;
  readonly effects: EffectLog;
  readonly context: StepContext;
  readonly random: Random;
  readonly bucket: TokenBucket;
  readonly expiresAt: number;
  readonly userAgent: string;
  readonly requestsLeft: number;
  readonly signal: AbortSignal;
  /** Called for every probe, so that stop conditions can watch. */
  readonly watch: (probe: Probe) => void;
  /** Asked before every step. @throws when the run must not go on */
  readonly mayAct: () => Promise<void>;
}

/** Everything one arm brought to light. Times are run time in milliseconds. */
export interface ArmRecord {
  readonly arm: Arm;
  readonly units: readonly Unit[];
  readonly calibrations: readonly Calibration[];
  readonly closing: readonly Calibration[];
  readonly marks: { readonly t0: number; readonly tAct: number; readonly tAck: number } | null;
  readonly probes: readonly Probe[];
  readonly dropped: ReadonlyMap<string, number>;
  readonly requests: number;
}

/** One arm from fresh keys to the closing check. Undoing is the caller's, which does it whatever happens here. */
export async function runArm(arm: Arm, tools: ArmTools): Promise<ArmRecord> {
  const { plan, clock, origin, journal, context, signal } = tools;
  const { drill } = plan;
  await journal.record({ type: 'arm.start', arm });
  const units: readonly Unit[] = plan.units.map((unit) => ({ ...unit, url: resolveUrl(unit.url, context.lab) }));
  const probes: Probe[] = [];
  const dropped = new Map<string, number>();
  const prober = new Prober({
    http: tools.http,
    clock,
    origin,
    arm,
    bucket: tools.bucket,
    maxRequests: tools.requestsLeft,
    timeoutMs: PROBE_TIMEOUT_MS,
    userAgent: tools.userAgent,
    onProbe: (probe) => {
      probes.push(probe);
      journal.note({ type: 'probe', probe });
      tools.watch(probe);
    },
    onDropped: ({ unit, credential, due }) => {
      dropped.set(unit.id, (dropped.get(unit.id) ?? 0) + 1);
      journal.note({ type: 'dropped', arm, unit: unit.id, credential, due });
    },
  });
  const record = (
    marks: ArmRecord['marks'],
    calibrations: readonly Calibration[],
    closing: readonly Calibration[],
  ): ArmRecord => ({ arm, units, calibrations, closing, marks, probes, dropped, requests: prober.sent });

  await rememberKeys(tools);
  const vault = await mintCredentials({
    ...tools,
    drill,
    policy: plan.policy,
    issuer: plan.issuer,
    arm: arm.slice(0, 1),
    now: () => clock.wall(),
  });
  for (const step of drill.warmup) await takeStep(step, vault, tools);

  const shots = shotsOf(drill, vault, arm);
  const calibrations = await Promise.all(
    units.map((unit) =>
      calibrateUnit(unit, calibrationShots(shots, 'calibration'), {
        prober,
        clock,
        origin,
        patience: patienceOf(drill),
        signal,
      }),
    ),
  );
  for (const { unit, verdict, why } of calibrations)
    await journal.record({ type: 'calibration', arm, unit, verdict, why });
  const usable = units.filter(({ id }) =>
    calibrations.some(({ unit, verdict }) => unit === id && verdict === 'usable'),
  );
  if (usable.length === 0) return record(null, calibrations, []);

  const begin = clock.monotonic() - origin + 50;
  const zero = begin + SETTLE_MS;
  const end = zero + drill.observe.horizon;
  const streams = usable.flatMap((unit, index) =>
    streamsOf(unit, { shots, arm, begin: begin + (index * drill.observe.minGap) / usable.length, zero, end, tools }),
  );
  const method = async (): Promise<ArmRecord['marks']> => {
    await clock.sleepUntil(origin + zero, signal);
    return takeMethod(arm, vault, tools);
  };
  const stop = new AbortController();
  const [marks] = await Promise.all([
    method().catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
    runStreams(streams, prober, { clock, origin, signal: AbortSignal.any([signal, stop.signal]) }),
  ]);
  signal.throwIfAborted();

  await lateChecks(usable, shots, { end, prober, tools });
  if (arm === 'quiet' || drill.observe.arms.length === 1) await checkRecovery(usable, shots, { prober, tools });
  const closing = await Promise.all(
    usable.map((unit) =>
      calibrateUnit(
        unit,
        { ...calibrationShots(shots, 'after'), canary: shots.welcome('after')[0] ?? shots.canary('after') },
        { prober, clock, origin, patience: CLOSING_PATIENCE_MS, signal },
      ),
    ),
  );
  return record(marks, calibrations, closing);
}

/** In the lab the verifiers that learn canary keys are restarted afterwards, so that none of them keeps one. */
async function rememberKeys({ plan, effects }: ArmTools): Promise<void> {
  const admin = plan.issuer.admin ?? '';
  if (!admin.startsWith('lab://')) return;
  const verifiers = [
    ...new Set(plan.units.filter(({ url }) => url.startsWith('lab://')).map(({ verifier }) => verifier)),
  ];
  const call = { uses: forgetKeys.uses, with: { verifiers }, at: plan.drill.at };
  await effects.perform(
    forgetKeys.effect({ call, admin, issuer: plan.issuer, vault: new Vault(), expiresAt: 0 }),
    async () => undefined,
  );
}

async function takeStep(step: StepSpec, vault: Vault, tools: ArmTools): Promise<void> {
  if (step.call === null) return;
  tools.signal.throwIfAborted();
  await tools.mayAct();
  const action = actionOf(step.call);
  const { issuer } = tools.plan;
  const context: StepContext = { ...tools.context, timeoutMs: step.timeout, vault };
  const effect = action.effect({
    call: step.call,
    vault,
    issuer,
    admin: issuer.admin ?? '',
    expiresAt: tools.expiresAt,
  });
  await tools.effects.perform(effect, (identified) => action.apply(identified, context));
}

async function takeMethod(arm: Arm, vault: Vault, tools: ArmTools): Promise<ArmRecord['marks']> {
  const { clock, origin, journal, plan } = tools;
  const now = (): number => clock.monotonic() - origin;
  let t0 = now();
  let tAct = t0;
  let tAck = t0;
  for (const step of plan.drill.method) {
    if (step.mark === 'leak-known') {
      t0 = now();
      await journal.record({ type: 'mark', arm, mark: 't0', at: t0 });
    }
    if (step.containment) {
      tAct = now();
      await journal.record({ type: 'mark', arm, mark: 't_act', at: tAct });
    }
    await takeStep(step, vault, tools);
    if (step.containment) {
      tAck = now();
      await journal.record({ type: 'mark', arm, mark: 't_ack', at: tAck });
    }
  }
  return { t0, tAct, tAck };
}

type MakeShot = (unit: Unit, due: number) => Shot;

interface Shots {
  readonly of: (roles: readonly ProbedRole[], phase: Probe['phase']) => readonly MakeShot[];
  readonly canary: (phase: Probe['phase']) => MakeShot;
  readonly welcome: (phase: Probe['phase']) => readonly MakeShot[];
}

function shotsOf(drill: DrillSpec, vault: Vault, arm: Arm): Shots {
  const of = (roles: readonly ProbedRole[], phase: Probe['phase']): readonly MakeShot[] =>
    drill.credentials.flatMap(({ name, role, arms }): readonly MakeShot[] => {
      if (role === 'key' || role === 'grant' || !roles.includes(role) || (arms !== null && !arms.includes(arm)))
        return [];
      const token = vault.token(name).token;
      return [(unit, due) => ({ unit, credential: name, role, token: token.reveal(), phase, due })];
    });
  const canary = (phase: Probe['phase']): MakeShot => {
    const [first] = of(['canary'], phase);
    if (first === undefined)
      throw new UserError('document/invalid', `drill "${drill.name}" has no canary in the ${arm} arm`, {
        at: drill.at,
      });
    return first;
  };
  return { of, canary, welcome: (phase) => of(['control', 'bystander'], phase) };
}

function calibrationShots(shots: Shots, phase: Probe['phase']): CalibrationShots {
  const anonymous: MakeShot = (unit, due) => ({
    unit,
    credential: 'no credential',
    role: 'negative',
    token: null,
    phase,
    due,
  });
  return {
    canary: shots.canary(phase),
    welcome: shots.welcome(phase),
    unwelcome: [...shots.of(['negative'], phase), anonymous],
  };
}

/**
 * How long good credentials may take to be accepted. Caches need a cooldown and a fetch to learn a new key, and the first
 * warm-up step says how long that may take; without new keys there is little to wait for.
 */
function patienceOf(drill: DrillSpec): number {
  return drill.warmup[0]?.timeout ?? KNOWN_KEY_PATIENCE_MS;
}

function streamsOf(
  unit: Unit,
  {
    shots,
    arm,
    begin,
    zero,
    end,
    tools,
  }: {
    readonly shots: Shots;
    readonly arm: Arm;
    readonly begin: number;
    readonly zero: number;
    readonly end: number;
    readonly tools: ArmTools;
  },
): readonly Stream[] {
  const { plan, random } = tools;
  const { observe } = plan.drill;
  const decisive = [
    plan.objective,
    plan.predictions.find((prediction) => prediction.verifier === unit.verifier && prediction.arm === arm)?.bound ??
      'unknown',
  ].filter(isFiniteBound);
  // One probe at the limit and one just after it, so that a verdict at the limit can be given.
  const exactly = decisive.flatMap((bound) => [zero + bound, zero + bound + 25]);
  const watch = (gap: number): Pace => ({
    minGap: millis(gap),
    maxGap: millis(gap),
    relative: 0,
    jitter: observe.jitter,
  });
  const streams = (
    makes: readonly MakeShot[],
    from: number,
    options: Parameters<typeof deadlines>[3],
  ): readonly Stream[] =>
    makes.map((make) => ({ deadlines: deadlines(from, zero, end, options), shot: (due) => make(unit, due) }));
  return [
    ...streams(shots.of(['canary'], 'observe'), begin, { pace: observe, random, exactly }),
    ...streams(shots.welcome('observe'), begin + 10, { pace: watch(WATCH_GAP_MS), random, exactly: [] }),
    ...streams(shots.of(['negative'], 'observe'), begin + 20, { pace: watch(NEGATIVE_GAP_MS), random, exactly: [] }),
    // Tokens under a new key make caches fetch: only the busy arm has them, and only from containment on.
    ...(arm === 'busy'
      ? streams(shots.of(['recovery'], 'observe'), zero + 100, { pace: watch(WATCH_GAP_MS), random, exactly: [] })
      : []),
  ];
}

async function lateChecks(
  units: readonly Unit[],
  shots: Shots,
  { end, prober, tools }: { readonly end: number; readonly prober: Prober; readonly tools: ArmTools },
): Promise<void> {
  const { clock, origin, plan, signal } = tools;
  for (const late of plan.drill.observe.lateChecks) {
    await clock.sleepUntil(origin + end + late, signal);
    await Promise.all(units.map((unit) => prober.fire(shots.canary('late')(unit, clock.monotonic() - origin))));
  }
}

async function checkRecovery(
  units: readonly Unit[],
  shots: Shots,
  { prober, tools }: { readonly prober: Prober; readonly tools: ArmTools },
): Promise<void> {
  const { clock, origin, plan, signal } = tools;
  for (const { timeout } of plan.drill.recover) {
    const deadline = clock.monotonic() + timeout;
    await Promise.all(
      units.flatMap((unit) =>
        shots.of(['recovery'], 'recover').map(async (make) => {
          for (;;) {
            const probe = await prober.fire(make(unit, clock.monotonic() - origin));
            if (probe?.verdict === 'accept' || clock.monotonic() + WATCH_GAP_MS > deadline) return;
            await clock.sleepUntil(clock.monotonic() + WATCH_GAP_MS, signal);
          }
        }),
      ),
    );
  }
}
