import type { DrillResult, UnitResult } from '../model/drill.ts';
import type { Location } from '../model/location.ts';
import { boundText, intervalText } from './drill-numbers.ts';
import { addendWords, biggestAddend } from './drill-wording.ts';
import { jsonText } from './json-text.ts';
import { sarifLocation } from './sarif.ts';
import { visible } from './visible.ts';

/** Longest message; names can be of any length. */
const MAX_MESSAGE = 1000;

const RULE = 'drill/time-to-revocation';

type Arm = DrillResult['arms'][number];

/**
 * SARIF 2.1.0 for code scanning: one result for every unit, `pass`, `fail`, or `open` where the drill could not decide
 * (SARIF 2.1.0 section 3.27.9). Its place is the line that makes most of the prediction, which is what to change; where no
 * file says so it is the objective. Findings of the run that name no unit have a result of their own.
 */
export function drillSarif(result: DrillResult, { version }: { readonly version: string }): string {
  const units = result.arms.flatMap((arm) => arm.units.map((unit) => unitEntry(unit, arm, result)));
  const others = result.findings.filter(({ unit }) => unit === null);
  const rules = [RULE, ...new Set(others.map(({ rule }) => rule))];
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'firebreak', version, semanticVersion: version, rules: rules.map(ruleEntry) } },
        automationDetails: { id: `firebreak/drill/${result.drill.name}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: result.safety.clean, startTimeUtc: result.startedAt }],
        results: [
          ...units,
          ...others.map(({ rule, severity, message, at }) => ({
            ruleId: rule,
            ruleIndex: rules.indexOf(rule),
            level: severity === 'info' ? 'note' : severity,
            message: { text: shown(message) },
            ...places(at ?? result.policy.objectiveAt, null),
          })),
        ],
        properties: { runId: result.runId, drill: result.drill.name, verdict: result.overall.verdict },
      },
    ],
  });
}

function ruleEntry(id: string): object {
  const text = 'A leaked credential is refused within the objective of its policy.';
  return {
    id,
    name: id,
    shortDescription: { text },
    fullDescription: { text },
    help: { text: `${text} firebreak drill report shows the measurement; docs/drill-results.md explains it.` },
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['security', 'jwt', 'drill'], precision: 'very-high', 'security-severity': '7.0' },
  };
}

function unitEntry(unit: UnitResult, { arm }: Arm, result: DrillResult): object {
  const cause = biggestAddend(unit.addends.filter(({ at }) => at !== null));
  const kind = { pass: 'pass', fail: 'fail', inconclusive: 'open' }[unit.verdict];
  const { interval } = unit;
  return {
    ruleId: RULE,
    ruleIndex: 0,
    kind,
    // A level other than none is for failures only (section 3.27.10).
    level: kind === 'fail' ? 'error' : 'none',
    message: { text: shown(messageOf(unit, arm, result)) },
    ...places(cause?.at ?? result.policy.objectiveAt, result.policy.objectiveAt),
    partialFingerprints: { 'firebreak/v1': [result.scenario, arm, unit.unit, cause?.symbol ?? ''].join('|') },
    properties: {
      arm,
      unit: unit.unit,
      attribution: unit.attribution,
      measuredLowerMs: interval?.lower ?? null,
      measuredUpperMs: interval?.upper ?? null,
      predictedMs: unit.predicted,
      objectiveMs: result.policy.objectiveMs,
    },
  };
}

function messageOf(unit: UnitResult, arm: string, { policy }: DrillResult): string {
  const cause = biggestAddend(unit.addends.filter(({ at }) => at !== null));
  const why = cause === null ? '' : `; most of the prediction is ${addendWords(cause, unit)}`;
  const measured =
    unit.interval === null
      ? `was not measured (${unit.calibration})`
      : `stopped accepting after ${intervalText(unit.interval)}`;
  const word = { pass: 'met', fail: 'missed', inconclusive: 'not decided' }[unit.verdict];
  return `${unit.unit} ${measured} in the ${arm} arm, predicted ${boundText(unit.predicted)}, objective ${boundText(policy.objectiveMs)}: ${word}${why}`;
}

function places(at: Location | null, related: Location | null): object {
  return {
    ...(at === null ? {} : { locations: [sarifLocation(at)] }),
    ...(related === null || related === at
      ? {}
      : { relatedLocations: [{ ...sarifLocation(related), message: { text: 'the objective' } }] }),
  };
}

function shown(text: string): string {
  return visible(text)
    .slice(0, MAX_MESSAGE)
    .replace(/\p{Surrogate}$/u, '');
}
