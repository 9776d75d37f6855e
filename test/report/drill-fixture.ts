import type {
  DrillFinding,
  DrillResult,
  Interval,
  Probe,
  ProbedRole,
  ProbeVerdict,
  UnitResult,
} from '../../src/model/drill.ts';
import type { Location } from '../../src/model/location.ts';
import type { Addend, Arm, Prediction } from '../../src/model/prediction.ts';
import type { Bound } from '../../src/model/quantity.ts';
import { millis } from '../../src/model/quantity.ts';
import type { Script } from './drill-script.ts';
import { SCRIPTS } from './drill-script.ts';

/**
 * A drill result made from a script of verifiers: probes are laid out first, and every interval and count is computed
 * from them, so that dots and numbers in a report agree. Same input, same bytes.
 */

const GAP = 200;
const HORIZON = 12_000;
const OBJECTIVE = millis(10_000);

/** xorshift32: a fixed stream of numbers from 0 to 1, so that fixtures have jitter without a random source. */
function stream(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

function at(line: number): Location {
  return { file: 'policies/lab-inventory.yaml', line, column: 18, endLine: line, endColumn: 36 };
}

function verdictAt(script: Script, arm: Arm, sent: number): ProbeVerdict {
  const inside = (range: Script['unknown']): boolean => range?.arm === arm && sent >= range.from && sent < range.to;
  if (inside(script.unknown)) return 'unknown';
  if (inside(script.flap)) return 'accept';
  const drop = script.drops[arm] ?? null;
  return drop === null || sent < drop ? 'accept' : 'reject';
}

const REASON = { accept: 'ok', reject: 'invalid-token', unknown: 'timeout' } as const;

function probesOf(script: Script, arm: Arm, seed: number, gap: number): readonly Probe[] {
  const next = stream(seed);
  const base = { arm, unit: `${script.verifier}/127.0.0.1`, due: 0 };
  const probes: Probe[] = [];
  const add = (role: ProbedRole, sent: number, verdict: ProbeVerdict, phase: Probe['phase']): void => {
    const received = sent + 3 + Math.round(next() * 40) / 10;
    const status = verdict === 'accept' ? 200 : verdict === 'reject' ? 401 : null;
    probes.push({
      ...base,
      credential: role,
      role,
      due: sent,
      sent,
      received,
      verdict,
      reason: REASON[verdict],
      status,
      phase,
    });
  };
  for (let due = -600; due <= HORIZON; due += gap) {
    const sent = due + Math.round((next() - 0.5) * 0.4 * gap * 10) / 10;
    add('canary', sent, verdictAt(script, arm, sent), sent < 0 ? 'calibration' : 'observe');
    add('control', sent + 6, verdictAt({ ...script, drops: { quiet: null, busy: null } }, arm, sent), 'observe');
    add('bystander', sent + 12, 'accept', 'observe');
  }
  const last = (script.drops[arm] ?? null) === null ? 'accept' : 'reject';
  add('canary', 20_000, last, 'late');
  return probes;
}

function intervalOf(canary: readonly Probe[]): Interval {
  const accepted = canary.filter((probe) => probe.verdict === 'accept');
  const lower = Math.max(0, ...accepted.map((probe) => probe.sent));
  const lastReceived = Math.max(0, ...accepted.map((probe) => probe.received));
  const refused = canary.filter((probe) => probe.verdict === 'reject' && probe.sent >= lastReceived);
  return { lower, upper: refused.length === 0 ? 'unbounded' : Math.min(...refused.map((probe) => probe.received)) };
}

/** A verifier that never looks again by itself does so when a token names a new key, which the busy arm sends. */
function cacheOf(script: Script, arm: Arm): Bound {
  return script.cache === 'unbounded' && (script.drops[arm] ?? null) !== null ? millis(0) : script.cache;
}

function addendsOf(script: Script, arm: Arm): readonly Addend[] {
  const cache: Addend = {
    symbol: 'C',
    label: 'key cache lifetime',
    value: cacheOf(script, arm),
    origin: cacheOf(script, arm) === 'unbounded' ? 'platform' : 'explicit',
    at: at(script.line),
    source: null,
  };
  return [
    {
      symbol: 'D_act',
      label: 'time to act at the issuer',
      value: millis(1000),
      origin: 'explicit',
      at: at(17),
      source: null,
    },
    cache,
    {
      symbol: 'ℓ',
      label: 'fetch time-out',
      value: millis(1000),
      origin: 'default',
      at: null,
      source: `${script.product}, README, fetch time-out`,
    },
  ];
}

function predictedOf(script: Script, arm: Arm): Bound {
  const cache = cacheOf(script, arm);
  return typeof cache === 'number' ? millis(cache + 2000) : cache;
}

function unitOf(script: Script, arm: Arm, probes: readonly Probe[]): UnitResult {
  const canary = probes.filter((probe) => probe.role === 'canary' && probe.phase === 'observe');
  const count = (verdict: ProbeVerdict): number => canary.filter((probe) => probe.verdict === verdict).length;
  const excluded = script.excluded?.arm === arm;
  const interval = excluded ? null : intervalOf(canary);
  const open = interval?.upper === 'unbounded';
  const late = interval !== null && interval.upper !== 'unbounded' && interval.upper > OBJECTIVE;
  return {
    unit: `${script.verifier}/127.0.0.1`,
    verifier: script.verifier,
    arm,
    interval,
    first: interval,
    flaps: script.flap?.arm === arm ? 1 : 0,
    probes: { accept: count('accept'), reject: count('reject'), unknown: count('unknown'), dropped: late ? 2 : 0 },
    attribution: excluded || open ? 'none' : 'revocation',
    calibration: excluded ? (script.excluded?.why ?? '') : 'usable',
    stillAccepting: open ? `still accepting at 12.0 s: ${script.still ?? ''}` : null,
    recovery: excluded ? null : { lower: 40, upper: 245.5 },
    predicted: predictedOf(script, arm),
    addends: addendsOf(script, arm),
    model: predictedOf(script, arm) === 'unbounded' ? 'not-bounded' : excluded || late ? 'undecided' : 'consistent',
    verdict: excluded || late ? 'inconclusive' : open ? 'fail' : 'pass',
    resolutionMs: excluded || open ? null : 247,
  };
}

function worst(units: readonly UnitResult[]): Interval {
  const intervals = units.flatMap((unit) => unit.interval ?? []);
  const uppers = intervals.map(({ upper }) => (upper === 'unbounded' ? Number.POSITIVE_INFINITY : upper));
  const upper = Math.max(...uppers);
  return {
    lower: Math.max(...intervals.map(({ lower }) => lower)),
    upper: Number.isFinite(upper) ? upper : 'unbounded',
  };
}

function armOf(
  arm: Arm,
  scripts: readonly Script[],
  gap: number,
): { readonly result: DrillResult['arms'][number]; readonly probes: readonly Probe[] } {
  const offset = arm === 'quiet' ? 3000 : 30_000;
  const laid = scripts.map((script, index) => ({
    script,
    probes: probesOf(script, arm, (arm === 'quiet' ? 7919 : 104_729) + index * 31, gap),
  }));
  const units = laid.map(({ script, probes }) => unitOf(script, arm, probes));
  const sum = (pick: (interval: Interval) => number): number =>
    units.flatMap((unit) => unit.interval ?? []).reduce((total, interval) => total + pick(interval) / 1000, 0);
  const shift = (probe: Probe): Probe => ({
    ...probe,
    due: probe.due + offset,
    sent: probe.sent + offset,
    received: probe.received + offset,
  });
  return {
    result: {
      arm,
      marks: { t0: offset, tAct: offset + 1.8, tAck: offset + 9.4 },
      units,
      ttr: units.every((unit) => unit.interval === null) ? null : worst(units),
      exposureUnitSeconds: {
        lower: sum(({ lower }) => lower),
        upper: units.some((unit) => unit.interval?.upper === 'unbounded')
          ? 'unbounded'
          : sum(({ upper }) => Number(upper)),
      },
    },
    probes: laid.flatMap(({ probes }) => probes.map(shift)),
  };
}

const FINDINGS: readonly DrillFinding[] = [
  {
    rule: 'drill/objective-missed',
    severity: 'error',
    unit: 'get-jwks/127.0.0.1',
    arm: 'quiet',
    message: 'still accepting 12.0 s after the leak was known, the policy allows 10 s',
    at: { file: 'policies/lab.yaml', line: 43, column: 28, endLine: 43, endColumn: 31 },
  },
  {
    rule: 'drill/flap',
    severity: 'warning',
    unit: 'fast-jwt/127.0.0.1',
    arm: 'quiet',
    message: 'accepted again after it had refused, 1 time',
    at: null,
  },
  {
    rule: 'drill/unit-excluded',
    severity: 'warning',
    unit: 'oauth2-jwt-bearer/127.0.0.1',
    arm: 'busy',
    message: 'not judged: the credential was refused once before the leak was simulated',
    at: null,
  },
];

const SAFETY: DrillResult['safety'] = {
  effects: [
    {
      id: 'e1',
      says: 'publish canary key fbcanary-01JXYZ-1760000000 at issuer lab',
      undone: true,
      verified: true,
      why: 'the key set was read back without the kid',
    },
    {
      id: 'e2',
      says: 'remove canary key fbcanary-01JXYZ-1760000000 from issuer lab',
      undone: true,
      verified: true,
      why: 'nothing to undo',
    },
  ],
  clean: true,
};

/** Settings of a fixture; the default is the full lab of nine verifiers with every kind of outcome. */
export interface FixtureOptions {
  readonly scripts?: readonly Script[];
  readonly arms?: readonly Arm[];
  readonly gap?: number;
  readonly over?: Partial<DrillResult>;
}

export function drillResult({
  scripts = SCRIPTS,
  arms = ['quiet', 'busy'],
  gap = GAP,
  over = {},
}: FixtureOptions = {}): DrillResult {
  const built = arms.map((arm) => armOf(arm, scripts, gap));
  return {
    runId: '01JXYZ4W0T',
    drill: {
      name: 'leaked-signing-key',
      file: 'drills/leaked-signing-key.yaml',
      digest: 'ab'.repeat(32),
      hypothesis:
        'A leaked signing key is refused by every verifier within the objective after it is removed from the key set.',
    },
    policy: {
      name: 'orders',
      file: 'policies/lab.yaml',
      digest: 'cd'.repeat(32),
      commit: 'efe4a7600000000000000000000000000000beef',
      objectiveMs: OBJECTIVE,
      objectiveAt: { file: 'policies/lab.yaml', line: 43, column: 28, endLine: 43, endColumn: 31 },
    },
    scenario: 'signing_key',
    environment: { name: 'lab', class: 'lab' },
    tool: 'firebreak 0.1.0',
    seed: 42,
    planDigest: '12'.repeat(32),
    startedAt: '2026-01-15T09:30:00.000Z',
    durationMs: 61_250.4,
    arms: built.map(({ result }) => result),
    overall: {
      verdict: 'fail',
      why: '2 of 9 verifiers still accepted the leaked credential at the horizon.',
      ttr: built[0]?.result.ttr ?? null,
    },
    matrix: null,
    findings: FINDINGS,
    controls: {
      control: { accepted: 1090, rejected: 0, unknown: 41 },
      bystander: { accepted: 1134, rejected: 0, unknown: 0 },
    },
    load: { requests: 3420, dropped: 2, peakPerSecond: 138, latenessP99Ms: 1.24, latenessMaxMs: 3.9 },
    safety: SAFETY,
    probes: built.flatMap(({ probes }) => probes),
    method: [
      'Probes were sent on absolute deadlines every 0.2 s with 20 % jitter, without waiting for earlier answers.',
      'Before the leak every verifier had to accept the canary and the control and to refuse a broken signature and no token.',
      'The broken token names a known key, so no verifier fetches keys because of a probe.',
    ],
    limits: [
      'One run sees one phase of every cache; the worst case is the prediction, not the measurement.',
      'One network position and one process per verifier.',
    ],
    journal: { path: '.firebreak/runs/01JXYZ4W0T.ndjson', sha256: 'ef'.repeat(32), lines: 3511 },
    ...over,
  };
}

/** Predictions that fit the fixture, for owner, product and what would bound an endless wait. */
export function drillPredictions(scripts: readonly Script[] = SCRIPTS): readonly Prediction[] {
  return scripts.flatMap((script) =>
    (['quiet', 'busy'] as const).map((arm): Prediction => ({
      verifier: script.verifier,
      environment: 'lab',
      owner: script.owner,
      scenario: 'signing_key',
      arm,
      bound: predictedOf(script, arm),
      expected: 'unknown',
      tree: {
        op: 'sum',
        label: 'key removal',
        value: predictedOf(script, arm),
        terms: addendsOf(script, arm).map((addend) => ({ op: 'addend', value: addend.value, addend })),
      },
      addends: addendsOf(script, arm),
      cacheClass: null,
      product: script.product,
      wouldBeBoundedBy: script.boundedBy ?? null,
      assumptions: [],
      objective: { policy: 'orders', max: OBJECTIVE, at: null },
      verdict: script.boundedBy === undefined ? 'within' : 'unbounded',
      at: at(script.line),
    })),
  );
}

/** Only verifiers that drop in time: a run that meets its objective. */
export function passingResult(): DrillResult {
  const scripts = SCRIPTS.filter(
    (script) =>
      script.boundedBy === undefined &&
      script.unknown === undefined &&
      script.excluded === undefined &&
      script.flap === undefined,
  );
  return drillResult({
    scripts,
    over: {
      findings: [],
      overall: {
        verdict: 'pass',
        why: 'every verifier refused before the objective.',
        ttr: armOf('quiet', scripts, GAP).result.ttr,
      },
    },
  });
}

/** A run that a safety rule ended before the leak was simulated. */
export function stoppedResult(): DrillResult {
  return drillResult({
    arms: [],
    over: {
      overall: { verdict: 'stopped', why: 'the safety lever was pulled before the leak was simulated.', ttr: null },
      findings: [],
      method: [],
      limits: [],
      safety: { effects: [], clean: true },
      controls: {
        control: { accepted: 0, rejected: 0, unknown: 0 },
        bystander: { accepted: 0, rejected: 0, unknown: 0 },
      },
      load: { requests: 0, dropped: 0, peakPerSecond: 0, latenessP99Ms: 0, latenessMaxMs: 0 },
    },
  });
}
