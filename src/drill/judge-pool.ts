import type { PoolDeclaration } from '../model/pool.ts';
import type { PoolResult, Probe, ReplicaResult } from '../model/drill.ts';
import type { Transition } from './interval.ts';
import { findTransition, shiftInterval, slowestInterval } from './interval.ts';
import type { PoolTransition } from './pool-bound.ts';
import { POOL_ALPHA, findPoolTransition } from './pool-bound.ts';

/** The change of everything behind one address, in run time, and what it rests on. */
export interface JudgedPool {
  readonly transition: Transition;
  readonly pool: PoolResult;
}

/** Instants in run time: what results count from, and the earliest at which the change can have happened. */
interface Zero {
  readonly t0: number;
  readonly from: number;
}

/** Replicas that name themselves are judged one by one, others by what chance allows to be said of them together. */
export function judgePool(probes: readonly Probe[], zero: Zero, pool: PoolDeclaration): JudgedPool {
  return pool.id === null ? judgeOpaque(probes, zero.from, pool) : judgeNamed(probes, zero, pool);
}

function judgeOpaque(probes: readonly Probe[], from: number, { replicas }: PoolDeclaration): JudgedPool {
  const transition = findPoolTransition(
    probes.filter(({ received }) => received > from),
    from,
    { replicas, alpha: POOL_ALPHA },
  );
  const isClosed = transition.interval.upper !== 'unbounded';
  return {
    transition,
    pool: {
      expected: replicas,
      seen: null,
      replicas: [],
      confidence: isClosed ? 1 - POOL_ALPHA : null,
      statement: opaqueStatement(transition, replicas),
      complete: isClosed,
    },
  };
}

function opaqueStatement(
  { trailing, needed, unanswered, acceptingShare, interval }: PoolTransition,
  replicas: number | null,
): string {
  const sure = percent(1 - POOL_ALPHA);
  const lost = unanswered === 0 ? '' : `, and ${unanswered} probes brought no answer`;
  if (replicas === null || needed === null) {
    const share = percent(acceptingShare);
    return `nobody says how many replicas are behind this address: after ${refusals(trailing)} in a row at most ${share} of requests can still be accepted (${sure} confidence)${lost}`;
  }
  const rule = `${needed} in a row rule out with ${sure} confidence that one of ${replicas} replicas still accepts`;
  const assumption = 'if each connection reaches any of them with the same probability';
  if (interval.upper !== 'unbounded')
    return `${refusals(trailing)} followed the last accept; ${rule}, ${assumption}${lost}`;
  if (trailing >= needed)
    return `${refusals(trailing)} followed the last accept, but ${unanswered} probes brought no answer: one of ${replicas} replicas could be behind those`;
  return `only ${refusals(trailing)} followed the last accept; ${rule}, ${assumption}${lost}`;
}

function judgeNamed(probes: readonly Probe[], { t0, from }: Zero, { replicas: expected }: PoolDeclaration): JudgedPool {
  const answered = probes.filter(({ verdict }) => verdict !== 'unknown');
  const named = new Map<string, Probe[]>();
  for (const probe of answered)
    if (probe.replica !== undefined) named.set(probe.replica, [...(named.get(probe.replica) ?? []), probe]);
  const judged = [...named].map(([id, mine]) => ({
    id,
    ...findTransition(
      mine.filter(({ received }) => received > from),
      from,
    ),
  }));
  const nameless = answered.filter(({ replica, received }) => replica === undefined && received > from);
  // A refusal without a name may come from the balancer and closes nothing; an accept came from somebody.
  const open = nameless.some(({ verdict }) => verdict === 'accept')
    ? [findPoolTransition(nameless, from, { replicas: expected, alpha: POOL_ALPHA })]
    : [];
  const all = [...judged, ...open];
  const firsts = all.flatMap(({ first }) => first ?? []);
  const transition: Transition = {
    interval: slowestInterval(all.map(({ interval }) => interval)) ?? { lower: from, upper: 'unbounded' },
    first: firsts.length === 0 ? null : earliest(firsts, from),
    flaps: judged.reduce((sum, { flaps }) => sum + flaps, 0),
  };
  const size = ({ interval: { upper } }: ReplicaResult): number => (upper === 'unbounded' ? Infinity : upper);
  return {
    transition,
    pool: {
      expected,
      seen: named.size,
      replicas: judged
        .map(({ id, interval, flaps }) => ({ id, interval: shiftInterval(interval, t0), flaps }))
        .toSorted((a, b) => size(a) - size(b) || (a.id < b.id ? -1 : 1)),
      confidence: open.length > 0 && transition.interval.upper !== 'unbounded' ? 1 - POOL_ALPHA : null,
      statement: namedStatement(named.size, expected, nameless.length),
      complete: expected !== null && named.size >= expected,
    },
  };
}

function namedStatement(seen: number, expected: number | null, nameless: number): string {
  const lost = nameless === 0 ? '' : `; ${nameless} answers named no replica`;
  if (expected === null)
    return `${seen} replicas were seen, and nobody says how many there are: what was not seen may still accept${lost}`;
  if (seen < expected)
    return `only ${seen} of ${expected} replicas were seen: what was not seen may still accept${lost}`;
  return `all ${seen} replicas were seen${seen > expected ? `, ${expected} were expected` : ''}, each judged by its own answers${lost}`;
}

/** The first replica to refuse did so in here: nobody refused before the earliest lower end. */
function earliest(
  firsts: readonly { readonly lower: number; readonly upper: number | 'unbounded' }[],
  from: number,
): Transition['first'] {
  const uppers = firsts.map(({ upper }) => (upper === 'unbounded' ? Infinity : upper));
  return { lower: Math.max(from, Math.min(...firsts.map(({ lower }) => lower))), upper: Math.min(...uppers) };
}

function refusals(count: number): string {
  return count === 1 ? '1 refusal' : `${count} refusals`;
}

function percent(share: number): string {
  return `${(Math.ceil(share * 1000 - 1e-9) / 10).toString()} %`;
}
