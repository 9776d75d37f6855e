import { isMeasured } from '../model/drill.ts';
import type { DrillResult } from '../model/drill.ts';
import type { RunChange } from '../model/drill-history.ts';
import type { Addend, Arm } from '../model/prediction.ts';
import { showBound } from '../model/quantity.ts';
import type { StoredResult } from '../model/stored-result.ts';

/** Digits of a digest that are shown: enough to tell two apart. */
const SHOWN_DIGITS = 12;

/** What is not the same in two runs, as far as it can move the result of one verifier. */
export function changesBetween(
  before: StoredResult,
  after: StoredResult,
  of: { readonly verifier: string; readonly arm: Arm },
): readonly RunChange[] {
  const sides = [before, after] as const;
  const texts = (what: RunChange['what'], name: string, pick: (side: StoredResult) => string): readonly RunChange[] => {
    const [was, is] = sides.map(pick);
    return was === undefined || is === undefined || was === is ? [] : [{ what, name, before: was, after: is }];
  };
  const prediction = ({ predictions }: StoredResult): StoredResult['predictions'][number] | undefined =>
    predictions.find(({ verifier, arm }) => verifier === of.verifier && arm === of.arm);
  return [
    ...texts('policy', after.result.policy.name, ({ result }) => result.policy.digest.slice(0, SHOWN_DIGITS)),
    ...texts('objective', after.result.policy.name, ({ result }) => showBound(result.policy.objectiveMs)),
    ...texts('drill', after.result.drill.name, ({ result }) => result.drill.digest.slice(0, SHOWN_DIGITS)),
    ...texts('product', of.verifier, (side) => prediction(side)?.product ?? 'unknown'),
    ...settings(prediction(before)?.addends ?? [], prediction(after)?.addends ?? []),
    ...texts('coverage', of.verifier, ({ result }) => coverageText(result, of)),
    ...texts('tool', 'firebreak', ({ result }) => result.tool),
    ...texts('commit', 'repository', ({ result }) => result.policy.commit ?? 'unknown'),
  ];
}

/** Parts of the prediction that moved: they come from configuration files, which say where. */
function settings(before: readonly Addend[], after: readonly Addend[]): readonly RunChange[] {
  const symbols = new Set([...before, ...after].map(({ symbol }) => symbol));
  return [...symbols].flatMap((symbol): readonly RunChange[] => {
    const of = (addends: readonly Addend[]): readonly Addend[] => addends.filter((addend) => addend.symbol === symbol);
    const text = (addends: readonly Addend[]): string =>
      addends.length === 0 ? 'none' : addends.map(({ value }) => showBound(value)).join(' + ');
    const [was, is] = [text(of(before)), text(of(after))];
    if (was === is) return [];
    const label = [...of(after), ...of(before)][0]?.label ?? symbol;
    return [{ what: 'setting', name: `${label} (${symbol})`, before: was, after: is }];
  });
}

function coverageText(result: DrillResult, of: { readonly verifier: string; readonly arm: Arm }): string {
  const { units, measured } = coverageOf(result, of);
  return `${measured} of ${units} measured`;
}

/** Units of a verifier in one run, and those of them that could be measured. */
export function coverageOf(
  { arms }: DrillResult,
  of: { readonly verifier: string; readonly arm: Arm },
): { readonly units: number; readonly measured: number } {
  const units = arms
    .filter(({ arm }) => arm === of.arm)
    .flatMap((arm) => arm.units.filter(({ verifier }) => verifier === of.verifier));
  return { units: units.length, measured: units.filter(isMeasured).length };
}
