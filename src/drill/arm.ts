import type { Calibration, Probe } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import type { Http, Random } from '../model/ports.ts';
import { attackUnits } from './attack.ts';
import { mintCredentials } from './credentials.ts';
import { cautiousClock } from './clock-jumps.ts';
import type { Journal } from './journal.ts';
import type { Marks, MethodTools } from './method.ts';
import { takeMethod, takeStep } from './method.ts';
import { observedPlan } from './observed-plan.ts';
import type { Observer } from './observer.ts';
import { LocalObserver } from './observer.ts';
import type { OpenTail } from './phase.ts';
import { keepsKeysOneByOne, nextFetch } from './phase.ts';
import type { Unit } from './prober.ts';
import type { TokenBucket } from './schedule.ts';
import type { SecretWatch } from './secret-watch.ts';
import type { StreamTimes } from './shots.ts';
import { forgetKeys } from './steps/lab/forget-keys.ts';
import { together } from './together.ts';
import { Vault } from './vault.ts';

/** Steady traffic before the leak, so that the state that containment ends is seen in the same series of probes. */
const SETTLE_MS = 600;

export interface ArmTools extends MethodTools {
  readonly runId: string;
  /** Told of every secret of the run. */
  readonly secrets: SecretWatch;
  /** Wall time at the origin, in milliseconds since the epoch. */
  readonly begunAt: number;
  readonly http: Http;
  readonly probeHttp: Http;
  readonly random: Random;
  readonly bucket: TokenBucket;
  readonly userAgent: string;
  readonly requestsLeft: number;
  /** Everything that is probed, with addresses. */
  readonly units: readonly Unit[];
  /** Called for every probe, so that stop conditions can watch. */
  readonly watch: (probe: Probe) => void;
  readonly openTail: OpenTail;
  /** Who probes in the place of this process; null when it does so itself. */
  readonly observerOf: ((arm: Arm, vault: Vault) => Promise<Observer>) | null;
}

/** What the phases of one arm hand on to each other. */
interface ArmState {
  readonly arm: Arm;
  readonly tools: ArmTools;
  vault: Vault;
  observer: Observer | null;
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
  const { plan, journal, signal } = tools;
  await journal.record({ type: 'arm.start', arm });
  const state: ArmState = { arm, tools, vault: new Vault(), observer: null, end: 0 };
  for (const phase of plan.drill.observe.attacks.length === 0 ? PHASES : ATTACK_PHASES) {
    signal.throwIfAborted();
    // Minting logs in and registers clients, and every phase sends requests: none of them begins against the lever.
    await tools.mayAct();
    await phase.run(state);
    if (phase.run === calibrate && !observerIn(state).hasUnits()) break;
  }
  await journal.record({ type: 'arm.end', arm });
  return observerIn(state).sent();
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
  state.observer = (await tools.observerOf?.(arm, state.vault)) ?? localObserver(state);
}

function localObserver({ arm, tools, vault }: ArmState): LocalObserver {
  const { journal, plan, requestsLeft, watch } = tools;
  return new LocalObserver({
    ...tools,
    http: tools.probeHttp,
    clock: cautiousClock(tools.clock, { wall: tools.begunAt, origin: tools.origin }),
    arm,
    vault,
    plan: observedPlan(plan),
    maxRequests: requestsLeft,
    onProbe: (probe) => {
      journal.note({ type: 'probe', probe });
      watch(probe);
    },
    onDropped: ({ unit, credential, due }) => journal.note({ type: 'dropped', arm, unit: unit.id, credential, due }),
  });
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
  const { arm, tools } = state;
  await recordCalibrations(await observerIn(state).calibrate('before'), { arm, when: 'before' }, tools.journal);
}

async function recordCalibrations(
  calibrations: readonly Calibration[],
  of: { readonly arm: Arm; readonly when: 'before' | 'after' },
  journal: Journal,
): Promise<void> {
  for (const calibration of calibrations) await journal.record({ type: 'calibration', ...of, ...calibration });
}

async function containAndObserve(state: ArmState): Promise<void> {
  const { arm, tools, vault } = state;
  const { clock, origin, signal } = tools;
  const observer = observerIn(state);
  const stop = new AbortController();
  const halted = AbortSignal.any([signal, stop.signal]);
  const begin = clock.monotonic() - origin + observer.leadMs;
  const { times: coming, settled } = whenToBegin(state, begin, halted);
  const contain = async (): Promise<Marks> => {
    const { zero } = await coming;
    await clock.sleepUntil(origin + zero, halted);
    const { marks, answers } = await takeMethod(arm, vault, tools);
    for (const answer of answers) await tools.journal.record({ type: 'answer', arm, answer });
    return marks;
  };
  const contained = contain();
  const observed = coming.then(async (times) => {
    state.end = times.end;
    await observer.observe(times, contained, halted);
  });
  await together([settled, contained, observed], stop);
}

/**
 * When probes and containment begin: after a short settling, or right after the fetch that the drill waits for. In the
 * second case steady traffic goes on until then, because a cache that nobody uses is not refreshed.
 */
function whenToBegin(
  { arm, observer, tools }: ArmState,
  begin: number,
  halted: AbortSignal,
): { readonly times: Promise<StreamTimes>; readonly settled: Promise<void> } {
  const { clock, origin, plan, journal } = tools;
  const { phase, horizon } = plan.drill.observe;
  const timesFrom = (first: number, zero: number): StreamTimes => ({ begin: first, zero, end: zero + horizon });
  if (phase === undefined)
    return { times: Promise.resolve(timesFrom(begin, begin + SETTLE_MS)), settled: Promise.resolve() };
  if (!(observer instanceof LocalObserver))
    throw new Error('the process that waits for a fetch is the one that probes');
  const mustBeShown = phase.log === null && keepsKeysOneByOne(plan, phase.verifier);
  const done = new AbortController();
  const waiting = async (): Promise<StreamTimes> => {
    try {
      const seen = await nextFetch(phase, {
        ...tools,
        admin: plan.issuer.admin,
        signal: halted,
        isForLeakedKey: (at) => !mustBeShown || observer.wasShown(phase.verifier, at),
      });
      // Not synced, which takes time; the next mark takes it to the disk.
      journal.note({ type: 'phase', arm, ...seen });
    } finally {
      done.abort();
    }
    const now = clock.monotonic() - origin;
    return timesFrom(now, now);
  };
  return { times: waiting(), settled: observer.settle(begin, AbortSignal.any([halted, done.signal])) };
}

async function attack(state: ArmState): Promise<void> {
  const { arm, tools, vault, observer } = state;
  const { answers } = await takeMethod(arm, vault, tools);
  for (const answer of answers) await tools.journal.record({ type: 'answer', arm, answer });
  if (!(observer instanceof LocalObserver)) throw new Error('attacks are made by the process that holds the keys');
  await attackUnits(observer.usable, {
    arm,
    journal: tools.journal,
    drill: tools.plan.drill,
    vault,
    shots: observer.shots,
    prober: observer.prober,
    clock: tools.clock,
    origin: tools.origin,
    signal: tools.signal,
  });
}

function lookAgain(state: ArmState): Promise<void> {
  return observerIn(state).lookAgain(state.end);
}

function recover(state: ArmState): Promise<void> {
  return observerIn(state).recover();
}

async function calibrateAgain(state: ArmState): Promise<void> {
  const { arm, tools } = state;
  await recordCalibrations(await observerIn(state).calibrate('after'), { arm, when: 'after' }, tools.journal);
}

function observerIn({ observer }: ArmState): Observer {
  if (observer === null) throw new Error('credentials are minted before they are presented');
  return observer;
}
