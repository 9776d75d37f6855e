import type { DryCheck, DryRun, DryState } from '../model/dry-run.ts';
import { plain } from './drill-plain.ts';
import { jsonText } from './json-text.ts';

const WORDS: Readonly<Record<DryState, string>> = {
  ok: 'ok',
  refused: 'REFUSED',
  unfit: 'UNFIT',
  untried: 'untried',
};

/** What a dry run found, as people read it: stable for one state of the world. */
export function dryRunText({ drill, environment, checks, exit }: DryRun): string {
  return [
    `Dry run of ${drill}  on  ${environment.name} (${environment.class}): nothing was changed`,
    '',
    ...checks.flatMap(lineOf),
    '',
    summaryOf(checks, exit),
    '',
  ].join('\n');
}

function lineOf({ what, about, state, says, hint, code }: DryCheck): readonly string[] {
  const subject = about === null ? what : `${what} ${about}`;
  return [
    `  ${WORDS[state].padEnd(8)} ${subject.padEnd(28)} ${plain(says)}${code === null ? '' : ` (${code})`}`,
    ...(hint === null ? [] : [`  ${' '.repeat(37)} ${plain(hint)}`]),
  ];
}

function summaryOf(checks: readonly DryCheck[], exit: number): string {
  const count = (state: DryState): number => checks.filter((one) => one.state === state).length;
  const bad = count('refused') + count('unfit');
  const untried = `${count('untried')} could not be tried without changing something`;
  return bad === 0
    ? `  A run can begin: ${count('ok')} checks hold, ${untried}.`
    : `  ${count('refused')} refuse the run, ${count('unfit')} would be left out of it, ${untried}; a run would leave with ${exit}.`;
}

/** The same for machines. */
export function dryRunJson({ drill, environment, units, checks, exit }: DryRun): string {
  return jsonText({
    schema_version: '1.0',
    kind: 'DrillDryRun',
    drill,
    environment: environment.name,
    exit,
    units: units.map(({ id, ...unit }) => ({ unit: id, ...unit })),
    checks,
  });
}
