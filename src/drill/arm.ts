import type { Calibration, DrillSpec, Probe } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import type { Http, Random } from '../model/ports.ts';
import { calibrateUnit } from './calibrate.ts';
import { attackUnits } from './attack.ts';
import { mintCredentials } from './credentials.ts';
import { cautiousClock } from './clock-jumps.ts';
import type { Journal } from './journal.ts';
import type { MethodTools } from './method.ts';
import { takeMethod, takeStep } from './method.ts';
import { WATCH_GAP_MS } from './load.ts';
import type { Unit } from './prober.ts';
import { Prober, runStreams } from './prober.ts';
import type { TokenBucket } from './schedule.ts';
import type { SecretWatch } from './secret-watch.ts';
import type { Shots } from './shots.ts';
import { calibrationShots, newKeyStreams, shotsOf, steadyStreams } from './shots.ts';
import { forgetKeys } from './steps/lab/forget-keys.ts';
import { resolveUrl } from './urls.ts';
import { Vault } from './vault.ts';

/** Time between the end of calibration and the first probe, in milliseconds. */
const LEAD_MS = 50;

/** Steady traffic before the leak, so that the state that containment ends is seen in the same series of probes. */
const SETTLE_MS = 600;

/** Longest wait for control tokens to be accepted again in the closing check, in milliseconds. */
const CLOSING_PATIENCE_MS = 3000;

/** Longest wait for tokens under keys that verifiers know already, in milliseconds. */
const KNOWN_KEY_PATIENCE_MS = 3000;

/** How long a probe may take before it counts as unanswered, in milliseconds. */
const PROBE_TIMEOUT_MS = 3000;

export interface ArmTools extends MethodTools {
  readonly runId: string;
  /** Told of every secret of the run. */
  readonly secrets: SecretWatch;
  /** Wall time at the origin, in milliseconds since the epoch. */
  readonly begunAt: number;
  readonly http: Http;
  readonly random: Random;
  readonly bucket: TokenBucket;
  readonly userAgent: string;
  readonly requestsLeft: number;
  /** Called for every probe, so that stop conditions can watch. */
  readonly watch: (probe: Probe) => void;
}

/** What the phases of one arm hand on to each other. */
interface ArmState {
  readonly arm: Arm;
  readonly tools: ArmTools;
  readonly units: readonly Unit[];
  readonly prober: Prober;
  vault: Vault;
  shots: Shots | null;
  /** Units that calibration found fit to be measured. */
  usable: readonly Unit[];
  /** End of observation in run time. */
  end: number;
}

/** Undoing is not among them: the caller does it whatever happens in here. */
const PHASES: readonly { readonly name: string; readonly run: (state: ArmState) => Promise<void> }[] = [
  { name: 'mint credentials', run: mint },
  { name: 'warm up', run: warmUp },
  { name: 'calibrate', run: calibrate },
  { name: 'contain and observe', run: containAndObserve },
  { name: 'look again later', run: lookAgain },
  { name: 'recover', run: recover },
  { name: 'calibrate again', run: calibrateAgain },
];

/** Attacks contain nothing, so there is nothing to look at later or to recover from. */
const ATTACK_PHASES: typeof PHASES = [
  { name: 'mint credentials', run: mint },
  { name: 'warm up', run: warmUp },
  { name: 'calibrate', run: calibrate },
  { name: 'attack', run: attack },
  { name: 'calibrate again', run: calibrateAgain },
];

/**
 * One arm from fresh keys to the closing check. What it brings to light is in the journal, and only there.
 *
 * @returns requests that it sent
 * @throws whatever stopped it; the caller undoes what was done
 */
