import { beforeAll, describe, expect, it } from 'vitest';
import type { FlipRun } from './flip-runs.ts';
import { FlipServer, planFlips, runFlips } from './flip-runs.ts';
import { scoreMethods } from './flip-scores.ts';

const RUNS = 15;

let runs: readonly FlipRun[] = [];

beforeAll(async () => {
  const server = new FlipServer();
  try {
    runs = await Promise.all(Array.from({ length: RUNS }, (_, index) => runFlips(planFlips(100 + index * 7), server)));
  } finally {
    server.stop();
  }
});

describe('an interval measured at verifiers that change at known instants', () => {
  it('contains the instant in every run, and shows flaps only where they were planted', () => {
    const [ours] = scoreMethods(runs);
    expect(ours).toMatchObject({ wrong: [], falseFlaps: 0 });
    // A machine that stands still may end a run before its last refusal is in: such an interval has no end.
    expect(ours?.contained).toBeGreaterThan(0.9 * (ours?.measured ?? NaN));
    expect(runs.filter(({ plan }) => plan.planted)).not.toHaveLength(0);
  });

  it('is judged by a truth that the verifiers recorded themselves', () => {
    for (const { plan, truth } of runs)
      for (const [index, { lastAccept, firstReject }] of truth.entries()) {
        const changes = plan.replicas[index]?.changes ?? [];
        expect(lastAccept ?? -Infinity).toBeLessThan(changes.at(-1) ?? NaN);
        expect(firstReject ?? Infinity).toBeGreaterThanOrEqual(changes[0] ?? NaN);
      }
  });

  it('is one that the naive ways over the same records do not give', () => {
    const naive = scoreMethods(runs).filter(({ method }) => ['receive, receive', 'send, send'].includes(method));
    expect(naive).toHaveLength(2);
    for (const { contained, measured } of naive) expect(contained).toBeLessThan(measured);
  });

  it('comes from probes that were begun when due or later, sent after that and received after that', () => {
    for (const { probes, pool } of runs)
      for (const { due, begun, sent, received } of [...probes.flat(), ...pool]) {
        expect(begun).toBeGreaterThanOrEqual(due);
        expect(sent).toBeGreaterThanOrEqual(begun ?? NaN);
        expect(received).toBeGreaterThanOrEqual(sent);
      }
  });
});
