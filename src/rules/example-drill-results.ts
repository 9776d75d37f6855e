/** Texts of recorded results in rule examples: real documents, with one verifier that was measured once. */

export interface DrillResultExample {
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  readonly drill?: string;
  readonly policy?: string;
  readonly verifier?: string;
  /** Milliseconds. */
  readonly lower?: number;
  readonly upper?: number;
  readonly predicted?: number;
  /** Whether anything was measured. */
  readonly stopped?: boolean;
}

/** The JSON that `firebreak drill run --record` writes. */
export function drillResultText({
  startedAt,
  drill = 'leaked-signing-key',
  policy = 'orders',
  verifier = 'api',
  lower = 4000,
  upper = 4200,
  predicted = 65_000,
  stopped = false,
}: DrillResultExample): string {
  const interval = { lower_ms: lower, upper_ms: upper, censored: false };
  const counts = { accepted: 12, rejected: 0, unknown: 0 };
  const unit = {
    unit: verifier,
    verifier,
    owner: '@team',
    product: 'jose 6.2.18',
    verdict: 'pass',
    interval,
    first: interval,
    flaps: 0,
    probes: { accept: 40, reject: 60, unknown: 0, dropped: 0 },
    attribution: 'revocation',
    calibration: 'usable',
    still_accepting: null,
    recovery: null,
    predicted: { bound_ms: predicted, derivation: [], cache_class: 'a', would_be_bounded_by: null },
    model: lower > predicted ? 'exceeded' : 'consistent',
    resolution_ms: 200,
  };
  const arm = {
    arm: 'quiet',
    marks: { t0_ms: 900, t_act_ms: 901, t_ack_ms: 905 },
    phases: { act_ms: 1, execute_ms: 4 },
    ttr: interval,
    coverage: { units: 1, measured: 1 },
    exposure_unit_seconds: { lower: lower / 1000, upper: upper / 1000 },
    units: [unit],
  };
  const result = {
    schema_version: '1.0',
    kind: 'DrillResult',
    run_id: `${startedAt.toLowerCase().replaceAll(/[-:]/g, '')}-1a2b3c4d`,
    headline: 'a drill',
    next_action: 'nothing to fix',
    overall: { verdict: stopped ? 'stopped' : 'pass', why: 'measured', ttr: stopped ? null : interval },
    drill: { name: drill, file: `drills/${drill}.yaml`, digest: 'd1', hypothesis: 'it ends' },
    policy: {
      name: policy,
      file: 'policy.yaml',
      digest: 'p1',
      commit: null,
      objective_ms: 600_000,
      objective_at: null,
    },
    scenario: 'signing_key',
    environment: { name: 'prod', class: 'prod' },
    tool: 'firebreak/0.1.0',
    seed: 7,
    plan_digest: '00',
    started_at: startedAt,
    duration_ms: 20_000,
    arms: stopped ? [] : [arm],
    findings: [],
    controls: { control: counts, bystander: counts },
    load: { requests: 200, dropped: 0, peak_per_second: 20, lateness_p99_ms: 1, lateness_max_ms: 2 },
    safety: { effects: [], clean: true },
    method: [],
    limits: [],
    journal: { path: '.firebreak/runs/r/journal.ndjson', sha256: '00', lines: 300 },
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
