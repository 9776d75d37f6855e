import { messageOf } from '../model/failure.ts';
import { randomUUID } from 'node:crypto';
import type { Offset } from '../drill/clock-offset.ts';
import { offsetAt } from '../drill/clock-offset.ts';
import type { Marks } from '../drill/method.ts';
import { LocalObserver } from '../drill/observer.ts';
import { seededRandom } from '../drill/random.ts';
import { TokenBucket } from '../drill/schedule.ts';
import { Vault } from '../drill/vault.ts';
import type { Bus } from '../model/bus.ts';
import type { ClockSample } from '../model/vantage.ts';
import type { Clock, Http } from '../model/ports.ts';
import type { Arm } from '../model/prediction.ts';
import { Secret } from '../model/secret.ts';
import { readOrder, signReport } from '../token/agent-envelope.ts';
import { decodeToken } from '../token/decode.ts';
import type { ReportKey } from '../token/report-key.ts';
import type { AgentPlan, ArmTokens, OrderBody, Phase, TimeAnswer } from './messages.ts';
import { timeSubject } from './messages.ts';
import type { Uploads } from './uploads.ts';

/** Exchanges about the time before a run, of which the quickest says most. */
const FIRST_EXCHANGES = 16;

/** Questions in a row without an answer after which the coordinator is taken for dead. */
const MAX_MISSED = 3;

/** How often what was found is uploaded, in milliseconds. */
const UPLOAD_INTERVAL_MS = 200;

export interface AgentRunTools {
  readonly plan: AgentPlan;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Goes only where the agent's own list and the plan's allow. */
  readonly http: Http;
  readonly planKey: ReportKey;
  readonly secret: Uint8Array;
  readonly uploads: Uploads;
  readonly say: (text: string) => void;
}

/** An order without the tokens' envelope, which is opened before. */
export type OpenOrder =
  | Exclude<OrderBody, { type: 'plan' | 'arm' }>
  | { readonly type: 'arm'; readonly arm: Arm; readonly tokens: ArmTokens };

/** One agent's part in one run, from the plan to the end, whoever brings it about. Its clock counts from its own origin. */
export class AgentRun {
  readonly #tools: AgentRunTools;
  readonly #halt = new AbortController();
  readonly #samples: ClockSample[] = [];
  #observer: LocalObserver | null = null;
  #requestsLeft: number;
  #contained: { readonly promise: Promise<Marks>; readonly resolve: (marks: Marks) => void } = deferred();
  #missed = 0;
  #ended: Promise<void> | null = null;

  constructor(tools: AgentRunTools) {
    this.#tools = tools;
    this.#requestsLeft = tools.plan.budget.requests;
  }

  /** Resolved when it takes no further part and everything is uploaded. */
  get ended(): Promise<void> | null {
    return this.#ended;
  }

