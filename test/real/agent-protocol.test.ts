import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveAgent } from '../../src/agents/agent.ts';
import type { AgentPlan, AgentRecord, Batch, OrderAnswer, OrderBody } from '../../src/agents/messages.ts';
import { orderSubject, resultSubject, timeSubject } from '../../src/agents/messages.ts';
import type { Bus } from '../../src/model/bus.ts';
import { readAllowList } from '../../src/system/allow-list.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createHttp } from '../../src/system/http.ts';
import { openJournalFile } from '../../src/system/journal-file.ts';
import { connectNats } from '../../src/system/nats-bus.ts';
import { encryptFor, readReport, signOrder } from '../../src/token/agent-envelope.ts';
import { readCheckingKey, readSigningKey } from '../../src/token/report-key.ts';
import { ALLOW, planText } from './agent-plan.ts';
import type { RunningNats } from './nats.ts';
import { makeKey, startNats } from './nats.ts';
import { PRODUCTS, titleOf } from './products.ts';

const keyPair = (
  kind: 'plan' | 'agent',
): { own: ReturnType<typeof readSigningKey>; known: ReturnType<typeof readSigningKey> } => {
  const texts = makeKey(kind);
  return {
    own: readSigningKey({ file: 'key', text: texts.private }),
    known: readCheckingKey({ file: 'key.pub', text: texts.public }),
  };
};

const plan = keyPair('plan');
const stranger = keyPair('plan');
const agentKey = keyPair('agent');

/** Signs the agent's reports in these tests. */
const SECRET = Buffer.alloc(32, 7);

const TOKEN = `${part({ alg: 'none' })}.${part({ sub: 'fbcanary' })}.c2lnbmF0dXJl`;

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface Ended {
  readonly why: string;
  readonly records: readonly AgentRecord[];
}

