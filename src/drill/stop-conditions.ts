import type { JournalEvent, Probe } from '../model/drill.ts';
import { ProgramFault } from '../model/failure.ts';
import { checkLevers, leversOf, pulledLever } from './preflight.ts';
import type { DrillPorts, DrillRunInput } from './run-input.ts';

/** How often the safety lever is looked at, in milliseconds. */
const LEVER_INTERVAL_MS = 2000;

/** Refusals of a bystander in a row, at one unit, that stop a drill. */
const BYSTANDER_LIMIT = 3;

/** Why a run ended before its end. */
class RunStopped extends Error {}

/** How the arms ended. */
export interface Ending {
  readonly outcome: Extract<JournalEvent, { type: 'run.end' }>['outcome'];
  /** Why it was stopped; null when nothing stopped it. */
  readonly stopped: string | null;
  readonly error: unknown;
}

/** What work under stop conditions gets. */
export interface Guarded {
  /** Aborted when any stop condition holds. */
  readonly signal: AbortSignal;
  /** Shown every probe. */
  readonly watch: (probe: Probe) => void;
  /** Asked before every step. @throws UserError drill/safety-lever */
  readonly mayAct: () => Promise<void>;
}

/**
 * Runs the arms until they end or a stop condition holds: a person, max_duration, the safety lever, refused bystanders.
 * Never throws: the ending says how it went, and undoing is the caller's in every case.
 */
export async function runGuarded(
  input: DrillRunInput,
  ports: DrillPorts,
  work: (guarded: Guarded) => Promise<void>,
): Promise<Ending> {
  const { plan, stop } = input;
  const { clock, files } = ports;
  const { maxDuration } = plan.drill.guards;
  const levers = leversOf(plan);
  const halt = new AbortController();
  const done = new AbortController();
  const signal = AbortSignal.any([stop, halt.signal]);
  const pulled = (): void => halt.abort(new RunStopped(String(ports.vantages?.halted.reason)));
  ports.vantages?.halted.addEventListener('abort', pulled, { once: true });
  const timers = [
    clock
      .sleepUntil(clock.monotonic() + maxDuration, done.signal)
      .then(() => halt.abort(new RunStopped('the drill took longer than max_duration'))),
    ...(levers.length === 0 ? [] : [watchLevers(levers, ports, halt, done.signal)]),
  ].map((timer) => timer.catch(() => undefined));
  try {
    signal.throwIfAborted();
    await work({ signal, watch: bystanderWatch(halt), mayAct: () => checkLevers(plan, files) });
    signal.throwIfAborted();
    return { outcome: 'completed', stopped: null, error: null };
  } catch (error) {
    if (stop.reason instanceof ProgramFault) return { outcome: 'failed', stopped: null, error: stop.reason };
    if (stop.aborted) return { outcome: 'interrupted', stopped: 'a person stopped it', error: null };
    const reason: unknown = halt.signal.aborted ? halt.signal.reason : error;
    if (reason instanceof RunStopped) return { outcome: 'stopped', stopped: reason.message, error: null };
    return { outcome: 'failed', stopped: null, error: reason };
  } finally {
    ports.vantages?.halted.removeEventListener('abort', pulled);
    done.abort();
    await Promise.all(timers);
  }
}

async function watchLevers(
  levers: readonly string[],
  { clock, files }: DrillPorts,
  halt: AbortController,
  done: AbortSignal,
): Promise<void> {
  while (!done.aborted) {
    await clock.sleepUntil(clock.monotonic() + LEVER_INTERVAL_MS, done);
    const pulled = await pulledLever(levers, files);
    if (pulled !== null) {
      halt.abort(new RunStopped(`the safety lever ${pulled}`));
      return;
    }
  }
}

/** Stops a drill that refuses people who have nothing to do with it. */
function bystanderWatch(halt: AbortController): Guarded['watch'] {
  const inARow = new Map<string, number>();
  return ({ role, phase, unit, verdict }) => {
    if (role !== 'bystander' || phase !== 'observe' || verdict === 'unknown') return;
    const count = verdict === 'reject' ? (inARow.get(unit) ?? 0) + 1 : 0;
    inARow.set(unit, count);
    if (count >= BYSTANDER_LIMIT) halt.abort(new RunStopped(`${unit} refused a bystander ${count} times in a row`));
  };
}
