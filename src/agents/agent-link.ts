import { randomBytes } from 'node:crypto';
import type { Bus } from '../model/bus.ts';
import type { Calibration } from '../model/drill.ts';
import type { Clock } from '../model/ports.ts';
import type { Arm } from '../model/prediction.ts';
import { encryptFor, readReport, signOrder } from '../token/agent-envelope.ts';
import type { ReportKey } from '../token/report-key.ts';
import { Inbox } from './inbox.ts';
import type { AgentRecord, Batch, Order, OrderAnswer, OrderBody, Phase } from './messages.ts';
import { orderSubject } from './messages.ts';

/** Longest wait for the answer to an order, and how often it is sent before an agent counts as lost, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2000;
const TRIES = 3;

/** Pause between two tries, in milliseconds: a connection that was lost is made again in that time. */
const RETRY_MS = 600;

/** Bytes of the secret that the reports of one agent in one run are signed with (RFC 7518 section 3.2: as long as the hash). */
const SECRET_BYTES = 32;

export interface LinkTools {
  /** Ids of everything that is probed; an agent is believed about its own only. */
  readonly units: readonly { readonly id: string; readonly vantage?: string }[];
  readonly run: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly planKey: ReportKey;
  readonly onRecord: (agent: string, record: AgentRecord) => void;
  readonly onLost: (agent: string, why: string) => void;
}

/** A coordinator's side of one agent: what it is told, what it reported, and whether it is still there. */
export class AgentLink {
  readonly id: string;
  readonly secret: Uint8Array = randomBytes(SECRET_BYTES);
  state: 'new' | 'armed' | 'missing' | 'lost' | 'done' = 'new';
  /** When it was last heard, by the monotonic clock. */
  heardAt = 0;
  readonly #tools: LinkTools;
  readonly #key: ReportKey;
  readonly #inbox = new Inbox();
  readonly #calibrations: (Calibration & { readonly arm: Arm; readonly when: 'before' | 'after' })[] = [];
  readonly #passed = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #number = 0;

  constructor(id: string, key: ReportKey, tools: LinkTools) {
    this.id = id;
    this.#key = key;
    this.#tools = tools;
  }

  /** Encrypts something for this agent alone. */
  encrypt(value: unknown): Promise<string> {
    return encryptFor(this.#key, value);
  }

  /** One try to tell it something. @returns null when it does not answer */
  async tell(body: OrderBody, timeoutMs: number = ANSWER_TIMEOUT_MS): Promise<OrderAnswer | null> {
    this.#number += 1;
    return this.#send({ run: this.#tools.run, agent: this.id, number: this.#number, body }, timeoutMs);
  }

  /** Tells it something that it must do; one that does not answer or refuses is lost. */
  async order(body: OrderBody): Promise<void> {
    if (this.state !== 'armed') return;
    const { clock } = this.#tools;
    this.#number += 1;
    const order: Order = { run: this.#tools.run, agent: this.id, number: this.#number, body };
    for (let count = 0; count < TRIES && this.state === 'armed'; count += 1) {
      const answer = await this.#send(order, ANSWER_TIMEOUT_MS);
      if (answer?.taken === true) return;
      if (answer !== null) return this.lose(`it refused to ${body.type}: ${answer.why}`);
      await clock.sleepUntil(clock.monotonic() + RETRY_MS);
    }
    this.lose('it did not answer');
  }

  async #send(order: Order, timeoutMs: number): Promise<OrderAnswer | null> {
    const { bus, planKey } = this.#tools;
    const text = await bus.ask(orderSubject(this.id), await signOrder(order, planKey), timeoutMs);
    if (text === null) return null;
    const signed = (await readReport(text, this.secret)) as OrderAnswer | null; // signed by the agent
    return signed ?? refusalIn(text);
  }

  /** Takes a batch from the bus, whoever put it there. */
  async take(text: string): Promise<void> {
    const batch = (await readReport(text, this.secret)) as Batch | null; // signed by the agent
    if (batch === null || batch.run !== this.#tools.run || batch.agent !== this.id) return;
    for (const { records } of this.#inbox.take(batch)) for (const record of records) this.#record(record);
  }

  #record(record: AgentRecord): void {
    // What comes after it was given up would make its part look whole.
    if (this.state !== 'armed' && this.state !== 'new') return;
    const unit = unitOf(record);
    if (unit !== null && !this.#isOwn(unit)) return;
    if (record.type === 'calibration') this.#calibrations.push(record);
    if (record.type === 'phase') this.#passed.add(`${record.arm} ${record.phase}`);
    if (record.type === 'end') this.lose(record.why);
    else this.#tools.onRecord(this.id, record);
    this.#wake();
  }

  #isOwn(unit: string): boolean {
    return this.#tools.units.some(({ id, vantage }) => id === unit && vantage === this.id);
  }

  /** Resolves when it has passed the phase, or never will. */
  passed(arm: Arm, phase: Phase): Promise<void> {
    return this.#until(() => this.state !== 'armed' || this.#passed.has(`${arm} ${phase}`));
  }

  calibrationsOf(arm: Arm, when: 'before' | 'after'): readonly Calibration[] {
    return this.#calibrations
      .filter((calibration) => calibration.arm === arm && calibration.when === when)
      .map(({ unit, verdict, why }) => ({ unit, verdict, why }));
  }

  lose(why: string): void {
    if (this.state !== 'armed' && this.state !== 'new') return;
    this.state = 'lost';
    this.#tools.onLost(this.id, why);
    this.#wake();
  }

  /** Lets it go: it saw the run to its end. */
  dismiss(): void {
    if (this.state === 'armed') this.state = 'done';
    this.#wake();
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  #wake(): void {
    for (const check of this.#waiting) check();
  }
}

/** What a record is about; null when it is about the agent itself. */
function unitOf(record: AgentRecord): string | null {
  if (record.type === 'probe') return record.probe.unit;
  return record.type === 'dropped' || record.type === 'calibration' ? record.unit : null;
}

/** A refusal may come from an agent that could not read its secret; it is believed, for it only keeps things from happening. */
function refusalIn(text: string): OrderAnswer | null {
  try {
    const answer: unknown = JSON.parse(text);
    const why = typeof answer === 'object' && answer !== null && 'why' in answer ? answer.why : null;
    return typeof why === 'string' ? { taken: false, why } : null;
  } catch {
    return null;
  }
}
