/** Shows verifiers what leaked, with the engine of drills, until every one of them refuses it. */
import { byHandOf } from '../drill/by-hand.ts';
import { calibrateUnit } from '../drill/calibrate.ts';
import { mintCredentials } from '../drill/credentials.ts';
import { EffectLog } from '../drill/effects.ts';
import type { Journal } from '../drill/journal.ts';
import { actionFor, performCall } from '../drill/perform.ts';
import { NEGATIVE_GAP_MS, WATCH_GAP_MS } from '../drill/load.ts';
import type { PlannedUnit } from '../drill/plan.ts';
import type { Stream } from '../drill/prober.ts';
import { Prober, runStreams } from '../drill/prober.ts';
import type { Pace } from '../drill/schedule.ts';
import { SecretWatch } from '../drill/secret-watch.ts';
import { TokenBucket, deadlines } from '../drill/schedule.ts';
import type { MakeShot } from '../drill/shots.ts';
import { calibrationShots, shotsOf } from '../drill/shots.ts';
import type { StepContext } from '../drill/step.ts';
import type { Vault } from '../drill/vault.ts';
import { placeOf } from '../drill/urls.ts';
import type { ContainmentStep } from '../model/containment.ts';
import type { Calibration, CredentialSpec, Effect, Probe } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { UnitProof } from '../model/incident-proof.ts';
import type { FreshTokenDeclaration, IssuerDeclaration } from '../model/inventory.ts';
import type { Clock, Random } from '../model/ports.ts';
import type { Bound } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';
import type { Secret } from '../model/secret.ts';
import type { UnitEvidence } from './judge-proof.ts';
import { isSettled, judgeUnitProof } from './judge-proof.ts';

/** What is shown to verifiers. A token never leaves this process but to the units. */
export type Presented =
  | {
      readonly kind: 'leaked-token' | 'witness';
      readonly token: Secret;
      readonly claims: Readonly<Record<string, unknown>>;
      readonly header: Readonly<Record<string, unknown>>;
    }
  /** Steps that put what leaked on lists, with the changes that they made. */
  | { readonly kind: 'canary'; readonly steps: readonly { readonly step: ContainmentStep; readonly effect: Effect }[] };

export interface VerifyInput {
  readonly units: readonly PlannedUnit[];
  readonly issuer: IssuerDeclaration;
  readonly fresh: FreshTokenDeclaration;
  readonly presented: Presented;
  /** Start of containment, milliseconds since the epoch. */
  readonly from: number;
  /** Longest observation, in milliseconds. */
  readonly horizon: number;
  readonly expected: ReadonlyMap<string, Bound>;
  readonly userAgent: string;
}

export interface VerifyPorts {
  readonly clock: Clock;
  readonly context: StepContext;
  readonly random: Random;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  /** Told when a unit needs no further probes. */
  readonly onSettled: (proof: UnitProof) => void;
}

/** How long a unit must go on refusing before it counts: a replica that is behind shows within it. In milliseconds. */
const QUIET_MS = 2000;

/** Time between two looks at whether a unit is settled, in milliseconds. */
const JUDGE_GAP_MS = 500;

/** Requests in a second to all units together. */
const MOST_PER_SECOND = 100;

/** Requests of one run; enough for an hour at a slow pace. */
const MOST_REQUESTS = 100_000;

/** How long a probe may take before it counts as unanswered, in milliseconds. */
const PROBE_TIMEOUT_MS = 3000;

/** Longest wait for a fresh token to be accepted in the closing check, in milliseconds. */
const CLOSING_PATIENCE_MS = 3000;

/** Longest undo of the entry of a canary, and how long it stays at most, in milliseconds. */
const UNDO_TIMEOUT_MS = 10_000;
const CANARY_ENTRY_MS = 3_600_000;

/** Name of what is presented, in evidence. */
const PRESENTED = 'presented';

/**
 * @throws whatever stops it; drill/clean-up-incomplete when the entry of a canary may still be on a list
 */
