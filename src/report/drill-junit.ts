import { attackOf } from '../model/attack.ts';
import type { AttackCell } from '../model/attack.ts';
import type { DrillResult, UnitResult } from '../model/drill.ts';
import type { Markup } from './drill-markup.ts';
import { markup } from './drill-markup.ts';
import { boundText, intervalText, intervalWords, secondsText } from './drill-numbers.ts';
import type { ArmResult } from './drill-wording.ts';
import { addendOrigin, addendWords, biggestAddend, headline, MODEL_WORDS, unitVerdict } from './drill-wording.ts';

/** JUnit's `time` is one number: the upper end, or how long the unit was watched. */
function timeOf(unit: UnitResult): string {
  if (unit.interval === null) return '0';
  const end = unit.interval.upper === 'unbounded' ? unit.interval.lower : unit.interval.upper;
  return (end / 1000).toFixed(3);
}

function outcome(unit: UnitResult, result: DrillResult): Markup | null {
  const addend = biggestAddend(unit.addends);
  const cause = addend === null ? '' : `${addendWords(addend, unit)} at ${addendOrigin(addend)}`;
  const measured =
    unit.interval === null ? 'not judged' : `usable for ${intervalWords(unit.interval)} after the leak was known`;
  const verdict = unitVerdict(unit);
  if (verdict === 'met') return null;
  if (verdict === 'missed') {
    return markup`<failure type="drill/objective-missed" message="${measured}, objective ${boundText(result.policy.objectiveMs)}">${unit.stillAccepting ?? ''}
${cause}</failure>`;
  }
  return verdict === 'excluded'
    ? markup`<skipped message="inconclusive: excluded by calibration: ${unit.calibration}"/>`
    : markup`<skipped message="inconclusive: ${measured}, ${unit.probes.unknown} probes without a clear answer"/>`;
}

function property(name: string, value: string): Markup {
  return markup`<property name="${name}" value="${value}"/>`;
}

function testcase(unit: UnitResult, arm: ArmResult, result: DrillResult): Markup {
  return markup`    <testcase classname="${result.drill.name}.${arm.arm}" name="${unit.unit} refuses the credential within ${boundText(result.policy.objectiveMs)}" time="${timeOf(unit)}">
      <properties>${property('measured', intervalText(unit.interval))}${property('predicted', boundText(unit.predicted))}${property('model', MODEL_WORDS[unit.model])}${property('flaps', String(unit.flaps))}</properties>
      ${outcome(unit, result)}
    </testcase>
`;
}

/** JUnit wants a time; an attack is an attempt, not a wait. */
function attackCase({ unit, kind, outcome, accepted, probes, spellings, why }: AttackCell, drill: string): Markup {
  const { says, reference } = attackOf(kind);
  const inside =
    outcome === 'accepted'
      ? markup`<failure type="drill/attack-accepted" message="accepted ${says}, ${accepted} of ${probes} times">${reference} ${spellings.join(', ')}</failure>`
      : outcome === 'refused'
        ? null
        : markup`<skipped message="inconclusive: ${outcome}: ${why ?? ''}"/>`;
  return markup`    <testcase classname="${drill}.${kind}" name="${unit} refuses ${says}" time="0">${inside}</testcase>
`;
}

/** A run-level case, so that a stopped run or a failure that no unit shows cannot look green. */
function runCase(result: DrillResult): Markup {
  const verdict = result.overall.verdict;
  const why = headline(result);
  const inside =
    verdict === 'fail' || !result.safety.clean
      ? markup`<failure type="drill/${result.safety.clean ? 'failed' : 'clean-up-incomplete'}" message="${why}"/>`
      : verdict === 'pass'
        ? null
        : markup`<skipped message="${verdict}: ${why}"/>`;
  return markup`    <testcase classname="${result.drill.name}" name="the drill as a whole" time="${(result.durationMs / 1000).toFixed(3)}">${inside}</testcase>
`;
}

function counts(parts: readonly (Markup | null)[]): {
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
} {
  const having = (tag: string): number => parts.filter((part) => part?.html.includes(`<${tag} `) === true).length;
  return { tests: parts.length, failures: having('failure'), skipped: having('skipped') };
}

function suite(name: string, cases: readonly Markup[]): Markup {
  const { tests, failures, skipped } = counts(cases);
  return markup`  <testsuite name="${name}" tests="${tests}" failures="${failures}" errors="0" skipped="${skipped}">
${cases}  </testsuite>
`;
}

/**
 * JUnit XML: one suite per arm, one case per unit, one case for the whole run. Inconclusive is `skipped`, which most
 * viewers show as neither green nor red; the exit code of the command stays non-zero.
 */
export function drillJunit(result: DrillResult): string {
  const arms = result.arms.map((arm) => ({ arm, cases: arm.units.map((unit) => testcase(unit, arm, result)) }));
  const run = runCase(result);
  const attacks = (result.matrix?.cells ?? []).map((cell) => attackCase(cell, result.drill.name));
  const { tests, failures, skipped } = counts([run, ...attacks, ...arms.flatMap(({ cases }) => cases)]);
  const suites = [
    suite(result.drill.name, [run]),
    ...(attacks.length === 0 ? [] : [suite(`${result.drill.name} attacks`, attacks)]),
    ...arms.map(({ arm, cases }) =>
      suite(`${result.drill.name} ${arm.arm} (${arm.ttr === null ? 'not measured' : intervalText(arm.ttr)})`, cases),
    ),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markup`<testsuites name="firebreak drill ${result.drill.name}" tests="${tests}" failures="${failures}" errors="0" skipped="${skipped}" time="${secondsText(result.durationMs).replace(' s', '')}">
${suites}</testsuites>
`.html.replace(/^ +\n/gm, '')}`;
}
