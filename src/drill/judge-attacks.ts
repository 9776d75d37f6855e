import type { AttackCell, AttackKind, AttackMatrix } from '../model/attack.ts';
import { attackOf, isForgery } from '../model/attack.ts';
import type { AttackProbe, DrillFinding, DrillResult, JudgedPlan } from '../model/drill.ts';
import { isRefusal } from './attack.ts';
import type { ArmEvidence } from './evidence.ts';

/** Turns the attempts of a drill with attacks into its matrix; null for drills without. */
export function judgeAttacks(records: readonly ArmEvidence[], { drill, units }: JudgedPlan): AttackMatrix | null {
  const { attacks, repeats } = drill.observe;
  const kinds = attacks.flatMap((attack) => attack.kinds);
  const [record] = records;
  if (kinds.length === 0 || record === undefined) return null;
  return {
    kinds,
    units: units.map(({ id }) => id),
    cells: units.flatMap((unit) => kinds.map((kind) => cellOf(unit, kind, { record, repeats }))),
  };
}

const CUT_SHORT = 'not tried to the end, because a good token was refused before';

function cellOf(
  { id: unit, verifier }: JudgedPlan['units'][number],
  kind: AttackKind,
  { record, repeats }: { readonly record: ArmEvidence; readonly repeats: number },
): AttackCell {
  const tried = record.attacks.filter((attack) => attack.unit === unit && attack.kind === kind);
  const accepted = tried.filter(({ probe }) => probe?.verdict === 'accept');
  const unfit = [...record.calibrations, ...record.closing].find(
    (calibration) => calibration.unit === unit && calibration.verdict !== 'usable',
  );
  const rounds = tried.filter(({ spelling }) => spelling === tried[0]?.spelling).length;
  const doubt = tried.map(doubtOf).find((why) => why !== null) ?? (rounds < repeats ? CUT_SHORT : null);
  const common = {
    unit,
    verifier,
    kind,
    probes: tried.filter(({ probe }) => probe !== null).length,
    accepted: accepted.length,
    spellings: [...new Set(accepted.flatMap(({ spelling }) => (spelling === '' ? [] : [spelling])))],
  };
  // What was accepted was accepted, whatever the verifier did afterwards.
  if (accepted.length > 0) return { ...common, outcome: 'accepted', why: null };
  if (unfit !== undefined) return { ...common, outcome: 'excluded', why: `${unfit.verdict}, ${unfit.why}` };
  return doubt === null
    ? { ...common, outcome: 'refused', why: null }
    : { ...common, outcome: 'undecided', why: doubt };
}

/** Why an attempt shows nothing; null when it was refused for certain. */
function doubtOf({ probe, witnessed }: AttackProbe): string | null {
  if (probe === null) return 'it could not be sent';
  if (!isRefusal(probe)) return `no clear answer (${probe.reason})`;
  return witnessed ? null : 'a good token was not accepted afterwards';
}

/** One finding for each kind that a verifier accepted. */
export function attackFindings(matrix: AttackMatrix | null): readonly DrillFinding[] {
  return (matrix?.cells ?? []).flatMap(
    ({ unit, kind, outcome, spellings, accepted, probes }): readonly DrillFinding[] => {
      if (outcome !== 'accepted') return [];
      const { says, reference } = attackOf(kind);
      const which = spellings.length === 0 ? '' : ` (${spellings.join(', ')})`;
      return [
        {
          rule: isForgery(kind) ? 'live/forged-accepted' : 'live/replay-accepted',
          severity: 'error',
          unit,
          arm: null,
          message: `accepted ${kind}, ${says}${which}, ${accepted} of ${probes} times; see ${reference}`,
          at: null,
        },
      ];
    },
  );
}

/** The verdict over the whole matrix. One acceptance fails it; one open cell keeps it from passing. */
export function attackVerdict({ cells, kinds, units }: AttackMatrix): DrillResult['overall'] {
  const named = (outcome: AttackCell['outcome']): readonly AttackCell[] =>
    cells.filter((cell) => cell.outcome === outcome);
  const verifiers = (of: readonly AttackCell[]): string => [...new Set(of.map(({ unit }) => unit))].join(', ');
  const accepted = named('accepted');
  if (accepted.length > 0) {
    const what = [...new Set(accepted.map(({ kind }) => kind))].join(', ');
    return { verdict: 'fail', why: `${verifiers(accepted)} accepted ${what}.`, ttr: null };
  }
  const open = [...named('undecided'), ...named('excluded')];
  if (open.length > 0 || cells.length === 0)
    return { verdict: 'inconclusive', why: `${verifiers(open) || 'No verifier'} could not be decided.`, ttr: null };
  return {
    verdict: 'pass',
    why: `Every verifier refused all ${kinds.length} kinds from the first probe on (${units.length} verifiers).`,
    ttr: null,
  };
}