export async function verifyContainment(input: VerifyInput, ports: VerifyPorts): Promise<readonly UnitProof[]> {
  const effects = new EffectLog(ports.journal);
  const { context, clock } = ports;
  const [outcome] = await Promise.allSettled([observe(input, ports, effects)]);
  // Undo has no signal: what stopped the run must not stop the clean-up.
  const { signal: _, ...undo } = { ...context, timeoutMs: UNDO_TIMEOUT_MS };
  await effects.undoAll(undo, clock);
  if (!effects.isClean) throw leftBehind(effects);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

function leftBehind({ left }: EffectLog): UserError {
  return new UserError(
    'drill/clean-up-incomplete',
    `the entry of a canary may still be there: ${left.map(({ effect, why }) => `${effect.says} (${why})`).join('; ')}`,
    { hint: left.map(({ effect }) => byHandOf(effect) ?? 'it ends by itself within an hour').join('; ') },
  );
}

async function observe(input: VerifyInput, ports: VerifyPorts, effects: EffectLog): Promise<readonly UnitProof[]> {
  const { clock, context, journal, signal } = ports;
  const origin = clock.monotonic();
  const zero = clock.wall();
  const vault = await credentialsOf(input, ports, effects);
  const credentials = specsOf(input.fresh);
  const shots = shotsOf({ name: PRESENTED, credentials, at: input.fresh.at }, vault, 'quiet', () =>
    Math.floor(clock.wall() / 1000),
  );
  const seen = new Map<string, Probe[]>(input.units.map(({ id }) => [id, []]));
  const prober = new Prober({
    http: context.http,
    clock,
    origin,
    arm: 'quiet',
    bucket: new TokenBucket(MOST_PER_SECOND, clock.monotonic()),
    maxRequests: MOST_REQUESTS,
    timeoutMs: PROBE_TIMEOUT_MS,
    userAgent: input.userAgent,
    onProbe: (probe) => {
      journal.note({ type: 'probe', probe });
      seen.get(probe.unit)?.push(probe);
    },
    onDropped: ({ unit, credential, due }) =>
      journal.note({ type: 'dropped', arm: 'quiet', unit: unit.id, credential, due }),
  });
  const from = input.from - zero;
  await journal.record({ type: 'mark', arm: 'quiet', mark: 't_act', at: from });
  if (input.presented.kind === 'canary') await denyCanary(input, input.presented.steps, { ports, effects, vault });
  const closings = new Map<string, Calibration>();
  const evidenceOf = (unit: PlannedUnit): UnitEvidence => ({
    unit,
    probes: seen.get(unit.id) ?? [],
    closing: closings.get(unit.id) ?? null,
    from,
    zero,
    predicted: input.expected.get(unit.verifier) ?? 'unknown',
    isCanary: input.presented.kind === 'canary',
  });
  const settled = new Set<string>();
  const judgedAt = new Map<string, number>();
  const isDone = (unit: PlannedUnit): boolean => {
    if (settled.has(unit.id)) return true;
    // Judging looks at every probe of the unit, so it is not done for every probe.
    const now = clock.monotonic();
    if (now - (judgedAt.get(unit.id) ?? -Infinity) < JUDGE_GAP_MS) return false;
    judgedAt.set(unit.id, now);
    const evidence = evidenceOf(unit);
    if (!isSettled(evidence, clock.monotonic() - origin, QUIET_MS)) return false;
    settled.add(unit.id);
    ports.onSettled(judgeUnitProof(evidence));
    return true;
  };
  const units = input.units.map((unit) => ({ ...unit, ...placeOf(unit.url, context.lab) }));
  const streams = units.flatMap((unit, index) =>
    streamsFor(unit, { index, count: units.length, from, horizon: input.horizon, shots, random: ports.random }).map(
      (stream) => endingWhen(stream, () => isDone(unit)),
    ),
  );
  await runStreams(streams, prober, { clock, origin, signal });
  const closing = { ...calibrationShots(shots, 'after'), canary: null };
  const tools = { prober, clock, origin, patience: CLOSING_PATIENCE_MS, signal };
  for (const calibration of await Promise.all(units.map((unit) => calibrateUnit(unit, closing, tools)))) {
    await journal.record({ type: 'calibration', arm: 'quiet', when: 'after', ...calibration });
    closings.set(calibration.unit, calibration);
  }
  return input.units.map((unit) => judgeUnitProof(evidenceOf(unit)));
}

function specsOf({ obtain, at }: FreshTokenDeclaration): readonly CredentialSpec[] {
  const common = { arms: null, at };
  return [
    { ...common, name: 'fresh', role: 'control', obtain },
    {
      ...common,
      name: 'broken',
      role: 'negative',
      obtain: { uses: 'token.break_signature', with: { of: 'fresh' }, at },
    },
    { ...common, name: PRESENTED, role: 'canary', obtain },
  ];
}

/** A fresh token, one whose signature is broken, and what is presented. */
async function credentialsOf(
  { issuer, fresh, presented }: VerifyInput,
  { clock, context }: VerifyPorts,
  effects: EffectLog,
): Promise<Vault> {
  const watch = new SecretWatch();
  if (presented.kind !== 'canary') watch.keep(presented.token);
  const vault = await mintCredentials({
    watch,
    drill: {
      credentials: specsOf(fresh).filter(({ name }) => name !== PRESENTED || presented.kind === 'canary'),
    },
    policy: { tokens: {} },
    issuer,
    runId: 'verify',
    arm: '',
    expiresAt: Math.ceil(clock.wall() / 1000),
    effects,
    context,
    now: () => clock.wall(),
  });
  if (presented.kind !== 'canary') {
    const { token, claims, header } = presented;
    vault.put(PRESENTED, { kind: 'token', token, claims, header });
  }
  return vault;
}

/**
 * Puts the canary on the lists on which the leaked token is, after making sure that this one still is.
 *
 * @throws UserError drill/step-failed when it is not, or the canary has no such claim
 */
async function denyCanary(
  { issuer }: VerifyInput,
  steps: Extract<Presented, { kind: 'canary' }>['steps'],
  { ports, effects, vault }: { readonly ports: VerifyPorts; readonly effects: EffectLog; readonly vault: Vault },
): Promise<void> {
  for (const { step, effect } of steps) {
    const context = { ...ports.context, timeoutMs: step.timeout };
    const type = step.names?.type ?? '';
    const value = vault.token(PRESENTED).claims[type];
    if (typeof value !== 'string') {
      throw new UserError('drill/step-failed', `the tokens of issuer "${issuer.name}" have no ${type}`, {
        hint: 'prove it by a token instead: --witness FILE, or --use-leaked-token FILE if the lead allows it',
      });
    }
    if (await actionFor(step.call).isGone(effect, context)) {
      throw new UserError('drill/step-failed', `what step "${step.id}" has put on the list is not there any more`, {
        hint: 'look who took it off; then make the step again: firebreak incident contain --again',
      });
    }
    const expiresAt = Math.ceil((ports.clock.wall() + CANARY_ENTRY_MS) / 1000);
    await performCall({ ...step.call, handed: { type, value } }, { issuer, effects, context, vault, expiresAt });
  }
}

interface StreamPlan {
  readonly index: number;
  readonly count: number;
  readonly from: number;
  readonly horizon: number;
  readonly shots: ReturnType<typeof shotsOf>;
  readonly random: Random;
}

/** The credential often, a fresh token to tell a revocation from an outage, a broken one now and then. */
function streamsFor(unit: Parameters<MakeShot>[0], plan: StreamPlan): readonly Stream[] {
  const { index, count, from, horizon, shots, random } = plan;
  const minGap = Math.max(200, count * 25);
  const pace = (gap: number, relative: number): Pace => ({
    minGap: millis(gap),
    maxGap: millis(Math.max(gap, 2000)),
    relative,
    jitter: 0.2,
  });
  const begin = (index * minGap) / count;
  const stream = (make: MakeShot, start: number, way: Pace): Stream => ({
    deadlines: deadlines(start, from, horizon, { pace: way, random, exactly: [] }),
    shot: (due) => make(unit, due),
  });
  return [
    stream(shots.canary('observe'), begin, pace(minGap, 0.03)),
    ...shots.of(['control'], 'observe').map((make) => stream(make, begin + 10, pace(WATCH_GAP_MS, 0))),
    ...shots.of(['negative'], 'observe').map((make) => stream(make, begin + 20, pace(NEGATIVE_GAP_MS, 0))),
  ];
}

/** The same stream, which ends when nothing more is to be learned. */
function endingWhen({ deadlines: inner, shot }: Stream, isDone: () => boolean): Stream {
  return {
    deadlines: {
      next: () => (isDone() ? { done: true, value: undefined } : inner.next()),
    },
    shot,
  };
}
