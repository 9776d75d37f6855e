import type { Marks } from '../drill/method.ts';
import type { Observer } from '../drill/observer.ts';
import type { StreamTimes } from '../drill/shots.ts';
import type { Calibration } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import type { AgentLink } from './agent-link.ts';
import type { OrderBody, Phase } from './messages.ts';

/** Agents know when to begin at least this long before, in milliseconds: an order may have to be sent again. */
const LEAD_MS = 2000;

/** The agents of a run as whoever probes one arm. */
export class RemoteObserver implements Observer {
  readonly leadMs: number = LEAD_MS;
  readonly #arm: Arm;
  readonly #links: readonly AgentLink[];
  readonly #signal: AbortSignal;
  readonly #sent: () => number;

  constructor(arm: Arm, links: readonly AgentLink[], signal: AbortSignal, sent: () => number) {
    this.#arm = arm;
    this.#links = links;
    this.#signal = signal;
    this.#sent = sent;
  }

  sent(): number {
    return this.#sent();
  }

  hasUnits(): boolean {
    return this.#links.some((link) =>
      link.calibrationsOf(this.#arm, 'before').some(({ verdict }) => verdict === 'usable'),
    );
  }

  async calibrate(when: 'before' | 'after'): Promise<readonly Calibration[]> {
    const phase = when === 'before' ? 'calibrate' : 'after';
    await this.#phase({ type: phase, arm: this.#arm }, phase, this.#signal);
    return this.#links.flatMap((link) => link.calibrationsOf(this.#arm, when));
  }

  async observe(times: StreamTimes, contained: Promise<Marks>, signal: AbortSignal): Promise<void> {
    const tell = async (): Promise<void> => {
      const marks = await contained;
      await Promise.all(this.#links.map((link) => link.order({ type: 'mark', arm: this.#arm, marks })));
    };
    await Promise.all([tell(), this.#phase({ type: 'observe', arm: this.#arm, times }, 'observe', signal)]);
  }

  lookAgain(end: number): Promise<void> {
    return this.#phase({ type: 'late', arm: this.#arm, end }, 'late', this.#signal);
  }

  recover(): Promise<void> {
    return this.#phase({ type: 'recover', arm: this.#arm }, 'recover', this.#signal);
  }

  /** Resolves when every agent that is still there has passed the phase. @throws the reason of the signal */
  async #phase(body: OrderBody, phase: Phase, signal: AbortSignal): Promise<void> {
    const all = Promise.all(
      this.#links.map(async (link) => {
        await link.order(body);
        await link.passed(this.#arm, phase);
      }),
    );
    await unlessAborted(all, signal);
  }
}

/** The outcome of a promise, or the reason of the signal when that comes first. */
function unlessAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(() => resolve(), reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
