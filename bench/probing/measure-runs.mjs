// The process that probes: fork it with { runs, parallel }. It sends { done } as it goes and { scores } at the end.
import { FlipServer, planFlips, runFlips } from '../../test/real/flip-runs.ts';
import { scoreMethods, toldChanges } from '../../test/real/flip-scores.ts';

process.once('message', async ({ runs, parallel, seed }) => {
  const server = new FlipServer();
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < runs) {
      next += 1;
      results.push(await runFlips(planFlips(seed + next * 7), server));
      process.send({ done: results.length });
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  server.stop();
  const probes = results.flatMap((run) => [...run.probes.flat(), ...run.pool]);
  const lateness = probes.map(({ begun, due }) => begun - due).toSorted((a, b) => a - b);
  // The verifiers' own record must agree with the plan: else the truth of this bench would be wrong.
  const unmet = results.flatMap(({ plan, truth }) =>
    plan.replicas.filter(({ changes }, index) => toldChanges(changes, truth[index]).length < changes.length),
  );
  const disagreeing = results.flatMap(({ plan, truth }) =>
    truth.filter(({ lastAccept, firstReject }, index) => {
      const { changes } = plan.replicas[index];
      return (lastAccept ?? -Infinity) >= changes.at(-1) || (firstReject ?? Infinity) < changes[0];
    }),
  );
  const summary = {
    scores: scoreMethods(results),
    probes: probes.length,
    dropped: results.reduce((sum, { dropped }) => sum + dropped, 0),
    unknown: probes.filter(({ verdict }) => verdict === 'unknown').length,
    replicas: results.reduce((sum, { plan }) => sum + plan.replicas.length, 0),
    lateness: { p50: lateness[Math.floor(lateness.length / 2)], p99: lateness[Math.floor(lateness.length * 0.99)] },
    unmet: unmet.length,
    disagreeing: disagreeing.length,
  };
  process.send(summary, () => process.disconnect());
});
