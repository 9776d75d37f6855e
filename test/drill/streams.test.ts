import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineQueue } from '../../src/drill/deadline-queue.ts';
import type { Shot, Stream } from '../../src/drill/prober.ts';
import { Prober, runStreams } from '../../src/drill/prober.ts';
import { TokenBucket } from '../../src/drill/schedule.ts';
import type { Probe } from '../../src/model/drill.ts';
import type { Http } from '../../src/model/ports.ts';
import { virtualClock } from './virtual-clock.ts';

describe('DeadlineQueue', () => {
  it('gives the deadlines of many streams in the order of a sort', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 8 }), { maxLength: 60 }),
        (lists) => {
          const sorted = lists.map((list) => list.toSorted((a, b) => a - b));
          const queue = new DeadlineQueue<number[]>();
          for (const list of sorted.map((each) => [...each])) {
            const due = list.shift();
            if (due !== undefined) queue.add(list, due);
          }
          const seen: number[] = [];
          for (let next = queue.first; next !== undefined; next = queue.first) {
            seen.push(next.due);
            queue.moveOn(next.item.shift() ?? null);
          }
          expect(seen).toEqual(sorted.flat().toSorted((a, b) => a - b));
          expect(queue.due).toBeNull();
        },
      ),
    );
  });
});

interface Run {
  readonly planned: number;
  readonly probes: readonly Probe[];
  readonly dropped: readonly Shot[];
}

/** A thousand targets for a while, in virtual time. */
async function run(options: {
  readonly answerMs: number;
  readonly perSecond?: number;
  readonly replicas?: number;
}): Promise<Run> {
  const clock = virtualClock(0);
  const probes: Probe[] = [];
  const dropped: Shot[] = [];
  const http: Http = {
    send: async () => {
      const sent = clock.monotonic();
      await clock.sleepUntil(sent + options.answerMs);
      return { status: 200, headers: {}, body: '', sent, received: clock.monotonic() };
    },
  };
  const prober = new Prober({
    http,
    clock,
    origin: 0,
    arm: 'quiet',
    bucket: new TokenBucket(options.perSecond ?? 1e6, 0),
    maxRequests: 1e6,
    timeoutMs: 1000,
    userAgent: 'test',
    onProbe: (probe) => probes.push(probe),
    onDropped: (shot) => dropped.push(shot),
  });
  let planned = 0;
  const streams = Array.from({ length: 100 }, (_, index): Stream => {
    const unit = {
      id: String(index),
      verifier: 'v',
      url: 'http://v/',
      method: 'GET',
      ...(options.replicas === undefined ? {} : { pool: { replicas: options.replicas, id: null } }),
    };
    const due = Array.from({ length: 12 }, (_unused, turn) => index + turn * 100);
    planned += due.length;
    return {
      deadlines: due.values(),
      shot: (at) => ({
        unit,
        credential: 'c',
        role: 'canary',
        token: null,
        expiresAt: null,
        phase: 'observe',
        due: at,
      }),
    };
  });
  await runStreams(streams, prober, { clock, origin: 0, signal: new AbortController().signal });
  return { planned, probes, dropped };
}

describe('runStreams', () => {
  it('sends every stream at its deadlines, however long answers take', async () => {
    const { planned, probes, dropped } = await run({ answerMs: 450 });
    expect(probes).toHaveLength(planned);
    expect(dropped).toEqual([]);
    for (const { due, begun } of probes) expect((begun ?? NaN) - due).toBeLessThan(0.5);
  });

  it('drops and tells of what a limit does not allow: nothing is missed in silence', async () => {
    const slow = await run({ answerMs: 5000 });
    expect(slow.probes).toHaveLength(800);
    expect(slow.probes.length + slow.dropped.length).toBe(slow.planned);
    const limited = await run({ answerMs: 1, perSecond: 200 });
    expect(limited.dropped.length).toBeGreaterThan(0);
    expect(limited.probes.length + limited.dropped.length).toBe(limited.planned);
  });

  it('allows a pool as many requests under way as its replicas together', async () => {
    const { planned, probes } = await run({ answerMs: 5000, replicas: 2 });
    expect(probes).toHaveLength(planned);
  });
});
