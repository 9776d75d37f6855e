import type { DrillHistory, HistorySeries } from '../model/drill-history.ts';
import { startedSeconds } from './drill-openmetrics.ts';
import type { Family, Labels } from './openmetrics.ts';
import { ends, openMetricsText } from './openmetrics.ts';

/** The history as gauges: what alerts and boards need of it. */
export function historyOpenMetrics({ series }: DrillHistory): string {
  const per = (samples: (one: HistorySeries, labels: Labels) => Family['samples']): Family['samples'] =>
    series.flatMap((one) => {
      const { verifier, scenario, arm, environment } = one;
      return samples(one, { verifier, scenario, arm, environment });
    });
  return openMetricsText([
    {
      name: 'firebreak_drill_history_drills',
      help: 'Drills that measured this verifier.',
      samples: per(({ statements }, labels) => [[labels, statements.drills]]),
    },
    {
      name: 'firebreak_drill_history_breach_bound',
      help: 'Upper bound, at 95 percent confidence, of the probability that the next drill misses the objective.',
      samples: per(({ statements }, labels) => [[labels, statements.breachBound]]),
    },
    {
      name: 'firebreak_drill_history_median_seconds',
      unit: 'seconds',
      help: 'Band of the estimated median time to revocation.',
      samples: per(({ median }, labels) =>
        median === null ? [] : ends(median).map(([bound, value]) => [{ ...labels, bound }, value] as const),
      ),
    },
    {
      name: 'firebreak_drill_history_ratio',
      help: 'Measured over predicted time of the last drill; never above 1 when the model is right.',
      samples: per(({ runs }, labels) => {
        const ratio = runs.at(-1)?.ratio ?? null;
        if (ratio === null) return [];
        const upper = ratio.upper === 'unbounded' ? Number.POSITIVE_INFINITY : ratio.upper;
        return [
          [{ ...labels, bound: 'lower' }, ratio.lower],
          [{ ...labels, bound: 'upper' }, upper],
        ];
      }),
    },
    {
      name: 'firebreak_drill_history_slower',
      help: '1 when the last drill was certainly slower than all before it.',
      samples: per(({ runs }, labels) => [[labels, Number(runs.at(-1)?.shift?.direction === 'slower')]]),
    },
    {
      name: 'firebreak_drill_history_last_run_timestamp_seconds',
      unit: 'seconds',
      help: 'Start of the last drill; alert when it grows old.',
      samples: per(({ runs }, labels) => {
        const started = startedSeconds(runs.at(-1)?.startedAt ?? '');
        return started === null ? [] : [[labels, started]];
      }),
    },
  ]);
}
