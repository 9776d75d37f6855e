import { observedPlan } from '../drill/observed-plan.ts';
import type { Observer } from '../drill/observer.ts';
import type { Vault } from '../drill/vault.ts';
import type { VantageRun, Vantages } from '../drill/vantages.ts';
import type { Bus } from '../model/bus.ts';
import { PROBED_ROLES } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import type { Arm } from '../model/prediction.ts';
import { readReport, signOrder } from '../token/agent-envelope.ts';
import type { ReportKey } from '../token/report-key.ts';
import { AgentLink } from './agent-link.ts';
import type { AgentPlan, AgentRecord, TimeAnswer } from './messages.ts';
import { resultSubject, timeSubject } from './messages.ts';
import { RemoteObserver } from './remote-observer.ts';

/** How often agents ask for the time, in milliseconds. */
const HEARTBEAT_MS = 1000;

/** Silence after which an agent is lost: three heartbeats and the time for one more to arrive, in milliseconds. */
const SILENCE_MS = 4000;

/** How often silence is looked for, in milliseconds. */
const WATCH_MS = 250;

/** Longest wait for the answer to a plan, during which the agent measures its clock, in milliseconds. */
const ARMING_TIMEOUT_MS = 8000;

/** Pause between two tries to find an agent, and longest wait for its last words, in milliseconds. */
const SEARCH_MS = 250;
const FAREWELL_MS = 3000;

export interface CoordinatorTools {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly planKey: ReportKey;
  /** Public keys of the agents that are expected, by name. */
  readonly agents: ReadonlyMap<string, ReportKey>;
  /** How long to wait for agents that are not there yet, in milliseconds. */
  readonly patienceMs: number;
}

/** Runs drills through agents: plans once, lets them probe, and does everything else here. */
export class Coordinator implements Vantages {
  readonly #tools: CoordinatorTools;
  readonly #halt = new AbortController();
  readonly #closing: (() => Promise<void> | void)[] = [];
  #links: readonly AgentLink[] = [];
  #run: VantageRun | null = null;
  #probes = 0;

  constructor(tools: CoordinatorTools) {
    this.#tools = tools;
  }

  get halted(): AbortSignal {
    return this.#halt.signal;
  }

