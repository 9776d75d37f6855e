import type { Observation } from '../../src/drill/interval.ts';
import { findTransition } from '../../src/drill/interval.ts';
import { judgePool } from '../../src/drill/judge-pool.ts';
import { POOL_ALPHA, findPoolTransition } from '../../src/drill/pool-bound.ts';
import type { Interval } from '../../src/model/drill.ts';
import type { FlipRun } from './flip-runs.ts';

/** How one way of measuring did, over many changes whose instants are known. */
export interface Score {
  readonly method: string;
  /** Changes that it measured. */
  readonly measured: number;
  /** Intervals that contain the true instant. */
  readonly contained: number;
  /** Intervals without an end: the run was over before a refusal closed them. */
  readonly open: number;
  /** Those that end and do not contain it, in words. */
  readonly wrong: readonly string[];
  /** Widths in milliseconds of the intervals that end. */
  readonly widths: readonly number[];
  /** Flaps reported at verifiers that changed once. */
  readonly falseFlaps: number;
  /** Planted flaps that were reported, of so many. */
  readonly foundFlaps: number;
  readonly plantedFlaps: number;
  /** Replicas that were seen, of those that there are; null where one verifier is measured. */
  readonly seen: number | null;
}

interface Measurement {
  readonly truth: number;
  readonly interval: Interval;
  readonly flaps: number;
  readonly planted: boolean;
  readonly seen?: number;
}

/** Every way of measuring over the same records, the right ones first. */
export function scoreMethods(runs: readonly FlipRun[]): readonly Score[] {
  const units = runs.flatMap(({ plan, probes, truth }) =>
    probes.map((records, index) => ({
      records,
      changes: toldChanges(plan.replicas[index]?.changes ?? [], truth[index]),
    })),
  );
  const each = (measure: (seen: readonly Observation[]) => Pick<Measurement, 'interval' | 'flaps'>): Measurement[] =>
    units.map(({ records, changes }) => ({
      ...measure(records),
      truth: changes.at(-1) ?? NaN,
      planted: changes.length > 1,
    }));
  const single = runs.filter(({ plan }) => !plan.planted);
  const pools = single.filter(({ plan }) => plan.replicas.length > 1);
  const slowest = ({ plan }: FlipRun): number => Math.max(...plan.replicas.flatMap(({ changes }) => changes));
  const pooled = (measure: (run: FlipRun) => Pick<Measurement, 'interval' | 'flaps' | 'seen'>): Measurement[] =>
    pools.map((run) => ({ ...measure(run), truth: slowest(run), planted: false }));
  return [
    score(
      'send of accept, receive of refusal',
      each((seen) => findTransition(seen, 0)),
    ),
    score(
      'receive, receive',
      each((seen) => naive(seen, 'received', 'received')),
    ),
    score(
      'send, send',
      each((seen) => naive(seen, 'sent', 'sent')),
    ),
    score(
      'sleeping prober, by receive',
      single.map(({ sleeper, plan }) => ({
        ...naive(sleeper.probes, 'received', 'received'),
        truth: plan.replicas[0]?.changes[0] ?? NaN,
        planted: false,
      })),
    ),
    score(
      'sleeping prober, right interval',
      single.map(({ sleeper, plan }) => ({
        ...findTransition(sleeper.probes, 0),
        truth: plan.replicas[0]?.changes[0] ?? NaN,
        planted: false,
      })),
    ),
    score(
      'pool: k refusals, fixed end',
      pooled(({ pool, plan }) => findPoolTransition(pool, 0, { replicas: plan.replicas.length, alpha: POOL_ALPHA })),
    ),
    score(
      'pool: every replica by its name',
      pooled(({ pool, plan }) => {
        const judged = judgePool(
          pool,
          { t0: 0, from: 0 },
          { replicas: plan.replicas.length, id: { header: 'x-replica' } },
        );
        return { ...judged.transition, seen: (judged.pool.seen ?? 0) / plan.replicas.length };
      }),
    ),
    score(
      'pool: next refusal',
      pooled(({ pool }) => findTransition(pool, 0)),
    ),
    score(
      'pool: kept connection',
      pooled(({ kept, plan }) => ({
        ...findTransition(kept.probes, 0),
        seen: kept.replicas.length / plan.replicas.length,
      })),
    ),
  ];
}

/**
 * The changes that a verifier let its prober know of. A moment of accepting in which it was asked nothing, because the
 * prober's machine stood still, was a change to nobody: by the verifier's own record, never by the prober's.
 */
export function toldChanges(
  changes: readonly number[],
  truth: FlipRun['truth'][number] | undefined,
): readonly number[] {
  const first = changes[0] ?? NaN;
  return changes.length > 1 && (truth?.lastAccept ?? -Infinity) < first ? [first] : changes;
}

function score(method: string, measurements: readonly Measurement[]): Score {
  const clean = measurements.filter(({ planted }) => !planted);
  const flapping = measurements.filter(({ planted }) => planted);
  const seen = measurements.flatMap((measurement) => measurement.seen ?? []);
  return {
    method,
    measured: measurements.length,
    contained: measurements.filter(contains).length,
    open: measurements.filter(({ interval }) => interval.upper === 'unbounded').length,
    wrong: measurements
      .filter((measurement) => measurement.interval.upper !== 'unbounded' && !contains(measurement))
      .map(({ interval: { lower, upper }, truth, flaps, planted }) => {
        const flapping = planted ? `, ${flaps} flaps seen of one` : '';
        return `${truth.toFixed(1)} is not in (${lower.toFixed(1)}, ${Number(upper).toFixed(1)}]${flapping}`;
      }),
    widths: measurements.flatMap(({ interval }) =>
      interval.upper === 'unbounded' ? [] : [interval.upper - interval.lower],
    ),
    falseFlaps: clean.filter(({ flaps }) => flaps > 0).length,
    foundFlaps: flapping.filter(({ flaps }) => flaps > 0).length,
    plantedFlaps: flapping.length,
    seen: seen.length === 0 ? null : seen.reduce((sum, share) => sum + share, 0) / seen.length,
  };
}

/** An interval without an end is no measurement, so it does not count as containing anything. */
function contains({ interval: { lower, upper }, truth }: Measurement): boolean {
  return upper !== 'unbounded' && lower < truth && truth <= upper;
}

/** Last accept to next refusal by one clock each, and a flap wherever an accept comes in after a refusal. */
function naive(
  seen: readonly Observation[],
  accepted: 'sent' | 'received',
  refused: 'sent' | 'received',
): Pick<Measurement, 'interval' | 'flaps'> {
  const inOrder = seen.toSorted((a, b) => a.received - b.received);
  const lower = Math.max(0, ...inOrder.filter(({ verdict }) => verdict === 'accept').map((probe) => probe[accepted]));
  const after = inOrder.filter((probe) => probe.verdict === 'reject' && probe[refused] > lower);
  const firstRefusal = inOrder.findIndex(({ verdict }) => verdict === 'reject');
  const returns =
    firstRefusal < 0 ? 0 : inOrder.slice(firstRefusal).filter(({ verdict }) => verdict === 'accept').length;
  return {
    interval: { lower, upper: after.length === 0 ? 'unbounded' : Math.min(...after.map((probe) => probe[refused])) },
    flaps: returns,
  };
}
