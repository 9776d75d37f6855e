import { showLocation } from '../model/location.ts';
import type { Addend, Prediction } from '../model/prediction.ts';
import type { Bound } from '../model/quantity.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';

const LEAKS: Readonly<Record<string, string>> = {
  access_token: 'leaked access token',
  refresh_token: 'leaked refresh token',
  signing_key: 'leaked signing key',
  hmac_secret: 'leaked HMAC secret',
  client: 'compromised client',
  user_session: 'stolen session',
};

/** `leaked signing key` */
export function leakWords(scenario: string): string {
  return LEAKS[scenario] ?? scenario;
}

/** Predictions of one scenario and arm belong together; groups in their own order, the worst verifier first in each. */
export function groupsOf(predictions: readonly Prediction[]): readonly (readonly [Prediction, ...Prediction[]])[] {
  const groups = new Map<string, [Prediction, ...Prediction[]]>();
  for (const prediction of predictions) {
    const key = `${prediction.scenario} ${prediction.arm}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [prediction]);
    else group.push(prediction);
  }
  // Sorting keeps the order of equals, so the order of the predictions decides between them.
  for (const group of groups.values()) group.sort((a, b) => badness(b.bound) - badness(a.bound));
  return [...groups.values()];
}

/** What one cannot count on comes first: no end, then not known, then the longest. */
function badness(bound: Bound): number {
  if (bound === 'unbounded') return Number.POSITIVE_INFINITY;
  return isFiniteBound(bound) ? bound : Number.MAX_VALUE;
}

/** `leaked signing key, only the leaked key is used (the guarantee)` */
export function titleOf({ scenario, arm }: Prediction): string {
  const words = leakWords(scenario);
  if (scenario !== 'signing_key') return words;
  return arm === 'quiet'
    ? `${words}, only the leaked key is used (the guarantee)`
    : `${words}, tokens under a new key arrive too`;
}

/** `within 10s`, `misses 10s`, `no objective`. A bound that is not known is no pass and no miss. */
export function verdictWords({ verdict, objective }: Prediction): string {
  if (objective === null) return 'no objective';
  const limit = showBound(objective.max);
  switch (verdict) {
    case 'within':
      return `within ${limit}`;
    case 'over':
    case 'unbounded':
      return `misses ${limit}`;
    case 'unknown':
      return `unknown, objective ${limit}`;
    case 'no-objective':
      return 'no objective';
  }
}

/**
 * `unbounded while neither keys nor lists can be fetched`.
 *
 * @returns null where that makes no difference, or where there is no bound anyway
 */
export function degradedWords({ bound, degraded }: Prediction): string | null {
  if (degraded === undefined || degraded.bound === bound || bound === 'unbounded') return null;
  return `${showBound(degraded.bound)} while neither keys nor lists can be fetched`;
}

/** What makes the bound worse while nothing can be fetched: the endless wait, or the longest that is not there otherwise. */
export function degradedCause({ addends, degraded }: Prediction): string {
  if (degraded === undefined) return '';
  const usual = new Set(addends.map(({ symbol }) => symbol));
  const added = degraded.addends.filter(({ symbol, value }) => !usual.has(symbol) && value !== 0);
  const decisive =
    degraded.addends.find(({ value }) => value === 'unbounded') ??
    added.toSorted((a, b) => badness(b.value) - badness(a.value))[0];
  return decisive === undefined ? '' : `${decisive.label}, ${originOf(decisive)}`;
}

/** The addend that decides, with where it is written: the unknown one, the endless one, or the largest. */
export function causeOf({ addends, bound }: Prediction): string {
  const decisive = isFiniteBound(bound)
    ? addends.toSorted((a, b) => badness(b.value) - badness(a.value))[0]
    : addends.find(({ value }) => value === bound);
  if (decisive === undefined) return '';
  // A reason for knowing nothing is its own source.
  if (decisive.label === decisive.source) return decisive.label;
  return `${showBound(decisive.value)} ${decisive.label}, ${originOf(decisive)}`;
}

/** The line somebody wrote, or who says so. */
export function originOf({ at, origin, source }: Addend): string {
  if (origin === 'explicit' && at !== null) return showLocation(at);
  const where = at === null || origin === 'default' || origin === 'platform' ? '' : `${showLocation(at)}: `;
  return source === null ? (at === null ? origin : showLocation(at)) : `${where}${source}`;
}
