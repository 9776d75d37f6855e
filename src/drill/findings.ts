import type { DrillFinding, JudgedPlan, UnitResult } from '../model/drill.ts';
import type { Arm } from '../model/prediction.ts';
import { isFiniteBound, millis, showBound, showSeconds } from '../model/quantity.ts';
import { coldFindings } from './cold.ts';
import type { ArmEvidence } from './evidence.ts';
import type { ArmResult } from './judge.ts';

const EXPIRED = 'the canary token came to its natural end while it was observed: give it a longer lifetime';

/** Everything that a reader must know beside the numbers. */
export function findingsOf(
  records: readonly ArmEvidence[],
  arms: readonly ArmResult[],
  plan: JudgedPlan,
): readonly DrillFinding[] {
  const excluded = records.flatMap(({ arm, calibrations }) =>
    calibrations
      .filter(({ verdict }) => verdict !== 'usable')
      .map(({ unit, verdict, why }) =>
        finding(`drill/${verdict}`, verdict === 'unprotected' ? 'error' : 'warning', { unit, arm }, `left out: ${why}`),
      ),
  );
  const expired = records.flatMap(({ arm, probes }) =>
    plan.units.flatMap(({ id }) =>
      probes.some(({ unit, role, reason }) => unit === id && role === 'canary' && reason === 'expired')
        ? [finding('drill/expired', 'warning', { unit: id, arm }, EXPIRED)]
        : [],
    ),
  );
  const measured = arms.flatMap(({ arm, units }) => units.flatMap((unit) => unitFindings(unit, arm, plan)));
  const refusedRecovery = records.flatMap(({ arm, probes }) =>
    plan.units.flatMap(({ id }): readonly DrillFinding[] => {
      const tries = probes.filter(({ unit, role }) => unit === id && role === 'recovery');
      if (tries.length === 0 || tries.some(({ verdict }) => verdict === 'accept')) return [];
      const reason = tries.at(-1)?.reason ?? 'unknown';
      const message = `did not accept what legitimate users get after containment (${reason})`;
      return [finding('live/new-key-rejected', 'warning', { unit: id, arm }, message)];
    }),
  );
  const unmet = records.flatMap(({ arm, answers }) =>
    answers
      .filter(({ met }) => !met)
      .map(({ step, says, expected, got, at }): DrillFinding => ({
        ...finding(
          'live/unexpected-answer',
          'error',
          { unit: null, arm },
          `${step}: ${says}: expected ${answerText(expected)}, was answered ${answerText(got)}`,
        ),
        at,
      })),
  );
  return [
    ...excluded,
    ...expired,
    ...measured,
    ...keptAlive(arms),
    ...coldFindings(records, arms, plan),
    ...resurrected(records, plan),
    ...refusedRecovery,
    ...unmet,
    ...arms.flatMap(latenessFinding),
  ];
}

/** Units that refused while they were watched, and accepted when they were looked at again. */
function resurrected(records: readonly ArmEvidence[], plan: JudgedPlan): readonly DrillFinding[] {
  return records.flatMap(({ arm, probes, marks }) =>
    plan.units.flatMap(({ id }): readonly DrillFinding[] => {
      const canary = probes.filter(({ unit, role }) => unit === id && role === 'canary');
      const refused = canary.find(({ phase, verdict }) => phase === 'observe' && verdict === 'reject');
      const back = canary.find(({ phase, verdict }) => phase === 'late' && verdict === 'accept');
      if (refused === undefined || back === undefined) return [];
      const after = showSeconds(back.sent - (marks?.t0 ?? 0));
      const message = `refused the leaked credential and accepted it again ${after} after the leak was known: the revocation does not last`;
      return [finding('drill/resurrected', 'error', { unit: id, arm }, message)];
    }),
  );
}

