import { describe, expect, it } from 'vitest';
import { AgentLink } from '../../src/agents/agent-link.ts';
import type { AgentRecord, Batch } from '../../src/agents/messages.ts';
import type { Bus } from '../../src/model/bus.ts';
import type { Probe } from '../../src/model/drill.ts';
import { signReport } from '../../src/token/agent-envelope.ts';
import { readCheckingKey, readSigningKey } from '../../src/token/report-key.ts';
import { makeKey } from '../real/nats.ts';
import { virtualClock } from '../drill/virtual-clock.ts';

const planKey = readSigningKey({ file: 'plan.key', text: makeKey('plan').private });
const agentKey = readCheckingKey({ file: 'a.pub', text: makeKey('agent').public });

/** A bus that carries nothing: these tests hand batches over themselves. */
const silent: Bus = {
  ask: async () => null,
  answer: () => () => undefined,
  store: async () => undefined,
  collect: async () => async () => undefined,
  lease: async () => ({ heldBy: 'nobody' }),
  lever: async () => null,
  watchLever: async () => () => undefined,
  close: async () => undefined,
};

function linkTo(agent: string): { readonly link: AgentLink; readonly seen: AgentRecord[]; readonly lost: string[] } {
  const seen: AgentRecord[] = [];
  const lost: string[] = [];
  const units = ['a', 'b'].map((vantage) => ({ id: `v@${vantage}`, vantage }));
  const link = new AgentLink(agent, agentKey, {
    run: 'run',
    units,
    bus: silent,
    clock: virtualClock(0),
    planKey,
    onRecord: (_, record) => seen.push(record),
    onLost: (_, why) => lost.push(why),
  });
  link.state = 'armed';
  return { link, seen, lost };
}

const probeOf = (unit: string): AgentRecord => {
  const rest = { arm: 'quiet', credential: 'canary', role: 'canary', phase: 'observe', status: 200 } as const;
  const probe: Probe = { ...rest, unit, due: 1, sent: 1, received: 2, verdict: 'accept', reason: 'ok' };
  return { type: 'probe', probe };
};

const batchOf = (seq: number, ...records: readonly AgentRecord[]): Batch => ({ run: 'run', agent: 'a', seq, records });

describe('what a coordinator believes', () => {
  it('takes what its agent signed, once', async () => {
    const { link, seen } = linkTo('a');
    const text = await signReport(batchOf(0, probeOf('v@a')), link.secret);
    for (const copy of [text, text]) await link.take(copy);
    expect(seen).toHaveLength(1);
  });

  it('takes nothing that somebody else signed, or changed, or that is of another run or agent', async () => {
    const { link, seen } = linkTo('a');
    const [header = '', , signature = ''] = (await signReport(batchOf(0, probeOf('v@a')), link.secret)).split('.');
    const changed = Buffer.from(JSON.stringify(batchOf(0, probeOf('v@a'), probeOf('v@a')))).toString('base64url');
    const strange = [
      await signReport(batchOf(0, probeOf('v@a')), linkTo('a').link.secret),
      `${header}.${changed}.${signature}`,
      await signReport({ ...batchOf(0, probeOf('v@a')), run: 'another' }, link.secret),
      await signReport({ ...batchOf(0, probeOf('v@a')), agent: 'b' }, link.secret),
      'nothing of the kind',
    ];
    for (const text of strange) await link.take(text);
    expect(seen).toEqual([]);
  });

  it('takes nothing of an agent about what another agent probes', async () => {
    const { link, seen } = linkTo('a');
    const calibration = { verdict: 'usable', why: '', arm: 'quiet', when: 'before', type: 'calibration' } as const;
    const records: readonly AgentRecord[] = [
      probeOf('v@b'),
      { ...calibration, unit: 'v@b' },
      { type: 'dropped', arm: 'quiet', unit: 'v@b', credential: 'canary', due: 1 },
      { ...calibration, unit: 'v@a' },
    ];
    await link.take(await signReport(batchOf(0, ...records), link.secret));
    expect(seen).toHaveLength(1);
    expect(link.calibrationsOf('quiet', 'before').map(({ unit }) => unit)).toEqual(['v@a']);
  });

  it('takes nothing of an agent that it has given up', async () => {
    const { link, seen, lost } = linkTo('a');
    await link.take(await signReport(batchOf(0, { type: 'end', why: 'the agent was stopped' }), link.secret));
    await link.take(await signReport(batchOf(1, probeOf('v@a')), link.secret));
    link.lose('for another reason');
    expect(lost).toEqual(['the agent was stopped']);
    expect(seen).toEqual([]);
  });

  it('gives up one that does not answer an order', async () => {
    const { link, lost } = linkTo('a');
    await link.order({ type: 'calibrate', arm: 'quiet' });
    expect(lost).toEqual(['it did not answer']);
    await link.passed('quiet', 'calibrate');
  });
});