  readonly open = async (run: VantageRun): Promise<void> => {
    this.#run = run;
    const { bus } = this.#tools;
    await this.#checkLever();
    this.#closing.push(await bus.watchLever((why) => this.#pulled(why)));
    await this.#takeLease(run);
    const tools = {
      ...this.#tools,
      run: run.runId,
      units: run.units,
      onRecord: (agent: string, record: AgentRecord) => this.#record(agent, record),
      onLost: (agent: string, why: string) => run.journal.note({ type: 'vantage', vantage: agent, state: 'lost', why }),
    };
    this.#links = [...this.#tools.agents].map(([id, key]) => new AgentLink(id, key, tools));
    for (const link of this.#links) {
      this.#closing.push(bus.answer(timeSubject(run.runId, link.id), (text) => this.#tellTime(link, text)));
      this.#closing.push(await bus.collect(resultSubject(run.runId, link.id), (text) => link.take(text)));
    }
    await Promise.all(this.#links.map((link) => this.#arm(link, run)));
    if (!this.#links.some(({ state }) => state === 'armed'))
      throw new UserError(
        'agent/unreachable',
        `none of the agents ${this.#links.map(({ id }) => id).join(', ')} came`,
        {
          hint: 'start them first: firebreak agent --id NAME --connect URL; see docs/agents.md',
        },
      );
    this.#watchSilence();
  };

  readonly observer = async (arm: Arm, vault: Vault): Promise<Observer> => {
    const run = this.#opened();
    const tokens = Object.fromEntries(
      run.plan.drill.credentials
        .filter(
          ({ role, arms }) => PROBED_ROLES.some((probed) => probed === role) && (arms === null || arms.includes(arm)),
        )
        .map(({ name }) => [name, vault.token(name).token.reveal()]),
    );
    await Promise.all(
      this.#links.map(async (link) => link.order({ type: 'arm', arm, tokens: await link.encrypt(tokens) })),
    );
    const before = this.#probes;
    return new RemoteObserver(arm, this.#links, run.signal, () => this.#probes - before);
  };

  readonly close = async (why: string): Promise<void> => {
    // What agents still hold ends with their dead-man's switch, and the lease by itself: clean-up must not wait for either.
    const ends = [
      () => Promise.all(this.#links.map((link) => this.#dismiss(link, why))),
      ...this.#closing.toReversed(),
    ];
    for (const end of ends) {
      try {
        await end();
      } catch {
        // The next one is ended all the same.
      }
    }
  };

  async #checkLever(): Promise<void> {
    const why = await this.#tools.bus.lever();
    if (why === null) return;
    throw new UserError('drill/safety-lever', `the safety lever of the agents is pulled: ${why}`, {
      hint: 'let go of it when drills may run again: nats kv del firebreak-lever pulled',
    });
  }

  #pulled(why: string): void {
    if (!this.#halt.signal.aborted) this.#halt.abort(`the safety lever of the agents was pulled: ${why}`);
  }

  async #takeLease({ runId, plan }: VantageRun): Promise<void> {
    const lease = await this.#tools.bus.lease(plan.environment.name, runId);
    if ('heldBy' in lease)
      throw new UserError('drill/lease-held', `another drill runs in ${plan.environment.name}: ${lease.heldBy}`, {
        hint: 'wait for its end; the lease of one that died ends by itself within half a minute',
      });
    this.#closing.push(lease.release);
  }

  async #arm(link: AgentLink, run: VantageRun): Promise<void> {
    const { clock, patienceMs } = this.#tools;
    const plan = await this.#planFor(link, run);
    const deadline = clock.monotonic() + patienceMs;
    let hasCome = false;
    while (!hasCome) {
      run.signal.throwIfAborted();
      const answer = await link.tell({ type: 'plan', plan }, ARMING_TIMEOUT_MS);
      if (answer?.taken === false)
        throw new UserError('agent/refused', `agent "${link.id}" refused the plan: ${answer.why}`, {
          hint: 'its own options decide what it does: --allow, --max-rate, --max-duration, --plan-key',
        });
      hasCome = answer !== null;
      if (hasCome || clock.monotonic() + SEARCH_MS > deadline) break;
      await clock.sleepUntil(clock.monotonic() + SEARCH_MS, run.signal);
    }
    link.heardAt = clock.monotonic();
    link.state = hasCome ? 'armed' : 'missing';
    const why = hasCome ? '' : `no answer within ${patienceMs / 1000} s`;
    await run.journal.record({ type: 'vantage', vantage: link.id, state: link.state, why });
  }

  async #planFor(link: AgentLink, run: VantageRun): Promise<AgentPlan> {
    const { plan, units, runId, seed, userAgent } = run;
    const { observe, guards } = plan.drill;
    const share = this.#tools.agents.size;
    return {
      run: runId,
      agent: link.id,
      issuedAt: this.#tools.clock.wall(),
      // Agents must not probe in step.
      seed: (seed + this.#links.indexOf(link) + 1) >>> 0,
      units: units.filter(({ vantage }) => vantage === link.id),
      observed: observedPlan(plan),
      allow: plan.environment.allow,
      budget: { perSecond: observe.requestsPerSecond / share, requests: Math.floor(observe.maxRequests / share) },
      maxDuration: guards.maxDuration,
      heartbeat: HEARTBEAT_MS,
      userAgent,
      reportKey: await link.encrypt(Buffer.from(link.secret).toString('base64url')),
    };
  }

  async #tellTime(link: AgentLink, text: string): Promise<string | null> {
    const { clock, planKey } = this.#tools;
    const { origin } = this.#opened();
    const seen = clock.monotonic() - origin;
    const question = (await readReport(text, link.secret)) as Pick<TimeAnswer, 'nonce'> | null; // signed by the agent
    // Whoever is lost must not believe that anybody waits for it.
    if (question === null || link.state === 'lost') return null;
    link.heardAt = clock.monotonic();
    const answer: TimeAnswer = { nonce: question.nonce, seen, answered: clock.monotonic() - origin };
    return signOrder(answer, planKey);
  }

  #record(vantage: string, record: AgentRecord): void {
    const { journal, watch } = this.#opened();
    switch (record.type) {
      case 'probe': {
        const probe = { ...record.probe, vantage };
        this.#probes += 1;
        journal.note({ type: 'probe', probe });
        return watch(probe);
      }
      case 'dropped':
        return journal.note(record);
      case 'clock':
        return journal.note({ type: 'clock', vantage, sample: record.sample });
      case 'calibration':
      case 'phase':
      case 'end':
        // The link keeps these.
        return;
    }
  }

  #watchSilence(): void {
    const { clock } = this.#tools;
    const done = new AbortController();
    this.#closing.push(() => done.abort());
    void (async () => {
      while (!done.signal.aborted) {
        await clock.sleepUntil(clock.monotonic() + WATCH_MS, done.signal).catch(() => undefined);
        for (const link of this.#links)
          if (clock.monotonic() - link.heardAt > SILENCE_MS) link.lose(`it fell silent for ${SILENCE_MS / 1000} s`);
      }
    })();
  }

  async #dismiss(link: AgentLink, why: string): Promise<void> {
    const wasArmed = link.state === 'armed';
    link.dismiss();
    if (!wasArmed) {
      if (link.state === 'lost') void link.tell({ type: 'stop', why }, FAREWELL_MS);
      return;
    }
    this.#run?.journal.note({ type: 'vantage', vantage: link.id, state: 'done', why: '' });
    await link.tell({ type: 'stop', why }, FAREWELL_MS);
  }

  #opened(): VantageRun {
    if (this.#run === null) throw new Error('a run is opened before agents take part in it');
    return this.#run;
  }
}
