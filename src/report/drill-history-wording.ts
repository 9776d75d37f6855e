import type { Interval } from '../model/drill.ts';
import type { HistoryRun, HistorySeries, RunChange } from '../model/drill-history.ts';
import { intervalText, intervalWords, secondsText } from './drill-numbers.ts';

/** Statements per series in plain words, without full stops. */
export function statementWords({ runs, statements, estimate }: HistorySeries): readonly string[] {
  const { drills, breaches, undecided, breachBound, next, drillsFor95 } = statements;
  const of = `${runs.length} drill${runs.length === 1 ? '' : 's'}`;
  const open = undecided === 0 ? '' : `, ${undecided} undecided and counted as misses`;
  const share = `${of}, ${breaches} missed the objective${open}: the next one misses it with a probability below ${percent(breachBound, 'up')} (95 % confidence)`;
  if (drills === 0 || estimate.length === 0) return [share, 'none of them measured anything'];
  const confidence = percent(next.confidence, 'down');
  const slowest =
    next.bound === 'unbounded'
      ? 'one of them had not ended when the drill stopped looking, so nothing bounds the next one'
      : `when nothing changes, the next one takes no longer than ${secondsText(next.bound, 'up')} with a probability of ${confidence}`;
  const more =
    next.bound === 'unbounded' || drills >= drillsFor95
      ? ''
      : `; to say that with 95 % takes ${drillsFor95} drills, ${drillsFor95 - drills} more`;
  const range = statements.medianRange;
  return [
    share,
    `${slowest}${more}`,
    ...(range === null
      ? []
      : [`the median of all drills lies ${intervalWords(range)} (${percent(range.confidence, 'down')} confidence)`]),
  ];
}

/** `median 3.10–4.25 s, 90 % within 8.00–9.12 s`: bands, because where in an interval the change lies nobody saw. */
export function bandWords({ median, p90 }: HistorySeries): string {
  return median === null ? 'nothing was measured' : `median ${intervalText(median)}, 90 % by ${intervalText(p90)}`;
}

/** Share of the prediction: `41–44 %`. */
export function ratioWords(ratio: Interval | null): string {
  if (ratio === null) return '–';
  const lower = Math.floor(ratio.lower * 100);
  return ratio.upper === 'unbounded' ? `over ${lower} %` : `${lower}–${Math.ceil(ratio.upper * 100)} %`;
}

/** What moved, and what was changed between the two runs. */
export function shiftWords({ shift, changes }: HistoryRun): string | null {
  if (shift === null) return null;
  const than = shift.priors === 1 ? 'the run before' : `all ${shift.priors} runs before`;
  const chance = `by chance once in ${shift.priors + 1} when nothing changed`;
  const causes =
    changes.length === 0 ? 'nothing that is recorded changed' : `changed since: ${changes.map(changeWords).join('; ')}`;
  return `${shift.direction} than ${than} (${chance}); ${causes}`;
}

/** `setting key cache lifetime (C) 5s -> 40s` */
export function changeWords({ what, name, before, after }: RunChange): string {
  return `${what} ${name} ${before} -> ${after}`;
}

function percent(share: number, towards: 'up' | 'down'): string {
  const scaled = Math.round(share * 1e9) / 1e7;
  return `${towards === 'up' ? Math.ceil(scaled) : Math.floor(scaled)} %`;
}
