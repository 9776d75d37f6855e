import type { Calibration, Probe } from '../model/drill.ts';
import type { Clock, Http, Random } from '../model/ports.ts';
import type { Arm } from '../model/prediction.ts';
import { calibrateUnit } from './calibrate.ts';
import { WATCH_GAP_MS } from './load.ts';
import type { Marks } from './method.ts';
import type { ObservedPlan } from './observed-plan.ts';
import { wasShownAt } from './phase.ts';
import type { Shot, Unit } from './prober.ts';
import { Prober, runStreams } from './prober.ts';
import type { TokenBucket } from './schedule.ts';
import type { Shots, StreamTimes } from './shots.ts';
import { calibrationShots, newKeyStreams, shotsOf, steadyStreams } from './shots.ts';
import { together } from './together.ts';
import type { Vault } from './vault.ts';

/** Time between the end of calibration and the first probe, in milliseconds. */
const LEAD_MS = 50;

/** Longest wait for control tokens to be accepted again in the closing check, in milliseconds. */
const CLOSING_PATIENCE_MS = 3000;

/** How long a probe may take before it counts as unanswered, in milliseconds. */
const PROBE_TIMEOUT_MS = 3000;

/** Probes that are remembered to tell which of them made a verifier fetch: some hundred milliseconds of a large drill. */
const REMEMBERED = 64;

/** Whoever probes the units of one arm: this process, or agents in its place. */
export interface Observer {
  /** How long before the first probe the others must know of it, in milliseconds. */
  readonly leadMs: number;
  /** Whether any unit was found fit to be measured, once they are calibrated. */
  readonly hasUnits: () => boolean;
  readonly calibrate: (when: 'before' | 'after') => Promise<readonly Calibration[]>;
  /**
   * Probes from the first instant to the last, all in run time.
   *
   * @param contained when containment was confirmed, from which on tokens under a new key are shown in the busy arm
   */
  readonly observe: (times: StreamTimes, contained: Promise<Marks>, signal: AbortSignal) => Promise<void>;
  /** Late checks. @param end of observation, in run time */
  readonly lookAgain: (end: number) => Promise<void>;
  readonly recover: () => Promise<void>;
  /** Requests so far. */
  readonly sent: () => number;
}

export interface ObserverTools {
  readonly arm: Arm;
  readonly plan: ObservedPlan;
  readonly units: readonly Unit[];
  readonly vault: Vault;
  readonly http: Http;
  readonly clock: Clock;
  readonly origin: number;
  readonly random: Random;
  readonly bucket: TokenBucket;
  readonly maxRequests: number;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly onProbe: (probe: Probe) => void;
  readonly onDropped: (shot: Shot) => void;
}

/** Probes from this process. */
export class LocalObserver implements Observer {
  readonly leadMs: number = LEAD_MS;
  readonly prober: Prober;
  readonly shots: Shots;
  readonly #tools: ObserverTools;
  #usable: readonly Unit[];
  /** The last probes with the leaked credential. */
  #canaries: readonly Probe[] = [];

  constructor(tools: ObserverTools) {
    this.#tools = tools;
    this.#usable = tools.units;
    this.prober = new Prober({
      ...tools,
      timeoutMs: PROBE_TIMEOUT_MS,
      onProbe: (probe) => {
        if (probe.role === 'canary') this.#canaries = [...this.#canaries, probe].slice(-REMEMBERED);
        tools.onProbe(probe);
      },
    });
    this.shots = shotsOf(tools.plan.drill, tools.vault, tools.arm, () => Math.floor(tools.clock.wall() / 1000));
  }

  /** Units that calibration found fit to be measured; all of them before it. */
  get usable(): readonly Unit[] {
    return this.#usable;
  }

  hasUnits(): boolean {
    return this.#usable.length > 0;
  }

  sent(): number {
    return this.prober.sent;
  }

