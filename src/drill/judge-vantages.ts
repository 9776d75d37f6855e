import type { DrillFinding, JudgedPlan } from '../model/drill.ts';
import type { VantageResult } from '../model/vantage.ts';
import { isMeasured } from '../model/drill.ts';
import { showBound } from '../model/quantity.ts';
import { offsetAt } from './clock-offset.ts';
import type { ArmEvidence, VantageEvidence } from './evidence.ts';
import type { ArmResult } from './judge.ts';

/** Share of the gap between two probes that the uncertainty of a clock may be before it says more than the probes do. */
const WIDE_CLOCK = 0.2;

/** What each agent contributed; empty when the running process probed. */
export function judgeVantages(
  vantages: readonly VantageEvidence[],
  records: readonly ArmEvidence[],
  arms: readonly ArmResult[],
  plan: JudgedPlan,
): readonly VantageResult[] {
  const probes = records.flatMap((record) => record.probes);
  return vantages.map(({ id, state, why, samples }) => {
    const own = new Set(plan.units.filter(({ vantage }) => vantage === id).map((unit) => unit.id));
    const measured = arms.flatMap(({ units }) => units.filter((unit) => own.has(unit.unit) && isMeasured(unit)));
    const widths = samples.flatMap(({ heard }) => {
      const offset = offsetAt(samples, heard);
      return offset === null ? [] : [(offset.upper - offset.lower) / 2];
    });
    const widest = widths.reduce((most, width) => Math.max(most, width), 0);
    return {
      id,
      state: state === 'armed' ? 'lost' : state,
      why: state === 'armed' ? 'it never said that it had ended' : why,
      units: own.size * arms.length,
      measured: measured.length,
      probes: probes.filter(({ vantage }) => vantage === id).length,
      clock: widths.length === 0 ? null : { samples: samples.length, halfWidthMs: Math.round(widest * 1000) / 1000 },
    };
  });
}

/** Agents that were lost, and clocks that were not known well enough. */
export function vantageFindings(vantages: readonly VantageResult[], plan: JudgedPlan): readonly DrillFinding[] {
  const most = plan.drill.observe.minGap * WIDE_CLOCK;
  const finding = (rule: string, message: string): DrillFinding => ({
    rule,
    severity: 'warning',
    unit: null,
    arm: null,
    message,
    at: null,
  });
  return vantages.flatMap(({ id, state, why, clock }) => [
    ...(state === 'done'
      ? []
      : [finding('drill/vantage-lost', `agent ${id} ${state === 'lost' ? 'was lost' : 'did not come'}: ${why}`)]),
    ...(clock === null || clock.halfWidthMs <= most
      ? []
      : [
          finding(
            'drill/wide-clock',
            `the clock of agent ${id} is known to ±${clock.halfWidthMs} ms only, more than a fifth of the gap between probes (${showBound(plan.drill.observe.minGap)}): its intervals are wider for it`,
          ),
        ]),
  ]);
}

/** How it was looked at from several places, in words. */
export function vantageMethod(vantages: readonly VantageResult[]): readonly string[] {
  if (vantages.length === 0) return [];
  return [
    `${vantages.length} vantage points, each of which probed every verifier by its own clock: ${vantages.map(({ id }) => id).join(', ')}`,
    ...vantages.map(
      ({ id, measured, units, probes, clock }) =>
        `agent ${id}: watched ${measured} of ${units} units to the end with ${probes} probes; ${clock === null ? 'nothing is known of its clock' : `its clock was known to ±${clock.halfWidthMs} ms by ${clock.samples} exchanges`}`,
    ),
    'times of agents are widened by what their clocks leave open: sent as early, received as late as possible',
  ];
}