/** Units at which frequent use of the leaked credential made it last longer: the intervals of the two arms do not meet. */
function keptAlive(arms: readonly ArmResult[]): readonly DrillFinding[] {
  const sparse = arms.find(({ arm }) => arm === 'sparse')?.units ?? [];
  const quiet = arms.find(({ arm }) => arm === 'quiet')?.units ?? [];
  return sparse.flatMap(({ unit, interval }) => {
    const often = quiet.find((other) => other.unit === unit)?.interval ?? null;
    if (interval === null || often === null || interval.upper === 'unbounded') return [];
    if (often.lower <= interval.upper) return [];
    const message = `steady use keeps the leaked credential alive: used rarely it was refused within ${showSeconds(interval.upper)}, used often it was still accepted after ${showSeconds(often.lower)}`;
    return [finding('drill/kept-alive', 'warning', { unit, arm: 'quiet' }, message)];
  });
}

/** One for an arm: what makes one unit's probes late makes all of them late. */
function latenessFinding({ arm, units }: ArmResult): readonly DrillFinding[] {
  const late = units
    .flatMap(({ unit, precision }) => (precision?.reduced === true ? [{ unit, ...precision }] : []))
    .toSorted((a, b) => b.latenessMs - a.latenessMs);
  const [worst] = late;
  if (worst === undefined) return [];
  const where = `${late.length === 1 ? 'one unit' : `${late.length} units`}, at worst ${worst.unit}`;
  const message = `probes near the change were late by more than a tenth of their gap at ${where}: by ${worst.latenessMs} ms at a gap of ${showBound(millis(worst.gapMs))}; intervals hold and are wider than planned, so leave the machine more time or probe less`;
  return [finding('drill/late-probes', 'info', { unit: null, arm }, message)];
}

function finding(
  rule: string,
  severity: DrillFinding['severity'],
  where: { readonly unit: string | null; readonly arm: Arm },
  message: string,
): DrillFinding {
  return { rule, severity, ...where, message, at: null };
}

/** `status 400, error invalid_grant` */
export function answerText(answer: Readonly<Record<string, unknown>>): string {
  return Object.entries(answer)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

function unitFindings(unit: UnitResult, arm: Arm, plan: JudgedPlan): readonly DrillFinding[] {
  const findings: DrillFinding[] = [];
  const size = ({ value }: UnitResult['addends'][number]): number => (isFiniteBound(value) ? value : Infinity);
  const biggest = unit.addends.filter(({ at }) => at !== null).toSorted((a, b) => size(b) - size(a))[0];
  const add = (rule: string, severity: DrillFinding['severity'], message: string): void => {
    findings.push({ rule, severity, unit: unit.unit, arm, message, at: biggest?.at ?? null });
  };
  if (unit.stillAccepting !== null) add('live/revoked-accepted', 'error', unit.stillAccepting);
  if (unit.model === 'exceeded' && unit.interval !== null) {
    add(
      'live/measured-over-predicted',
      'error',
      `accepted until at least ${showSeconds(unit.interval.lower)}, the prediction is ${showBound(unit.predicted)}: what runs is not what the inventory says, or the model lacks a part`,
    );
  }
  if (unit.pool?.complete === false) add('drill/pool-incomplete', 'warning', unit.pool.statement);
  if (unit.flaps > 0)
    add(
      'live/flip-after-reject',
      'error',
      `accepted again ${unit.flaps === 1 ? 'once' : `${unit.flaps} times`} after it had refused`,
    );
  if (unit.attribution === 'collateral')
    add(
      'live/collateral',
      'error',
      `refused legitimate tokens at the same time: this is an outage or collateral, not a revocation`,
    );
  if (
    unit.verdict === 'fail' &&
    unit.stillAccepting === null &&
    unit.interval !== null &&
    isFiniteBound(plan.objective)
  ) {
    add(
      'live/objective-missed',
      'error',
      `accepted until at least ${showSeconds(unit.interval.lower)}, the objective is ${showBound(plan.objective)}`,
    );
  }
  return findings;
}
