import type { Interval } from '../model/drill.ts';
import type { HistoryStatements } from '../model/drill-history.ts';

/** Error that a "95 %" statement allows. */
const ALPHA = 0.05;

/** The next of exchangeable drills is the slowest of n + 1 with probability 1 / (n + 1): 19 before it make 95 %. */
const DRILLS_FOR_95 = Math.ceil(1 / ALPHA) - 1;

/** What so many drills allow to be said, and no more. */
export function statementsOf(
  runs: readonly { readonly interval: Interval | null; readonly verdict: 'pass' | 'fail' | 'inconclusive' }[],
): HistoryStatements {
  const measured = runs.flatMap(({ interval }) => (interval === null ? [] : [interval]));
  const breaches = runs.filter(({ verdict }) => verdict === 'fail').length;
  const undecided = runs.filter(({ verdict }) => verdict === 'inconclusive').length;
  const uppers = measured.map(({ upper }) => upper);
  return {
    drills: measured.length,
    breaches,
    undecided,
    breachBound: upperShare(breaches + undecided, runs.length),
    next: {
      bound: uppers.length === 0 || uppers.includes('unbounded') ? 'unbounded' : Math.max(...uppers.map(Number)),
      confidence: measured.length / (measured.length + 1),
    },
    medianRange: medianRange(measured),
    drillsFor95: DRILLS_FOR_95,
  };
}

/** All of n on one side of the median has a probability of `2 / 2 ** n`: under 5 % from six on. */
function medianRange(measured: readonly Interval[]): HistoryStatements['medianRange'] {
  const confidence = 1 - 2 ** (1 - measured.length);
  if (measured.length === 0 || confidence < 1 - ALPHA) return null;
  const uppers = measured.map(({ upper }) => upper);
  return {
    lower: Math.min(...measured.map(({ lower }) => lower)),
    upper: uppers.includes('unbounded') ? 'unbounded' : Math.max(...uppers.map(Number)),
    confidence,
  };
}

/**
 * One-sided 95 % upper bound of a share after `hits` of `trials` (Clopper and Pearson 1934): the largest share at which so
 * few hits still come about with 5 %. Without hits it is `1 - 0.05 ** (1 / trials)`, about `3 / trials`.
 */
export function upperShare(hits: number, trials: number): number {
  if (trials === 0 || hits >= trials) return 1;
  let [low, high] = [hits / trials, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(hits, trials, middle) > ALPHA) low = middle;
    else high = middle;
  }
  return high;
}

/** Probability of at most `hits` of `trials` at a share: the binomial distribution, in logarithms. */
function atMost(hits: number, trials: number, share: number): number {
  if (share >= 1) return hits >= trials ? 1 : 0;
  let term = trials * Math.log1p(-share);
  let sum = 0;
  for (let count = 0; count <= hits; count += 1) {
    sum += Math.exp(term);
    term += Math.log((trials - count) / (count + 1)) + Math.log(share) - Math.log1p(-share);
  }
  return Math.min(1, sum);
}
