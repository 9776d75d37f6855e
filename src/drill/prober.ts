import type { PoolDeclaration } from '../model/pool.ts';
import type { Probe, ProbedRole } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import type { ClientCertificate, Clock, Http, HttpTls } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';
import type { Classification } from './classify.ts';
import { classifyAnswer, classifyFailure } from './classify.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { replicaOf } from './replica-id.ts';
import type { TokenBucket } from './schedule.ts';

/** One place that is probed: a verifier's route at one address. */
export interface Unit {
  readonly id: string;
  readonly verifier: string;
  readonly url: string;
  readonly method: string;
  /** The agent that probes it; absent when the running process does. */
  readonly vantage?: string;
  /** Absent where the address is one verifier. */
  readonly pool?: PoolDeclaration;
  /** Where it is connected to, in the place of the host of its URL: `10.0.0.4:8443`. */
  readonly address?: string;
  /** PEM of the only authorities that its certificate may come from; those of the system otherwise. */
  readonly ca?: string;
}

/** Who presents what, where. */
export interface Shot {
  readonly unit: Unit;
  readonly credential: string;
  readonly role: ProbedRole;
  /** The compact token; null presents none. */
  readonly token: string | null;
  /** Its `exp` in milliseconds since the epoch; null when it has none. */
  readonly expiresAt: number | null;
  readonly phase: Probe['phase'];
  /** Deadline in run time. */
  readonly due: number;
  /** Headers that present the credential, made when it is sent; absent for a bearer token in Authorization. */
  readonly present?: () => Promise<Readonly<Record<string, string>>>;
  /** Shown in TLS where the server asks for one; absent for a connection without. */
  readonly certificate?: ClientCertificate;
}

export interface ProberOptions {
  readonly http: Http;
  readonly clock: Clock;
  /** Monotonic instant that run time counts from. */
  readonly origin: number;
  readonly arm: Arm;
  readonly bucket: TokenBucket;
  readonly maxRequests: number;
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly onProbe: (probe: Probe) => void;
  readonly onDropped: (shot: Shot) => void;
}

/** Requests under way at one verifier; more means that it does not keep up, and further probes would only queue. */
const MAX_IN_FLIGHT = 8;

/** Shortest sleep between two rounds of sending, in milliseconds. */
const LEAST_SLEEP_MS = 0.01;

/** From this long before `exp` a refusal may be natural expiry at a verifier whose clock is ahead, in milliseconds. */
const EXPIRY_GUARD_MS = 2000;

/** Sends probes within the limits and records what came back, or that nothing was sent. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #inFlight = new Map<string, number>();
  #sent = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  get sent(): number {
    return this.#sent;
  }

  /** One probe; null when a limit did not allow it. An answer that does not come is a probe too. */
  async fire(shot: Shot): Promise<Probe | null> {
    const { bucket, clock, maxRequests, onDropped, onProbe } = this.#options;
    const flying = this.#inFlight.get(shot.unit.id) ?? 0;
    if (
      flying >= MAX_IN_FLIGHT * (shot.unit.pool?.replicas ?? 1) ||
      this.#sent >= maxRequests ||
      !bucket.take(clock.monotonic())
    ) {
      onDropped(shot);
      return null;
    }
    this.#sent += 1;
    this.#inFlight.set(shot.unit.id, flying + 1);
    try {
      const probe = await this.#exchange(shot);
      onProbe(probe);
      return probe;
    } finally {
      this.#inFlight.set(shot.unit.id, (this.#inFlight.get(shot.unit.id) ?? 1) - 1);
    }
  }

  async #exchange({
    unit,
    credential,
    role,
    token,
    present,
    certificate,
    expiresAt,
    phase,
    due,
  }: Shot): Promise<Probe> {
    const { arm, clock, http, origin, timeoutMs, userAgent } = this.#options;
    const begun = clock.monotonic();
    const from = unit.vantage === undefined ? {} : { vantage: unit.vantage };
    const common = { arm, ...from, unit: unit.id, credential, role, due, begun: begun - origin, phase };
    const bearer: Readonly<Record<string, string>> = token === null ? {} : { authorization: `Bearer ${token}` };
    const headers = present === undefined ? bearer : await present();
    try {
      const exchange = await http.send({
        url: unit.url,
        method: unit.method,
        ...(unit.address === undefined ? {} : { address: unit.address }),
        headers: { 'user-agent': userAgent, ...headers },
        ...(unit.ca === undefined && certificate === undefined ? {} : { tls: tlsOf(unit, certificate) }),
        timeoutMs,
      });
      return {
        ...common,
        sent: exchange.sent - origin,
        received: exchange.received - origin,
        status: exchange.status,
        ...replicaOf(exchange, unit.pool?.id ?? null),
        ...withExpiry(classifyAnswer(exchange), expiresAt, clock.wall()),
      };
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      return {
        ...common,
        sent: (error.sent ?? begun) - origin,
        received: clock.monotonic() - origin,
        status: null,
        ...classifyFailure(error.kind),
      };
    }
  }
}

function tlsOf({ ca }: Unit, client: ClientCertificate | undefined): HttpTls {
  return { ...(ca === undefined ? {} : { ca }), ...(client === undefined ? {} : { client }) };
}

/** A refusal near the natural end of a token must never pass as revocation, whatever the verifier calls it. */
function withExpiry(seen: Classification, expiresAt: number | null, now: number): Classification {
  const mayBeExpired = expiresAt !== null && now >= expiresAt - EXPIRY_GUARD_MS;
  return seen.verdict === 'reject' && mayBeExpired ? { verdict: 'unknown', reason: 'expired' } : seen;
}

/** A stream of deadlines for one credential at one unit. */
export interface Stream {
  readonly deadlines: Iterator<number>;
  readonly shot: (due: number) => Shot;
}

/**
 * Sends every stream at its deadlines until all have ended, without waiting for answers in between: open loop. Resolves
 * when the last answer is in.
 *
 * @throws the reason of the signal, or what went wrong inside a probe
 */
export async function runStreams(
  streams: readonly Stream[],
  prober: Prober,
  time: { readonly clock: Clock; readonly origin: number; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, origin, signal } = time;
  const pending = new Set<Promise<unknown>>();
  const faults: unknown[] = [];
  const queue = new DeadlineQueue<Stream>();
  for (const stream of streams) {
    const first = stream.deadlines.next();
    if (first.done !== true) queue.add(stream, first.value);
  }
  const fireDue = (now: number): void => {
    for (let next = queue.first; next !== undefined && next.due <= now; next = queue.first) {
      const { item: stream, due } = next;
      const sending = prober
        .fire(stream.shot(due))
        .catch((error: unknown) => faults.push(error))
        .finally(() => pending.delete(sending));
      pending.add(sending);
      const following = stream.deadlines.next();
      queue.moveOn(following.done === true ? null : following.value);
    }
  };
  try {
    for (let due = queue.due; due !== null && faults.length === 0; due = queue.due) {
      // One turn of the event loop at least: whoever only sends what is late never reads an answer.
      await clock.sleepUntil(Math.max(origin + due, clock.monotonic() + LEAST_SLEEP_MS), signal);
      fireDue(clock.monotonic() - origin);
    }
  } finally {
    await Promise.allSettled(pending);
  }
  if (faults.length > 0) throw faults[0];
}
