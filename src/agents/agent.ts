import type { Bus } from '../model/bus.ts';
import type { Clock, Http, JournalSink } from '../model/ports.ts';
import { HttpFailure } from '../model/ports.ts';
import { decryptWith, readOrder, signReport } from '../token/agent-envelope.ts';
import type { ReportKey } from '../token/report-key.ts';
import type { OpenOrder } from './agent-run.ts';
import { AgentRun } from './agent-run.ts';
import type { AgentPlan, ArmTokens, Order, OrderAnswer } from './messages.ts';
import { orderSubject } from './messages.ts';
import type { AgentLimits } from './plan-check.ts';
import { refusalOf } from './plan-check.ts';
import { Uploads } from './uploads.ts';

export interface AgentTools {
  readonly bus: Bus;
  readonly clock: Clock;
  /** Goes only where the agent's own list allows. */
  readonly http: Http;
  readonly limits: AgentLimits;
  /** Public half of the key that plans are signed with. */
  readonly planKey: ReportKey;
  /** Private key of this agent, for what is encrypted to it. */
  readonly agentKey: ReportKey;
  /** Why a URL is not on a list of hosts; null when it is. */
  readonly refusalBy: (allow: readonly string[], url: string) => string | null;
  readonly openSpool: (run: string) => Promise<JournalSink>;
  readonly say: (text: string) => void;
  readonly duplicateUploads: boolean;
}

interface Part {
  readonly run: AgentRun;
  readonly id: string;
  readonly secret: Uint8Array;
  /** Number of the last order. */
  last: number;
}

/**
 * Takes part in runs until it is told to stop, or after one when `once` is set.
 *
 * @returns when nothing is under way any more
 */
export async function serveAgent(tools: AgentTools, once: boolean, stop: AbortSignal): Promise<void> {
  const { bus, limits, planKey } = tools;
  const known = new Set<string>();
  let part: Part | null = null;
  let handled: Promise<unknown> = Promise.resolve();
  const take = async (text: string): Promise<string> => {
    const order = (await readOrder(text, planKey)) as Order | null; // signed by the coordinator
    if (order === null) return refused(tools, 'it is not signed with the plan key');
    if (order.agent !== limits.id) return refused(tools, `it is for agent "${order.agent}"`);
    if (order.body.type !== 'plan') return follow(order, part, tools);
    if (part !== null && part.run.ended === null && part.id !== order.run)
      return refused(tools, `this agent takes part in run ${part.id}`);
    if (known.has(order.run)) return part?.id === order.run ? taken(part) : refused(tools, 'the run has ended here');
    const { plan } = order.body;
    if (plan.run !== order.run) return refused(tools, 'its plan is for another run');
    const begun = await beginPart(plan, order.number, tools);
    if (typeof begun === 'string') return refused(tools, begun);
    known.add(order.run);
    part = begun;
    return taken(begun);
  };
  const unsubscribe = bus.answer(orderSubject(limits.id), (text) => {
    const answered = handled.then(() => take(text));
    handled = answered.catch(() => undefined);
    return answered;
  });
  const unwatch = await bus.watchLever((why) => void part?.run.end(`the safety lever was pulled: ${why}`));
  await new Promise<void>((done) => {
    if (stop.aborted) return done();
    stop.addEventListener('abort', () => done(), { once: true });
    if (once) void finished(() => part, tools.clock, stop).then(done);
  });
  unsubscribe();
  unwatch();
  await currentEnd(part);
}

async function currentEnd(part: Part | null): Promise<void> {
  await part?.run.end('the agent was stopped');
}

/** Resolves when the one run of this agent has ended. */
async function finished(part: () => Part | null, clock: Clock, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const ended = part()?.run.ended ?? null;
    if (ended !== null) return ended;
    await clock.sleepUntil(clock.monotonic() + 100, stop).catch(() => undefined);
  }
}

async function follow({ run, number, body }: Order, part: Part | null, tools: AgentTools): Promise<string> {
  if (part === null || part.id !== run || body.type === 'plan')
    return refused(tools, `this agent has no part in run ${run}`);
  // An answer can be lost, so the last order may come again; any other is played back by somebody.
  if (number === part.last) return taken(part);
  if (number < part.last) return refused(tools, `order ${number} was taken before`);
  let order: OpenOrder;
  if (body.type === 'arm') {
    const tokens = await decryptWith(tools.agentKey, body.tokens);
    if (tokens === null) return refused(tools, 'its tokens are not encrypted for this agent');
    order = { type: 'arm', arm: body.arm, tokens: tokens as ArmTokens }; // signed by the coordinator
  } else order = body;
  part.last = number;
  part.run.take(order);
  return taken(part);
}

/** @returns why not, when it does not begin */
async function beginPart(plan: AgentPlan, number: number, tools: AgentTools): Promise<Part | string> {
  const { bus, clock, limits, planKey, agentKey, refusalBy, say, duplicateUploads } = tools;
  const refusal = refusalOf(plan, limits, clock.wall());
  if (refusal !== null) return refusal;
  const lever = await bus.lever();
  if (lever !== null) return `the safety lever is pulled: ${lever}`;
  const key = await decryptWith(agentKey, plan.reportKey);
  if (typeof key !== 'string') return 'its report key is not encrypted for this agent';
  const secret = Buffer.from(key, 'base64url');
  const spool = await tools.openSpool(plan.run);
  const { run, agent } = plan;
  const uploads = new Uploads({ bus, clock, run, agent, secret, spool, duplicate: duplicateUploads });
  const http: Http = {
    send: (request) => {
      const why = refusalBy(plan.allow, request.url);
      return why === null ? tools.http.send(request) : Promise.reject(new HttpFailure('not-allowed', why, null));
    },
  };
  const agentRun = new AgentRun({ plan, bus, clock, http, planKey, secret, uploads, say });
  if (!(await agentRun.begin())) {
    await uploads.finish();
    return 'the coordinator does not tell the time';
  }
  say(`has the plan of run ${run}: ${plan.units.length} units, at most ${plan.budget.perSecond} requests/s`);
  return { run: agentRun, id: run, secret, last: number };
}

function refused({ say }: AgentTools, why: string): string {
  say(`refused an order: ${why}`);
  const answer: OrderAnswer = { taken: false, why };
  return JSON.stringify(answer);
}

function taken({ secret }: Part): Promise<string> {
  const answer: OrderAnswer = { taken: true };
  return signReport(answer, secret);
}