  /** Measures the clock and begins to listen for the coordinator's silence. @returns false when nobody tells the time */
  async begin(): Promise<boolean> {
    for (let count = 0; count < FIRST_EXCHANGES; count += 1) await this.#askTime();
    if (this.#samples.length === 0) return false;
    const { clock, plan } = this.#tools;
    void this.#repeat(plan.heartbeat, () => this.#heartbeat());
    void this.#repeat(UPLOAD_INTERVAL_MS, () => this.#tools.uploads.flush());
    void clock
      .sleepUntil(clock.monotonic() + plan.maxDuration, this.#halt.signal)
      .then(() => this.end('the run took longer than its plan allows'))
      .catch(() => undefined);
    return true;
  }

  /** Does what the coordinator says; what takes long goes on afterwards. */
  take(order: OpenOrder): void {
    switch (order.type) {
      case 'arm':
        return this.#arm(order.arm, order.tokens);
      case 'calibrate':
        return this.#work(order.arm, 'calibrate', (observer) => this.#calibrate(observer, order.arm, 'before'));
      case 'after':
        return this.#work(order.arm, 'after', (observer) => this.#calibrate(observer, order.arm, 'after'));
      case 'observe': {
        const { begin, zero, end } = order.times;
        const times = { begin: this.#toLocal(begin), zero: this.#toLocal(zero), end: this.#toLocal(end) };
        const { promise } = this.#contained;
        return this.#work(order.arm, 'observe', (observer) => observer.observe(times, promise, this.#halt.signal));
      }
      case 'mark': {
        const { t0, tAct, tAck } = order.marks;
        // No earlier than containment was confirmed by any reading of the clock.
        return this.#contained.resolve({
          t0: this.#toLocal(t0),
          tAct: this.#toLocal(tAct),
          tAck: tAck - this.#offset().lower,
        });
      }
      case 'late':
        return this.#work(order.arm, 'late', (observer) => observer.lookAgain(this.#toLocal(order.end)));
      case 'recover':
        return this.#work(order.arm, 'recover', (observer) => observer.recover());
      case 'stop':
        void this.end(order.why);
    }
  }

  /** Stops at once and says so. Whatever calls it first gives the reason. */
  end(why: string): Promise<void> {
    this.#ended ??= (async () => {
      this.#halt.abort(new Error(why));
      this.#tools.uploads.push({ type: 'end', why });
      this.#tools.say(`run ${this.#tools.plan.run} ended: ${why}`);
      await this.#tools.uploads.finish();
    })();
    return this.#ended;
  }

  #arm(arm: Arm, tokens: ArmTokens): void {
    const { plan, clock, http, uploads } = this.#tools;
    this.#requestsLeft -= this.#observer?.sent() ?? 0;
    this.#contained = deferred();
    this.#observer = new LocalObserver({
      arm,
      plan: plan.observed,
      units: plan.units,
      vault: vaultOf(tokens),
      http,
      clock,
      origin: 0,
      random: seededRandom(plan.seed),
      bucket: new TokenBucket(plan.budget.perSecond, clock.monotonic()),
      maxRequests: this.#requestsLeft,
      userAgent: plan.userAgent,
      signal: this.#halt.signal,
      onProbe: (probe) => uploads.push({ type: 'probe', probe }),
      onDropped: ({ unit, credential, due }) => uploads.push({ type: 'dropped', arm, unit: unit.id, credential, due }),
    });
  }

  #work(arm: Arm, phase: Phase, work: (observer: LocalObserver) => Promise<void>): void {
    const { uploads } = this.#tools;
    const observer = this.#observer;
    if (observer === null) {
      void this.end(`it was told to ${phase} before it had tokens`);
      return;
    }
    void work(observer).then(
      async () => {
        uploads.push({ type: 'phase', arm, phase });
        await uploads.flush();
      },
      (error: unknown) => this.end(messageOf(error)),
    );
  }

  async #calibrate(observer: LocalObserver, arm: Arm, when: 'before' | 'after'): Promise<void> {
    for (const calibration of await observer.calibrate(when))
      this.#tools.uploads.push({ type: 'calibration', arm, when, ...calibration });
  }

  async #heartbeat(): Promise<void> {
    this.#missed = (await this.#askTime()) ? 0 : this.#missed + 1;
    if (this.#missed >= MAX_MISSED) await this.end(`no word from the coordinator for ${MAX_MISSED} heartbeats`);
  }

  async #askTime(): Promise<boolean> {
    const { bus, clock, plan, planKey, secret, uploads } = this.#tools;
    const nonce = randomUUID();
    const question = await signReport({ nonce }, secret);
    const asked = clock.monotonic();
    const text = await bus.ask(timeSubject(plan.run, plan.agent), question, plan.heartbeat);
    const heard = clock.monotonic();
    const answer = text === null ? null : ((await readOrder(text, planKey)) as TimeAnswer | null); // signed by the coordinator
    if (answer?.nonce !== nonce) return false;
    const sample = { asked, seen: answer.seen, answered: answer.answered, heard };
    this.#samples.push(sample);
    uploads.push({ type: 'clock', sample });
    return true;
  }

  async #repeat(every: number, work: () => Promise<void>): Promise<void> {
    const { clock } = this.#tools;
    const { signal } = this.#halt;
    for (let due = clock.monotonic() + every; !signal.aborted; due = Math.max(due + every, clock.monotonic())) {
      await clock.sleepUntil(due, signal).catch(() => undefined);
      if (!signal.aborted) await work();
    }
  }

  #offset(): Offset {
    return offsetAt(this.#samples, this.#tools.clock.monotonic()) ?? { lower: 0, upper: 0 };
  }

  /** Run time on this clock, by the middle of what is possible. */
  #toLocal(at: number): number {
    const { lower, upper } = this.#offset();
    return at - (lower + upper) / 2;
  }
}

function vaultOf(tokens: ArmTokens): Vault {
  const vault = new Vault();
  for (const [name, compact] of Object.entries(tokens)) {
    const decoded = decodeToken(compact);
    if (!decoded.ok) continue;
    const { claims, header } = decoded.token;
    vault.put(name, { kind: 'token', token: new Secret(compact, name), claims, header });
  }
  return vault;
}

function deferred(): { readonly promise: Promise<Marks>; readonly resolve: (marks: Marks) => void } {
  let resolve: (marks: Marks) => void = () => undefined;
  const promise = new Promise<Marks>((done) => (resolve = done));
  return { promise, resolve };
}
