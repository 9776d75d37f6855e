import type { DrillFinding, JudgedPlan, Probe, UnitResult } from '../model/drill.ts';
import { isFiniteBound, showBound, showSeconds } from '../model/quantity.ts';
import { attribute } from './attribution.ts';
import type { ArmEvidence } from './evidence.ts';
import { findTransition, shiftInterval } from './interval.ts';
import type { ArmResult } from './judge.ts';

/**
 * What canaries that nobody had seen before containment show beside the one in use: how long the way lasts that no cache
 * of single tokens is on. Where caches fill one from another, a token that comes late may live longer than one in use.
 */
export function coldFindings(
  records: readonly ArmEvidence[],
  arms: readonly ArmResult[],
  plan: JudgedPlan,
): readonly DrillFinding[] {
  return arms.flatMap((arm) => {
    const probes = records.find((record) => record.arm === arm.arm)?.probes ?? [];
    const names = [...new Set(probes.flatMap(({ phase, credential }) => (phase === 'cold' ? [credential] : [])))];
    return arm.units.flatMap((unit) =>
      names.flatMap((name): readonly DrillFinding[] => {
        const seen = isJudged(unit) ? coldWords(probes, name, { unit, arm, plan }) : null;
        if (seen === null) return [];
        const { severity, message } = seen;
        return [{ rule: 'drill/cold-canary', severity, unit: unit.unit, arm: arm.arm, message, at: null }];
      }),
    );
  });
}

/** One refusal behind a balancer says nothing of the other replicas. */
function isJudged({ interval, pool }: UnitResult): boolean {
  return interval !== null && pool === undefined;
}

function coldWords(
  all: readonly Probe[],
  name: string,
  { unit, arm, plan }: { readonly unit: UnitResult; readonly arm: ArmResult; readonly plan: JudgedPlan },
): Pick<DrillFinding, 'severity' | 'message'> | null {
  const { t0, tAct } = arm.marks;
  const mine = all.filter((probe) => probe.unit === unit.unit);
  const cold = mine.filter(
    ({ phase, credential, verdict }) => phase === 'cold' && credential === name && verdict !== 'unknown',
  );
  const [first] = cold.toSorted((a, b) => a.sent - b.sent);
  if (first === undefined) return null;
  if (first.sent < tAct)
    return {
      severity: 'warning',
      message: `${name} was shown before containment began, so caches may have known it: give it a later first_use`,
    };
  const { interval: found } = findTransition(cold, tAct);
  const interval = shiftInterval(found, t0);
  const begun = `${name}, first shown ${showSeconds(first.sent - t0, 1)} after the leak was known,`;
  const beside = `; the one in use: ${spanText(unit.interval)}`;
  if (!cold.some(({ verdict }) => verdict === 'accept')) {
    const isRevoked = attribute(found, mine) === 'revocation';
    return {
      severity: isRevoked ? 'info' : 'warning',
      message: isRevoked
        ? `${begun} was refused from its first use on${beside}`
        : `${begun} was refused from its first use on, and so were good tokens: this says nothing of the uncached path`,
    };
  }
  const message = `${begun} was ${spanText(interval)}${beside}`;
  if (isFiniteBound(plan.objective) && interval.lower >= plan.objective)
    return { severity: 'error', message: `${message}; the objective is ${showBound(plan.objective)}` };
  if (isFiniteBound(unit.predicted) && interval.lower > unit.predicted)
    return { severity: 'error', message: `${message}; the prediction is ${showBound(unit.predicted)}` };
  const used = unit.interval?.upper ?? 'unbounded';
  const lastsLonger = used !== 'unbounded' && interval.lower > used;
  return lastsLonger
    ? {
        severity: 'warning',
        message: `${message}; a token that comes late lives longer, so caches fill one from another`,
      }
    : { severity: 'info', message };
}

function spanText(interval: UnitResult['interval']): string {
  if (interval === null) return 'not measured';
  const { lower, upper } = interval;
  if (upper === 'unbounded') return `accepted for at least ${showSeconds(lower, 1)}`;
  return `accepted for ${showSeconds(lower, 1)} to ${showSeconds(upper, 1)}`;
}