export async function runArm(arm: Arm, tools: ArmTools): Promise<number> {
  const { plan, clock, origin, journal, context, signal } = tools;
  await journal.record({ type: 'arm.start', arm });
  const prober = new Prober({
    http: tools.http,
    clock: cautiousClock(clock, { wall: tools.begunAt, origin }),
    origin,
    arm,
    bucket: tools.bucket,
    maxRequests: tools.requestsLeft,
    timeoutMs: PROBE_TIMEOUT_MS,
    userAgent: tools.userAgent,
    onProbe: (probe) => {
      journal.note({ type: 'probe', probe });
      tools.watch(probe);
    },
    onDropped: ({ unit, credential, due }) => journal.note({ type: 'dropped', arm, unit: unit.id, credential, due }),
  });
  const state: ArmState = {
    arm,
    tools,
    units: plan.units.map((unit) => ({ ...unit, url: resolveUrl(unit.url, context.lab) })),
    prober,
    vault: new Vault(),
    shots: null,
    usable: [],
    end: 0,
  };
  for (const phase of plan.drill.observe.attacks.length === 0 ? PHASES : ATTACK_PHASES) {
    signal.throwIfAborted();
    // Minting logs in and registers clients, and every phase sends requests: none of them begins against the lever.
    await tools.mayAct();
    await phase.run(state);
    if (phase.run === calibrate && state.usable.length === 0) break;
  }
  await journal.record({ type: 'arm.end', arm });
  return prober.sent;
}

async function mint(state: ArmState): Promise<void> {
  const { arm, tools } = state;
  await rememberKeys(tools);
  state.vault = await mintCredentials({
    ...tools,
    drill: tools.plan.drill,
    policy: tools.plan.policy,
    watch: tools.secrets,
    issuer: tools.plan.issuer,
    arm: arm.slice(0, 1),
    now: () => tools.clock.wall(),
  });
  state.shots = shotsOf(tools.plan.drill, state.vault, arm, () => Math.floor(tools.clock.wall() / 1000));
}

/** In the lab the verifiers that learn canary keys are restarted afterwards, so that none of them keeps one. */
async function rememberKeys({ plan, effects }: ArmTools): Promise<void> {
  const admin = plan.issuer.admin ?? '';
  if (!admin.startsWith('lab://') || !plan.drill.credentials.some(({ role }) => role === 'key')) return;
  const verifiers = [
    ...new Set(plan.units.filter(({ url }) => url.startsWith('lab://')).map(({ verifier }) => verifier)),
  ];
  const call = { uses: forgetKeys.uses, with: { verifiers }, at: plan.drill.at };
  await effects.perform(
    forgetKeys.effect({ call, admin, issuer: plan.issuer, vault: new Vault(), expiresAt: 0 }),
    async () => undefined,
  );
}

async function warmUp({ arm, tools, vault }: ArmState): Promise<void> {
  for (const step of tools.plan.drill.warmup) {
    const answer = await takeStep(step, vault, tools);
    if (answer !== null) await tools.journal.record({ type: 'answer', arm, answer });
  }
}

async function calibrate(state: ArmState): Promise<void> {
  const { arm, tools, units, prober } = state;
  const { clock, origin, journal, plan, signal } = tools;
  const shots = calibrationShots(shotsIn(state), 'calibration');
  const calibrations = await Promise.all(
    units.map((unit) =>
      calibrateUnit(unit, shots, { prober, clock, origin, patience: patienceOf(plan.drill), signal }),
    ),
  );
  await recordCalibrations(calibrations, { arm, when: 'before' }, journal);
  const fit = new Set(calibrations.filter(({ verdict }) => verdict === 'usable').map(({ unit }) => unit));
  state.usable = units.filter(({ id }) => fit.has(id));
}

async function recordCalibrations(
  calibrations: readonly Calibration[],
  of: { readonly arm: Arm; readonly when: 'before' | 'after' },
  journal: Journal,
): Promise<void> {
  for (const calibration of calibrations) await journal.record({ type: 'calibration', ...of, ...calibration });
}

/**
 * How long good credentials may take to be accepted. Caches need a cooldown and a fetch to learn a new key, and the first
 * warm-up step says how long that may take; without new keys there is little to wait for.
 */
function patienceOf(drill: DrillSpec): number {
  return drill.warmup[0]?.timeout ?? KNOWN_KEY_PATIENCE_MS;
}

