import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { Agent, request } from 'node:http';
import { Prober, runStreams } from '../../src/drill/prober.ts';
import type { Stream } from '../../src/drill/prober.ts';
import { seededRandom } from '../../src/drill/random.ts';
import { TokenBucket, deadlines } from '../../src/drill/schedule.ts';
import type { Probe } from '../../src/model/drill.ts';
import type { Http, Random } from '../../src/model/ports.ts';
import { HttpFailure } from '../../src/model/ports.ts';
import { millis } from '../../src/model/quantity.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createProbeHttp } from '../../src/system/probe-http.ts';

/** What one run does to verifiers, decided before it begins. Times are milliseconds after its zero. */
export interface FlipPlan {
  readonly seed: number;
  readonly replicas: readonly { readonly changes: readonly number[] }[];
  readonly planted: boolean;
  readonly slowestMs: number;
  readonly gapMs: number;
  readonly poolGapMs: number;
  readonly endMs: number;
}

/** What a prober that waits for each answer and then sleeps has seen at one address. */
export interface SleeperSeen {
  readonly probes: readonly Pick<Probe, 'sent' | 'received' | 'verdict'>[];
  readonly replicas: readonly string[];
}

export interface FlipRun {
  readonly plan: FlipPlan;
  /** By replica. */
  readonly probes: readonly (readonly Probe[])[];
  /** Of the balancer in front of all replicas. */
  readonly pool: readonly Probe[];
  readonly dropped: number;
  /** At the first replica, over fresh connections. */
  readonly sleeper: SleeperSeen;
  /** At the balancer, over one connection that is kept. */
  readonly kept: SleeperSeen;
  /** What the verifiers say they told the prober, on the clock of the run; null for what it was never told. */
  readonly truth: readonly { readonly lastAccept: number | null; readonly firstReject: number | null }[];
}

/** Longest answer of any verifier, in milliseconds. */
const SLOWEST_MS = 400;

/** Between the order to begin and the zero of a run, in milliseconds. */
const LEAD_MS = 200;

/** Time at the end of a run for probes that a busy machine sends late, in milliseconds. */
const SPARE_MS = 700;

/** How long the replicas of a pool are left to be seen after the last change, in gaps of its probes and replica. */
const POOL_TAIL = 4;

/** A run from its seed: 1 to 20 replicas, answers of 1 to 400 ms, a flap in one of six. */
export function planFlips(seed: number): FlipPlan {
  const random = seededRandom(seed);
  const slowestMs = Math.max(2, SLOWEST_MS ** random.next());
  const count = 1 + Math.floor(random.next() * 20);
  const gapMs = Math.max(40 + 80 * random.next(), count * 7);
  const poolGapMs = Math.max(15, slowestMs / 10);
  const planted = random.next() < 1 / 6;
  const flapping = Math.floor(random.next() * count);
  // Long enough to be met by probes on both sides, also on a busy machine.
  const long = (): number => slowestMs + 2 * gapMs + 500 + 100 * random.next();
  const replicas = Array.from({ length: count }, (_, index) => {
    const first = 400 + 500 * random.next();
    if (!planted || index !== flapping) return { changes: [first] };
    const back = first + long();
    return { changes: [first, back, back + long()] };
  });
  const last = Math.max(...replicas.flatMap(({ changes }) => changes));
  return {
    seed,
    replicas,
    planted,
    slowestMs,
    gapMs,
    poolGapMs,
    endMs: last + SPARE_MS + 2 * slowestMs + 3 * gapMs + (planted ? 0 : POOL_TAIL * count * poolGapMs),
  };
}

/** A server process and what is asked of it. */
export class FlipServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<string, (answer: Answer) => void>();

  constructor() {
    this.#process = fork(resolve('test/real/flip-server.mjs'));
    this.#process.on('message', (answer: Answer) => {
      this.#waiting.get(`${answer.type} ${answer.id}`)?.(answer);
      this.#waiting.delete(`${answer.type} ${answer.id}`);
    });
  }

  stop(): void {
    this.#process.kill();
  }

  ask<Type extends Answer['type']>(order: object, id: number, type: Type): Promise<Extract<Answer, { type: Type }>> {
    return new Promise((done) => {
      this.#waiting.set(`${type} ${id}`, (answer) => {
        if (isOf(answer, type)) done(answer);
      });
      this.#process.send({ ...order, id });
    });
  }
}

type Answer =
  | { readonly type: 'opened'; readonly id: number; readonly zero: number; readonly ports: readonly number[] }
  | {
      readonly type: 'closed';
      readonly id: number;
      readonly states: readonly { readonly lastAccept: number | null; readonly firstReject: number | null }[];
    };

function isOf<Type extends Answer['type']>(answer: Answer, type: Type): answer is Extract<Answer, { type: Type }> {
  return answer.type === type;
}

