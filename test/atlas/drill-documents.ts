/** A drill that everything in it shares but its credentials and its method. */
export function drillOf(drill: {
  readonly name: string;
  readonly scenario: string;
  readonly inventory: string;
  readonly environment: string;
  readonly target: string;
  readonly credentials: Readonly<Record<string, object>>;
  readonly warmup?: readonly object[];
  readonly method: readonly object[];
  readonly horizon: string;
}): string {
  return JSON.stringify({
    apiVersion: 'firebreak.dev/v1alpha1',
    kind: 'Drill',
    metadata: { name: drill.name, owner: '@edge' },
    spec: {
      hypothesis: 'What leaked is refused within the objective, and what did not leak is accepted all the time.',
      scenario: drill.scenario,
      policy: 'edge',
      inventory: drill.inventory,
      environment: drill.environment,
      targets: [drill.target],
      credentials: drill.credentials,
      warmup: drill.warmup ?? [],
      method: [{ id: 'leak', mark: 'leak-known' }, ...drill.method],
      observe: {
        arms: ['quiet'],
        schedule: { min: '50ms', max: '100ms', relative: '3%', jitter: '20%' },
        horizon: drill.horizon,
        stable: { quiet: '1s' },
        budget: { requests_per_second: 200, requests: 5000 },
      },
      guards: { max_duration: '2m' },
    },
  });
}
