import type { Probe, ProbedRole } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { Random } from '../model/ports.ts';
import type { Arm } from '../model/prediction.ts';
import { isFiniteBound, millis } from '../model/quantity.ts';
import type { CalibrationShots } from './calibrate.ts';
import type { ObservedPlan } from './observed-plan.ts';
import { NEGATIVE_GAP_MS, WATCH_GAP_MS } from './load.ts';
import type { Shot, Stream, Unit } from './prober.ts';
import type { Pace } from './schedule.ts';
import { deadlines, paceOf } from './schedule.ts';
import { presentBound } from './present.ts';
import type { Vault } from './vault.ts';

/** Extra probes around each limit, in milliseconds: one whose answer is in before it, one that is sent after it. */
const AROUND_LIMIT_MS: readonly number[] = [-30, 25];

/** One credential, ready to be presented. */
export type MakeShot = (unit: Unit, due: number) => Shot;

/** The credentials of one arm as shots, by role. */
export interface Shots {
  readonly of: (roles: readonly ProbedRole[], phase: Probe['phase']) => readonly MakeShot[];
  readonly canary: (phase: Probe['phase']) => MakeShot;
  /** Canaries that nobody has seen yet, and how long after containment is due they are first shown, in milliseconds. */
  readonly cold: () => readonly { readonly make: MakeShot; readonly firstUse: number }[];
  /** Control and bystander: whatever happens to the canary, these must be accepted. */
  readonly welcome: (phase: Probe['phase']) => readonly MakeShot[];
}

type ShownCredential = ObservedPlan['drill']['credentials'][number];

/** @param now seconds since the epoch, for proofs of possession */
export function shotsOf(
  drill: Pick<ObservedPlan['drill'], 'name' | 'credentials' | 'at'>,
  vault: Vault,
  arm: Arm,
  now: () => number,
): Shots {
  const made = (
    { name, role, arms }: ShownCredential,
    roles: readonly ProbedRole[],
    phase: Probe['phase'],
  ): readonly MakeShot[] => {
    if (role === 'key' || role === 'grant' || !roles.includes(role) || (arms !== null && !arms.includes(arm)))
      return [];
    return [
      (unit, due) => {
        // Looked up for every shot: a step may have replaced what is presented after containment.
        const { token, claims, holder, certificate } = vault.token(name);
        // What must be refused anyway may be refused for its age.
        const expiresAt = role !== 'negative' && typeof claims['exp'] === 'number' ? claims['exp'] * 1000 : null;
        return {
          unit,
          credential: name,
          role,
          token: token.reveal(),
          expiresAt,
          phase,
          due,
          ...(holder === undefined ? {} : { present: presentBound(token.reveal(), holder, unit, now) }),
          ...(certificate === undefined ? {} : { certificate }),
        };
      },
    ];
  };
  const of = (roles: readonly ProbedRole[], phase: Probe['phase']): readonly MakeShot[] =>
    drill.credentials.flatMap((credential) =>
      credential.firstUse === undefined ? made(credential, roles, phase) : [],
    );
  const cold: Shots['cold'] = () =>
    drill.credentials.flatMap((credential) =>
      made(credential, ['canary'], 'cold').flatMap((make) =>
        credential.firstUse === undefined ? [] : [{ make, firstUse: credential.firstUse }],
      ),
    );
  const canary = (phase: Probe['phase']): MakeShot => {
    const [first] = of(['canary'], phase);
    if (first === undefined)
      throw new UserError('document/invalid', `drill "${drill.name}" has no canary in the ${arm} arm`, {
        hint: 'leave out arms of the canary, or the arm under observe.arms',
        at: drill.at,
      });
    return first;
  };
  return { of, canary, cold, welcome: (phase) => of(['control', 'bystander'], phase) };
}

/** What calibration presents: everything that must be accepted, and everything that must not. */
export function calibrationShots(shots: Shots, phase: Probe['phase']): CalibrationShots {
  const canary = shots.canary(phase);
  return {
    canary,
    welcome: shots.welcome(phase),
    unwelcome: [...shots.of(['negative'], phase), noCredential(phase, canary)],
  };
}

/** A request that presents nothing. @param canary what is presented otherwise, whose certificate alone must open nothing */
export function noCredential(phase: Probe['phase'], canary: MakeShot | null = null): MakeShot {
  return (unit, due) => ({
    unit,
    credential: 'no credential',
    role: 'negative',
    token: null,
    expiresAt: null,
    phase,
    due,
    // A server that insists on a certificate must get to see the rest.
    ...(canary === null ? {} : certificateIn(canary(unit, due))),
  });
}

function certificateIn({ certificate }: Shot): Pick<Shot, 'certificate'> {
  return certificate === undefined ? {} : { certificate };
}

export interface StreamTimes {
  /** First deadline, in run time. */
  readonly begin: number;
  /** When containment is due; limits and gaps count from it. */
  readonly zero: number;
  readonly end: number;
}

/** Every credential that one unit is shown all the time, in both arms. */
export function steadyStreams(
  unit: Unit,
  { begin, zero, end }: StreamTimes,
  { shots, arm, plan, random }: StreamTools,
): readonly Stream[] {
  const { observe } = plan.drill;
  const predicted =
    plan.predictions.find((prediction) => prediction.verifier === unit.verifier && prediction.arm === arm)?.bound ??
    'unknown';
  const exactly = [plan.objective, predicted]
    .filter(isFiniteBound)
    .flatMap((limit) => AROUND_LIMIT_MS.map((offset) => zero + limit + offset));
  const streams = (makes: readonly MakeShot[], from: number, pace: Pace, extra: readonly number[]): readonly Stream[] =>
    makes.map((make) => ({
      deadlines: deadlines(from, zero, end, { pace, random, exactly: extra }),
      shot: (due) => make(unit, due),
    }));
  return [
    ...streams(shots.of(['canary'], 'observe'), begin, paceOf(observe, arm), arm === 'sparse' ? [] : exactly),
    ...shots.cold().flatMap(({ make, firstUse }) => streams([make], zero + firstUse, paceOf(observe, arm), [])),
    ...streams(shots.welcome('observe'), begin + 10, watchPace(WATCH_GAP_MS, observe.jitter), []),
    ...streams(shots.of(['negative'], 'observe'), begin + 20, watchPace(NEGATIVE_GAP_MS, observe.jitter), []),
  ];
}

/** Tokens under the new key, which make caches fetch: for the busy arm, from the end of containment on. */
export function newKeyStreams(
  unit: Unit,
  { begin, zero, end }: StreamTimes,
  { shots, plan, random }: StreamTools,
): readonly Stream[] {
  const pace = watchPace(WATCH_GAP_MS, plan.drill.observe.jitter);
  return shots.of(['recovery'], 'observe').map((make) => ({
    deadlines: deadlines(begin, zero, end, { pace, random, exactly: [] }),
    shot: (due) => make(unit, due),
  }));
}

interface StreamTools {
  readonly shots: Shots;
  readonly arm: Arm;
  readonly plan: ObservedPlan;
  readonly random: Random;
}

function watchPace(gap: number, jitter: number): Pace {
  return { minGap: millis(gap), maxGap: millis(gap), relative: 0, jitter };
}