describe.skipIf(PRODUCTS.nats === null)(titleOf('nats', 'what an agent does for whoever gives orders'), () => {
  let nats: RunningNats;
  let bus: Bus;
  let verifier: Server;
  let url: string;
  let requests: string[];
  let folder: string;
  let stop: AbortController;
  let serving: Promise<void>;
  let run: string;
  let count = 0;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    nats = await startNats();
    folder = mkdtempSync(join(tmpdir(), 'firebreak-agent-'));
    bus = await connectNats({ url: nats.url, credentials: null, ca: null }, 'test');
    verifier = createServer((request, response) => {
      requests.push(`${request.method ?? ''} ${request.headers.authorization ?? ''}`);
      response.writeHead(request.headers.authorization === `Bearer ${TOKEN}` ? 200 : 401).end('{}');
    });
    await new Promise<void>((done) => verifier.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(verifier.address() as AddressInfo).port}/`;
  });

  afterAll(async () => {
    await bus.close();
    await nats.stop();
    verifier.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    requests = [];
    count += 1;
    run = `run-${count}`;
    ({ stop, serving } = await serve('a'));
  });

  afterEach(async () => {
    stop.abort();
    await serving;
    for (const end of ends.splice(0)) await end();
  });

  async function serve(id: string): Promise<{ readonly stop: AbortController; readonly serving: Promise<void> }> {
    const own = await connectNats({ url: nats.url, credentials: null, ca: null }, `agent ${id}`);
    const halt = new AbortController();
    const refusalBy = (allow: readonly string[], target: string): string | null =>
      readAllowList(allow).allowsHost(new URL(target).hostname) ? null : 'not on the allow-list';
    const service = serveAgent(
      {
        bus: own,
        clock: systemClock,
        http: createHttp(ALLOW),
        limits: { id, refusalOf: (target) => refusalBy(ALLOW, target), maxPerSecond: 50, maxDuration: 60_000 },
        planKey: plan.known,
        agentKey: agentKey.own,
        refusalBy,
        openSpool: (of) => openJournalFile(join(folder, id, `${of}.ndjson`)),
        say: () => undefined,
        duplicateUploads: false,
      },
      false,
      halt.signal,
    ).then(() => own.close());
    return { stop: halt, serving: service };
  }

  async function planOf(changes: Partial<AgentPlan> = {}): Promise<AgentPlan> {
    return {
      ...planText(url),
      run,
      reportKey: await encryptFor(agentKey.known, SECRET.toString('base64url')),
      ...changes,
    };
  }

  /** Asks an agent until it is there. */
  async function say(text: string, agent = 'a'): Promise<OrderAnswer> {
    for (;;) {
      const answer = await bus.ask(orderSubject(agent), text, 5000);
      if (answer !== null) return ((await readReport(answer, SECRET)) ?? JSON.parse(answer)) as OrderAnswer;
    }
  }

  async function order(body: OrderBody, number: number, agent = 'a'): Promise<OrderAnswer> {
    return say(await signOrder({ run, agent, number, body }, plan.own), agent);
  }

  /** Tells the time as a coordinator does, until it is told to be silent. */
  function tellTime(agent = 'a'): () => void {
    return bus.answer(timeSubject(run, agent), async (text) => {
      const { nonce } = (await readReport(text, SECRET)) as { readonly nonce: string };
      const now = systemClock.monotonic();
      return signOrder({ nonce, seen: now, answered: now }, plan.own);
    });
  }

  /** Collects what an agent reports. Resolves with all of it when the agent says that it ended. */
  async function reports(agent = 'a'): Promise<{ readonly ended: Promise<Ended> }> {
    const records: AgentRecord[] = [];
    let done: (end: Ended) => void;
    const ended = new Promise<Ended>((resolve) => (done = resolve));
    ends.push(
      await bus.collect(resultSubject(run, agent), async (text) => {
        const batch = (await readReport(text, SECRET)) as Batch;
        records.push(...batch.records);
        for (const record of batch.records) if (record.type === 'end') done({ why: record.why, records });
      }),
    );
    return { ended };
  }

  const refusals: readonly { readonly name: string; readonly changes: Partial<AgentPlan>; readonly why: RegExp }[] = [
    {
      name: 'a target that its own list does not name',
      changes: {
        units: [{ id: 'v@a', verifier: 'v', url: 'http://192.0.2.1/', method: 'GET', vantage: 'a' }],
        allow: ['192.0.2.1'],
      },
      why: /^v@a: not on the allow-list$/,
    },
    {
      name: 'a target that is no HTTP method of probes',
      changes: { units: [{ id: 'v@a', verifier: 'v', url: 'http://127.0.0.1:1/', method: 'DELETE', vantage: 'a' }] },
      why: /method DELETE/,
    },
    { name: 'a plan for somebody else', changes: { agent: 'b' }, why: /^the plan is for agent "b"$/ },
    { name: 'an old plan', changes: { issuedAt: Date.now() - 3_600_000 }, why: /made 3[56]\d\d s ago/ },
    {
      name: 'too much load',
      changes: { budget: { perSecond: 51, requests: 1 } },
      why: /51 requests\/s, 50 are allowed/,
    },
    { name: 'a run without end', changes: { maxDuration: 61_000 }, why: /61 s, 60 s are allowed/ },
    { name: 'a run whose name leads out of its folder', changes: { run: '../../x' }, why: /another run|is none/ },
    { name: 'a report key for somebody else', changes: { reportKey: 'nonsense' }, why: /not encrypted for this agent/ },
  ];

  it.for(refusals)('refuses $name, though it is signed', async ({ changes, why }) => {
    ends.push(tellTime());
    const answer = await order({ type: 'plan', plan: await planOf(changes) }, 1);
    expect(answer).toMatchObject({ taken: false, why: expect.stringMatching(why) });
    expect(requests).toEqual([]);
  });

  it('refuses what is not signed with the plan key, changed afterwards, or not signed at all', async () => {
    const body = { run, agent: 'a', number: 1, body: { type: 'plan', plan: await planOf() } };
    const [header = '', , signature = ''] = (await signOrder(body, plan.own)).split('.');
    const tampered = `${header}.${part({ ...body, number: 2 })}.${signature}`;
    const unsigned = `${part({ alg: 'none', typ: 'firebreak-agent-order+jws' })}.${part(body)}.`;
    for (const text of [await signOrder(body, stranger.own), tampered, unsigned, JSON.stringify(body), ''])
      expect(await say(text)).toEqual({ taken: false, why: 'it is not signed with the plan key' });
    expect(requests).toEqual([]);
  });

  it('takes each order once, and nothing of a run it has no part in', async () => {
    ends.push(tellTime());
    const body: OrderBody = { type: 'plan', plan: await planOf() };
    expect(await order(body, 1)).toEqual({ taken: true });
    // The answer was lost and the order came again.
    expect(await order(body, 1)).toEqual({ taken: true });
    const tokens = await encryptFor(agentKey.known, { canary: TOKEN });
    expect(await order({ type: 'arm', arm: 'quiet', tokens }, 3)).toEqual({ taken: true });
    expect(await order({ type: 'arm', arm: 'quiet', tokens }, 2)).toMatchObject({ why: 'order 2 was taken before' });
    expect(await order({ type: 'arm', arm: 'quiet', tokens: 'for somebody else' }, 4)).toMatchObject({ taken: false });
    const other = await signOrder({ run: 'another', agent: 'a', number: 9, body: { type: 'stop', why: '' } }, plan.own);
    expect(await say(other)).toMatchObject({ why: 'this agent has no part in run another' });
    expect(requests).toEqual([]);
  });

  it('probes on order, by its own clock, and reports what it saw', async () => {
    ends.push(tellTime());
    const reported = await reports();
    await order({ type: 'plan', plan: await planOf() }, 1);
    await order({ type: 'arm', arm: 'quiet', tokens: await encryptFor(agentKey.known, { canary: TOKEN }) }, 2);
    await order({ type: 'calibrate', arm: 'quiet' }, 3);
    await expect.poll(() => requests.length).toBeGreaterThanOrEqual(2);
    await order({ type: 'stop', why: 'completed' }, 4);
    const { why, records } = await reported.ended;
    expect(why).toBe('completed');
    expect(records.filter(({ type }) => type === 'calibration')).toMatchObject([{ unit: 'v@a', verdict: 'usable' }]);
    expect(records.filter(({ type }) => type === 'clock').length).toBeGreaterThanOrEqual(16);
    expect(JSON.stringify(records)).not.toContain(TOKEN);
  });

  it('stops by itself when the coordinator falls silent', async () => {
    const silence = tellTime();
    const reported = await reports();
    await order({ type: 'plan', plan: await planOf() }, 1);
    silence();
    expect((await reported.ended).why).toBe('no word from the coordinator for 3 heartbeats');
  });

  it('stops by itself when the run takes longer than planned', async () => {
    ends.push(tellTime());
    const reported = await reports();
    await order({ type: 'plan', plan: await planOf({ maxDuration: 400 }) }, 1);
    expect((await reported.ended).why).toBe('the run took longer than its plan allows');
  });

  it('does not believe the time from whoever does not sign it', async () => {
    ends.push(
      bus.answer(timeSubject(run, 'a'), async (text) => {
        const { nonce } = (await readReport(text, SECRET)) as { readonly nonce: string };
        return signOrder({ nonce, seen: 0, answered: 0 }, stranger.own);
      }),
    );
    expect(await order({ type: 'plan', plan: await planOf() }, 1)).toMatchObject({
      why: 'the coordinator does not tell the time',
    });
  });

  it('stops when the lever is pulled, like every other agent, and takes no plan until it is let go', async () => {
    const second = await serve('b');
    ends.push(tellTime('a'), tellTime('b'));
    const reported = [await reports('a'), await reports('b')];
    for (const agent of ['a', 'b']) {
      const units = [{ id: `v@${agent}`, verifier: 'v', url, method: 'GET', vantage: agent }];
      expect(await order({ type: 'plan', plan: await planOf({ agent, units }) }, 1, agent)).toEqual({ taken: true });
    }
    const connection = await connect({ servers: nats.url });
    const lever = await new Kvm(connection).open('firebreak-lever');
    await lever.put('pulled', 'quiet please');
    for (const { ended } of reported) expect((await ended).why).toBe('the safety lever was pulled: quiet please');
    run = `${run}-again`;
    ends.push(tellTime());
    expect(await order({ type: 'plan', plan: await planOf() }, 1)).toMatchObject({
      why: 'the safety lever is pulled: quiet please',
    });
    await lever.delete('pulled');
    expect(await order({ type: 'plan', plan: await planOf() }, 2)).toEqual({ taken: true });
    await connection.close();
    second.stop.abort();
    await second.serving;
  });
});