  async calibrate(when: 'before' | 'after'): Promise<readonly Calibration[]> {
    const found = await (when === 'before' ? this.#calibrateFirst() : this.#calibrateAgain());
    const fit = new Set(found.filter(({ verdict }) => verdict === 'usable').map(({ unit }) => unit));
    if (when === 'before') this.#usable = this.#tools.units.filter(({ id }) => fit.has(id));
    return found;
  }

  #calibrateFirst(): Promise<readonly Calibration[]> {
    const { units, plan } = this.#tools;
    const shots = calibrationShots(this.shots, 'calibration');
    const tools = { ...this.#tools, prober: this.prober, patience: plan.patience };
    return Promise.all(units.map((unit) => calibrateUnit(unit, shots, tools)));
  }

  /** A unit that no longer tells good from bad voids its own result: control tokens stand in for the canary. */
  #calibrateAgain(): Promise<readonly Calibration[]> {
    const shots = { ...calibrationShots(this.shots, 'after'), canary: this.shots.welcome('after')[0] ?? null };
    const tools = { ...this.#tools, prober: this.prober, patience: CLOSING_PATIENCE_MS };
    return Promise.all(this.#usable.map((unit) => calibrateUnit(unit, shots, tools)));
  }

  /**
   * The steady traffic of before containment, which caches live on, until the signal.
   *
   * @param begin first probe, in run time
   */
  async settle(begin: number, done: AbortSignal): Promise<void> {
    const { arm, plan, random, clock, origin, signal } = this.#tools;
    const times = { begin, zero: Infinity, end: Infinity };
    const streams = this.#usable.flatMap((unit, index) =>
      steadyStreams(unit, { ...times, begin: begin + this.#stagger(index) }, { shots: this.shots, arm, plan, random }),
    );
    try {
      await runStreams(streams, this.prober, { clock, origin, signal: AbortSignal.any([signal, done]) });
    } catch (error) {
      if (!done.aborted || signal.aborted) throw error;
    }
  }

  /** Whether a probe with the leaked credential was under way at the verifier, as far as they are answered. */
  wasShown(name: string, at: number): boolean {
    const units = this.#tools.units.filter(({ verifier }) => verifier === name).map(({ id }) => id);
    return wasShownAt(at, this.#canaries, new Set(units));
  }

  /** Units are not asked all at once. */
  #stagger(index: number): number {
    return (index * this.#tools.plan.drill.observe.minGap) / this.#usable.length;
  }

  async observe(times: StreamTimes, contained: Promise<Marks>, signal: AbortSignal): Promise<void> {
    const { arm, plan, random, clock, origin } = this.#tools;
    const stop = new AbortController();
    const time = { clock, origin, signal: AbortSignal.any([signal, stop.signal]) };
    const tools = { shots: this.shots, arm, plan, random };
    const steady = this.#usable.flatMap((unit, index) =>
      steadyStreams(unit, { ...times, begin: times.begin + this.#stagger(index) }, tools),
    );
    const busy = async (): Promise<void> => {
      // Not before the issuer has answered: a fetch in between would learn the next key and the leaked one.
      const { tAck } = await contained;
      const streams = this.#usable.flatMap((unit, index) =>
        newKeyStreams(unit, { ...times, begin: tAck + this.#stagger(index) }, tools),
      );
      await runStreams(streams, this.prober, time);
    };
    await together([runStreams(steady, this.prober, time), ...(arm === 'busy' ? [busy()] : [])], stop);
  }

  async lookAgain(end: number): Promise<void> {
    const { clock, origin, plan, signal } = this.#tools;
    const canary = this.shots.canary('late');
    for (const late of plan.drill.observe.lateChecks) {
      await clock.sleepUntil(origin + end + late, signal);
      await Promise.all(this.#usable.map((unit) => this.prober.fire(canary(unit, clock.monotonic() - origin))));
    }
  }

  /** Whether users get in again. The busy arm has shown it while it observed. */
  async recover(): Promise<void> {
    const { arm, clock, origin, plan, signal } = this.#tools;
    if (arm === 'busy' && plan.drill.observe.arms.length > 1) return;
    for (const timeout of plan.recover) {
      const deadline = clock.monotonic() + timeout;
      await Promise.all(
        this.#usable.flatMap((unit) =>
          this.shots.of(['recovery'], 'recover').map(async (make) => {
            for (;;) {
              const probe = await this.prober.fire(make(unit, clock.monotonic() - origin));
              if (probe?.verdict === 'accept' || clock.monotonic() + WATCH_GAP_MS > deadline) return;
              await clock.sleepUntil(clock.monotonic() + WATCH_GAP_MS, signal);
            }
          }),
        ),
      );
    }
  }
}