/** Runs one plan over real sockets with the prober of drills, and two naive probers beside it. */
export async function runFlips(plan: FlipPlan, server: FlipServer): Promise<FlipRun> {
  const { zero, ports } = await server.ask(
    {
      type: 'open',
      run: { replicas: plan.replicas, slowestMs: plan.slowestMs, leadMs: LEAD_MS },
    },
    plan.seed,
    'opened',
  );
  // Both clocks are CLOCK_MONOTONIC of the machine; only their origins differ.
  const origin = zero - (Number(process.hrtime.bigint()) / 1e6 - performance.now());
  const http = createProbeHttp(['127.0.0.0/8']);
  const urls = ports.map((port) => `http://127.0.0.1:${port}/`);
  const balancer = urls.length - 1;
  const end = origin + plan.endMs;
  const [open, sleeper, kept] = await Promise.all([
    probeOpenLoop(plan, urls, origin, http),
    sleepBetween(urls[0] ?? '', { gap: plan.gapMs, end, random: seededRandom(plan.seed + 1), send: fresh(http) }),
    keepAlive(urls[balancer] ?? '', plan, end),
  ]);
  const { states } = await server.ask({ type: 'close' }, plan.seed, 'closed');
  const onOurs = (at: number | null): number | null => (at === null ? null : at - zero);
  return {
    plan,
    probes: urls.slice(0, -1).map((_, index) => open.probes.filter(({ unit }) => unit === String(index))),
    pool: open.probes.filter(({ unit }) => unit === String(balancer)),
    dropped: open.dropped,
    sleeper: since(sleeper, origin),
    kept: since(kept, origin),
    truth: states.map(({ lastAccept, firstReject }) => ({
      lastAccept: onOurs(lastAccept),
      firstReject: onOurs(firstReject),
    })),
  };
}

async function probeOpenLoop(
  plan: FlipPlan,
  urls: readonly string[],
  origin: number,
  http: Http,
): Promise<{ readonly probes: readonly Probe[]; readonly dropped: number }> {
  const clock = systemClock;
  const random = seededRandom(plan.seed + 2);
  const probes: Probe[] = [];
  let dropped = 0;
  const prober = new Prober({
    http,
    clock,
    origin,
    arm: 'quiet',
    bucket: new TokenBucket(100_000, clock.monotonic()),
    maxRequests: Infinity,
    timeoutMs: 3000,
    userAgent: 'firebreak-measure',
    onProbe: (probe) => probes.push(probe),
    onDropped: () => {
      dropped += 1;
    },
  });
  const streams = urls.map((url, index): Stream => {
    const isPool = index === urls.length - 1;
    const gap = millis(isPool ? plan.poolGapMs : plan.gapMs);
    const unit = {
      id: String(index),
      verifier: String(index),
      url,
      method: 'GET',
      ...(isPool ? { pool: { replicas: plan.replicas.length, id: { header: 'x-replica' } } } : {}),
    };
    return {
      deadlines: deadlines((index * gap) / urls.length - LEAD_MS / 2, 0, plan.endMs, {
        pace: { minGap: gap, maxGap: gap, relative: 0, jitter: 0.2 },
        random,
        exactly: [],
      }),
      shot: (due) => ({
        unit,
        credential: 'canary',
        role: 'canary',
        token: 't',
        expiresAt: null,
        phase: 'observe',
        due,
      }),
    };
  });
  await runStreams(streams, prober, { clock, origin, signal: new AbortController().signal });
  return { probes, dropped };
}

type Send = (url: string) => Promise<SleeperSeen['probes'][number] & { readonly replica: string }>;

function fresh(http: Http): Send {
  return async (url) => {
    const begun = performance.now();
    try {
      const { status, headers, sent, received } = await http.send({ url, method: 'GET', timeoutMs: 3000 });
      return { sent, received, verdict: status === 200 ? 'accept' : 'reject', replica: headers['x-replica'] ?? '' };
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      return { sent: begun, received: performance.now(), verdict: 'unknown', replica: '' };
    }
  };
}

/** Sends, waits for the answer, sleeps: what a loop around `curl` does. */
async function sleepBetween(
  url: string,
  {
    gap,
    end,
    random,
    send,
  }: { readonly gap: number; readonly end: number; readonly random: Random; readonly send: Send },
): Promise<SleeperSeen> {
  const probes: SleeperSeen['probes'][number][] = [];
  const replicas = new Set<string>();
  while (systemClock.monotonic() < end) {
    const { replica, ...probe } = await send(url);
    probes.push(probe);
    if (replica !== '') replicas.add(replica);
    await systemClock.sleepUntil(systemClock.monotonic() + gap * (0.8 + 0.4 * random.next()));
  }
  return { probes, replicas: [...replicas] };
}

async function keepAlive(url: string, plan: FlipPlan, end: number): Promise<SleeperSeen> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send: Send = (to) =>
    new Promise((done, failed) => {
      const sent = performance.now();
      request(to, { agent }, (response) => {
        const received = performance.now();
        response.resume().on('end', () =>
          done({
            sent,
            received,
            verdict: response.statusCode === 200 ? 'accept' : 'reject',
            replica: String(response.headers['x-replica']),
          }),
        );
      })
        .on('error', failed)
        .end();
    });
  try {
    return await sleepBetween(url, { gap: plan.poolGapMs, end, random: seededRandom(plan.seed + 3), send });
  } finally {
    agent.destroy();
  }
}

function since({ probes, replicas }: SleeperSeen, origin: number): SleeperSeen {
  return {
    probes: probes.map(({ sent, received, verdict }) => ({
      sent: sent - origin,
      received: received - origin,
      verdict,
    })),
    replicas,
  };
}
