import type { AgentPlan } from '../../src/agents/messages.ts';
import { millis } from '../../src/model/quantity.ts';

/** Hosts that agents of tests may ask. */
export const ALLOW: readonly string[] = ['127.0.0.0/8'];

/** A plan for agent `a`, which probes one verifier with one token. */
export function planText(url: string): AgentPlan {
  const observe = {
    arms: ['quiet'] as const,
    minGap: millis(50),
    maxGap: millis(100),
    relative: 0,
    jitter: 0,
    horizon: millis(500),
    quiet: millis(100),
    lateChecks: [],
    requestsPerSecond: 40,
    maxRequests: 200,
    attacks: [],
    repeats: 1,
  };
  return {
    run: 'run',
    agent: 'a',
    issuedAt: Date.now(),
    seed: 1,
    units: [{ id: 'v@a', verifier: 'v', url, method: 'GET', vantage: 'a' }],
    observed: {
      drill: {
        name: 'd',
        observe,
        at: { file: 'd.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 },
        credentials: [{ name: 'canary', role: 'canary', arms: null }],
      },
      objective: millis(1000),
      predictions: [],
      patience: 300,
      recover: [],
    },
    allow: ALLOW,
    budget: { perSecond: 40, requests: 200 },
    maxDuration: 30_000,
    heartbeat: 150,
    userAgent: 'firebreak/test',
    reportKey: '',
  };
}
