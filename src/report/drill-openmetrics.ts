import type { DrillResult, Interval, UnitResult } from '../model/drill.ts';
import { isFiniteBound } from '../model/quantity.ts';

import type { Family, Labels } from './openmetrics.ts';
import { ends, openMetricsText } from './openmetrics.ts';

function perUnit(
  result: DrillResult,
  samples: (unit: UnitResult, labels: Labels) => Family['samples'],
): Family['samples'] {
  return result.arms.flatMap(({ arm, units }) =>
    units.flatMap((unit) => samples(unit, { drill: result.drill.name, arm, verifier: unit.verifier, unit: unit.unit })),
  );
}

function intervalFamily(name: string, help: string, samples: Family['samples']): Family {
  return { name, unit: 'seconds', help, samples };
}

function measuredFamilies(result: DrillResult): readonly Family[] {
  const both = (pick: (unit: UnitResult) => Interval | null): Family['samples'] =>
    perUnit(result, (unit, labels) => {
      const interval = pick(unit);
      return interval === null ? [] : ends(interval).map(([bound, value]) => [{ ...labels, bound }, value] as const);
    });
  return [
    intervalFamily(
      'firebreak_drill_revocation_seconds',
      'Time from leak-known to refusal at one unit; +Inf while still accepted.',
      both((unit) => unit.interval),
    ),
    intervalFamily(
      'firebreak_drill_recovery_seconds',
      'Time from leak-known until legitimate users were accepted.',
      both((unit) => unit.recovery),
    ),
    intervalFamily(
      'firebreak_drill_predicted_seconds',
      'Predicted worst case; +Inf when unbounded, absent when unknown.',
      perUnit(result, ({ predicted }, labels) => {
        if (predicted === 'unknown') return [];
        return [[labels, isFiniteBound(predicted) ? predicted / 1000 : Number.POSITIVE_INFINITY]];
      }),
    ),
  ];
}

function unitFamilies(result: DrillResult): readonly Family[] {
  const verdicts = ['pass', 'fail', 'inconclusive'] as const;
  return [
    {
      name: 'firebreak_drill_unit_verdict',
      help: 'Verdict of one unit: 1 for the one that holds.',
      samples: perUnit(result, (unit, labels) =>
        verdicts.map((verdict) => [{ ...labels, verdict }, Number(unit.verdict === verdict)] as const),
      ),
    },
    {
      name: 'firebreak_drill_censored',
      help: '1 when the unit still accepted at the horizon, so that the upper end is not known.',
      samples: perUnit(result, (unit, labels) =>
        unit.interval === null ? [] : [[labels, Number(unit.interval.upper === 'unbounded')]],
      ),
    },
    {
      name: 'firebreak_drill_flaps',
      help: 'Times the unit accepted again after it had refused.',
      samples: perUnit(result, (unit, labels) => [[labels, unit.flaps]]),
    },
    {
      name: 'firebreak_drill_probes',
      help: 'Probes of the leaked credential by what they showed.',
      samples: perUnit(result, ({ probes }, labels) =>
        Object.entries(probes).map(([verdict, count]) => [{ ...labels, verdict }, count] as const),
      ),
    },
  ];
}

function attackFamilies({ drill: { name: drill }, matrix }: DrillResult): readonly Family[] {
  if (matrix === null) return [];
  return [
    {
      name: 'firebreak_drill_attack',
      help: 'What a unit did with one kind of attack: 1 for the outcome that holds.',
      samples: matrix.cells.flatMap(({ unit, verifier, kind, outcome }) =>
        (['refused', 'accepted', 'undecided', 'excluded'] as const).map(
          (each) => [{ drill, verifier, unit, attack: kind, outcome: each }, Number(each === outcome)] as const,
        ),
      ),
    },
    {
      name: 'firebreak_drill_attack_accepted_probes',
      help: 'Attempts of one kind of attack that a unit accepted.',
      samples: matrix.cells.map(({ unit, verifier, kind, accepted }) => [
        { drill, verifier, unit, attack: kind },
        accepted,
      ]),
    },
  ];
}

function runFamilies(result: DrillResult): readonly Family[] {
  const drill = result.drill.name;
  const started = startedSeconds(result.startedAt);
  const objective = result.policy.objectiveMs;
  return [
    {
      name: 'firebreak_drill_verdict',
      help: 'Verdict of the run: 1 for the one that holds.',
      samples: (['pass', 'fail', 'inconclusive', 'stopped'] as const).map(
        (verdict) => [{ drill, verdict }, Number(result.overall.verdict === verdict)] as const,
      ),
    },
    intervalFamily(
      'firebreak_drill_objective_seconds',
      'Objective of the policy.',
      isFiniteBound(objective) ? [[{ drill }, objective / 1000]] : [],
    ),
    {
      name: 'firebreak_drill_exposure_unit_seconds',
      unit: 'seconds',
      help: 'Sum over units of the time in which the leaked credential worked.',
      samples: result.arms.flatMap(({ arm, exposureUnitSeconds: { lower, upper } }) => [
        [{ drill, arm, bound: 'lower' }, lower] as const,
        [{ drill, arm, bound: 'upper' }, upper === 'unbounded' ? Number.POSITIVE_INFINITY : upper] as const,
      ]),
    },
    {
      name: 'firebreak_drill_clean',
      help: '1 when every side effect was undone and verified.',
      samples: [[{ drill }, Number(result.safety.clean)]],
    },
    intervalFamily(
      'firebreak_drill_last_run_timestamp_seconds',
      'Start of the run; alert when it grows old.',
      started === null ? [] : [[{ drill }, started]],
    ),
  ];
}

/** Seconds since the epoch of an RFC 3339 UTC time, by the civil-from-days arithmetic of the Gregorian calendar. */
export function startedSeconds(text: string): number | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)Z$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  // The year starts in March, so that the leap day is its last day.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * 146_097 + dayOfEra - 719_468;
  return days * 86_400 + hour * 3600 + minute * 60 + second;
}

/**
 * OpenMetrics 1.0 text for a textfile collector or a push gateway. Gauges only: a histogram cannot hold values of which
 * only an interval is known.
 */
export function drillOpenMetrics(result: DrillResult): string {
  return openMetricsText([
    ...measuredFamilies(result),
    ...unitFamilies(result),
    ...attackFamilies(result),
    ...runFamilies(result),
  ]);
}