async function containAndObserve(state: ArmState): Promise<void> {
  const { arm, tools, usable, vault, prober } = state;
  const { clock, origin, plan, random, signal } = tools;
  const { horizon, minGap } = plan.drill.observe;
  const shots = shotsIn(state);
  const begin = clock.monotonic() - origin + LEAD_MS;
  const zero = begin + SETTLE_MS;
  const end = zero + horizon;
  state.end = end;
  const stagger = (index: number): number => (index * minGap) / usable.length;
  const stop = new AbortController();
  const time = { clock, origin, signal: AbortSignal.any([signal, stop.signal]) };
  const streams = usable.flatMap((unit, index) =>
    steadyStreams(unit, { begin: begin + stagger(index), zero, end }, { shots, arm, plan, random }),
  );
  const contain = async (): Promise<void> => {
    await clock.sleepUntil(origin + zero, time.signal);
    const { marks, answers } = await takeMethod(arm, vault, tools);
    for (const answer of answers) await tools.journal.record({ type: 'answer', arm, answer });
    if (arm !== 'busy') return;
    // Not before the issuer has answered: a fetch in between would learn the next key and the leaked one.
    const busy = usable.flatMap((unit, index) =>
      newKeyStreams(unit, { begin: marks.tAck + stagger(index), zero, end }, { shots, arm, plan, random }),
    );
    await runStreams(busy, prober, time);
  };
  const faults: unknown[] = [];
  await Promise.all(
    [contain(), runStreams(streams, prober, time)].map((work) =>
      work.catch((error: unknown) => {
        // What fails in one ends the other, and both have ended before anything is undone.
        faults.push(error);
        stop.abort(error);
      }),
    ),
  );
  if (faults.length > 0) throw faults[0];
}

async function attack(state: ArmState): Promise<void> {
  const { arm, tools, usable, prober, vault } = state;
  const { answers } = await takeMethod(arm, vault, tools);
  for (const answer of answers) await tools.journal.record({ type: 'answer', arm, answer });
  await attackUnits(usable, {
    arm,
    journal: tools.journal,
    drill: tools.plan.drill,
    vault,
    shots: shotsIn(state),
    prober,
    clock: tools.clock,
    origin: tools.origin,
    signal: tools.signal,
  });
}

async function lookAgain({ tools, usable, prober, end, ...state }: ArmState): Promise<void> {
  const { clock, origin, plan, signal } = tools;
  const canary = shotsIn(state).canary('late');
  for (const late of plan.drill.observe.lateChecks) {
    await clock.sleepUntil(origin + end + late, signal);
    await Promise.all(usable.map((unit) => prober.fire(canary(unit, clock.monotonic() - origin))));
  }
}

/** Whether users get in again. The busy arm has shown it while it observed. */
async function recover({ arm, tools, usable, prober, ...state }: ArmState): Promise<void> {
  const { clock, origin, plan, signal } = tools;
  if (arm === 'busy' && plan.drill.observe.arms.length > 1) return;
  const shots = shotsIn(state);
  for (const { timeout } of plan.drill.recover) {
    const deadline = clock.monotonic() + timeout;
    await Promise.all(
      usable.flatMap((unit) =>
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

/** A unit that no longer tells good from bad voids its own result: control tokens stand in for the canary. */
async function calibrateAgain(state: ArmState): Promise<void> {
  const { arm, tools, usable, prober } = state;
  const { clock, origin, journal, signal } = tools;
  const shots = shotsIn(state);
  const after = { ...calibrationShots(shots, 'after'), canary: shots.welcome('after')[0] ?? null };
  const closing = await Promise.all(
    usable.map((unit) => calibrateUnit(unit, after, { prober, clock, origin, patience: CLOSING_PATIENCE_MS, signal })),
  );
  await recordCalibrations(closing, { arm, when: 'after' }, journal);
}

function shotsIn({ shots }: Pick<ArmState, 'shots'>): Shots {
  if (shots === null) throw new Error('credentials are minted before they are presented');
  return shots;
}
