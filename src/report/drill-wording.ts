import type { DrillResult, JudgedPrediction, UnitResult } from '../model/drill.ts';
import { showLocation } from '../model/location.ts';
import type { Scenario } from '../model/policy.ts';
import type { Addend, Arm } from '../model/prediction.ts';
import { isFiniteBound } from '../model/quantity.ts';
import { matrixAction, matrixHeadline } from './drill-matrix.ts';
import { boundText, countOf, intervalWords, secondsText } from './drill-numbers.ts';

/** What a report may know beside the result itself. */
export interface DrillReportOptions {
  /** Predictions of the same run, for owner, product and what would bound an unbounded verifier. */
  readonly predictions?: readonly JudgedPrediction[];
  /** The command line that repeats the drill; made from the drill's file when absent. */
  readonly command?: string;
}

export type ArmResult = DrillResult['arms'][number];

export type VerdictWord = 'MET' | 'MISSED' | 'INCONCLUSIVE' | 'STOPPED' | 'FAILED';

const LEAKED: Readonly<Record<Scenario, string>> = {
  signing_key: 'leaked signing key',
  access_token: 'leaked access token',
  refresh_token: 'leaked refresh token',
  hmac_secret: 'leaked HMAC secret',
  client: 'compromised client',
  user_session: 'stolen user session',
};

export const ARM_WORDS: Readonly<Record<Arm, string>> = {
  quiet: 'only the leaked credential is used after containment; this is the guarantee',
  sparse: 'the leaked credential is used rarely, which ends sooner where its use keeps it alive',
  busy: 'tokens under a new key arrive too, which makes some verifiers fetch keys earlier',
};

/** Verdict of one unit as a word: `excluded` means that calibration could not tell accept from reject there. */
export function unitVerdict(unit: UnitResult): 'met' | 'missed' | 'inconclusive' | 'excluded' {
  if (unit.interval === null) return 'excluded';
  if (unit.verdict === 'pass') return 'met';
  return unit.verdict === 'fail' ? 'missed' : 'inconclusive';
}

export const MODEL_WORDS: Readonly<Record<UnitResult['model'], string>> = {
  consistent: 'within the prediction',
  exceeded: 'ABOVE the prediction',
  'not-bounded': 'no bound was predicted',
  undecided: 'cannot be compared with the prediction',
};

/** The arm the headline speaks of: the first with a miss, else the quiet one, else the first. */
export function judgedArm(result: DrillResult): ArmResult | undefined {
  const quietFirst = [...result.arms].sort((a, b) => Number(b.arm === 'quiet') - Number(a.arm === 'quiet'));
  return quietFirst.find((arm) => arm.units.some((unit) => unit.verdict === 'fail')) ?? quietFirst[0];
}

export function verdictWord(result: DrillResult): VerdictWord {
  const missed = result.arms.some((arm) => arm.units.some((unit) => unit.verdict === 'fail'));
  const words = {
    pass: 'MET',
    fail: missed ? 'MISSED' : 'FAILED',
    inconclusive: 'INCONCLUSIVE',
    stopped: 'STOPPED',
  } as const;
  return words[result.overall.verdict];
}

/** `verifier` when every verifier is one unit, else `verifier replica`. */
function unitNoun(arm: ArmResult): string {
  return new Set(arm.units.map((unit) => unit.verifier)).size === arm.units.length ? 'verifier' : 'verifier replica';
}

function missReason(arm: ArmResult): string {
  const missed = arm.units.filter((unit) => unit.verdict === 'fail');
  const never = missed.filter((unit) => unit.interval?.upper === 'unbounded').length;
  const late = missed.length - never;
  const of = `of ${countOf(arm.units.length, unitNoun(arm))}`;
  if (never === 0) return `${late} ${of} dropped it too late`;
  return late === 0
    ? `${never} ${of} never dropped it`
    : `${never} ${of} never dropped it and ${late} dropped it too late`;
}

function usable(result: DrillResult): string {
  const subject = `A ${LEAKED[result.scenario]}`;
  const ttr = result.overall.ttr;
  if (ttr === null) return `How long ${subject.toLowerCase()} stays usable was not measured`;
  if (ttr.upper === 'unbounded') {
    return `${subject} was still accepted ${secondsText(ttr.lower, 'down')} after the leak was known, when the drill stopped watching`;
  }
  return `${subject} stayed usable for ${intervalWords(ttr)} after the leak was known`;
}

function objectiveWords(result: DrillResult): string {
  const objective = result.policy.objectiveMs;
  return isFiniteBound(objective) ? `objective ${boundText(objective)}` : 'the policy sets no objective';
}

/** The one sentence of the run, with the verdict in words, without a full stop. */
export function headline(result: DrillResult): string {
  const word = verdictWord(result);
  if (result.matrix !== null && result.overall.verdict !== 'stopped')
    return `${matrixHeadline(result.matrix)}: ${word}`;
  const start = `${usable(result)}, ${objectiveWords(result)}: ${word}`;
  const arm = judgedArm(result);
  if (word === 'MISSED' && arm !== undefined) return `${start} because ${missReason(arm)}`;
  if (word === 'MET') return start;
  return `${start} because ${trimStop(result.overall.why)}`;
}

/** Removes a full stop at the end, so that a sentence can become part of another. */
function trimStop(text: string): string {
  return text.trim().replace(/\.+$/, '');
}

function weight(addend: Addend): number {
  if (isFiniteBound(addend.value)) return addend.value;
  return addend.value === 'unbounded' ? Number.POSITIVE_INFINITY : Number.MAX_VALUE;
}

/** The addend that makes most of the bound: an endless one first, then one that is not known, then the longest. */
export function biggestAddend(addends: readonly Addend[]): Addend | null {
  return addends.reduce<Addend | null>(
    (best, addend) => (best === null || weight(addend) > weight(best) ? addend : best),
    null,
  );
}

/** Where an addend's value comes from: `file:line:column`, or the source of the product's default. */
export function addendOrigin(addend: Addend): string {
  if (addend.at !== null) return showLocation(addend.at);
  return addend.source === null ? addend.origin : `${addend.origin}: ${addend.source}`;
}

/** `key cache lifetime (C) = 5 s of 7 s`. The place is `addendOrigin`. */
export function addendWords(addend: Addend, unit: Pick<UnitResult, 'predicted'>): string {
  const both = isFiniteBound(addend.value) && isFiniteBound(unit.predicted);
  return `${addend.label} (${addend.symbol}) = ${boundText(addend.value)}${both ? ` of ${boundText(unit.predicted)}` : ''}`;
}

/** First letter upper case. */
export function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function predictionOf(
  options: DrillReportOptions,
  unit: UnitResult,
  scenario: Scenario,
): JudgedPrediction | undefined {
  return options.predictions?.find(
    (one) => one.verifier === unit.verifier && one.arm === unit.arm && one.scenario === scenario,
  );
}

function worstUnit(arm: ArmResult | undefined, verdict: UnitResult['verdict']): UnitResult | undefined {
  const end = (unit: UnitResult): number => {
    if (unit.interval === null) return -1;
    return unit.interval.upper === 'unbounded' ? Number.POSITIVE_INFINITY : unit.interval.upper;
  };
  return arm?.units
    .filter((unit) => unit.verdict === verdict)
    .reduce<UnitResult | undefined>(
      (worst, unit) => (worst === undefined || end(unit) > end(worst) ? unit : worst),
      undefined,
    );
}

function fixOf(unit: UnitResult, result: DrillResult, options: DrillReportOptions): string {
  const addend = biggestAddend(unit.addends);
  const bounded = predictionOf(options, unit, result.scenario)?.wouldBeBoundedBy ?? null;
  const place = addend === null ? '' : ` (\`${addendOrigin(addend)}\`)`;
  if (bounded !== null) return `make ${unit.verifier} drop what was revoked: ${trimStop(bounded)}${place}`;
  const what = addend === null ? '' : `: ${addendWords(addend, unit)}${place}`;
  if (unit.interval?.upper === 'unbounded') return `make ${unit.verifier} drop what was revoked${what}`;
  return `shorten what keeps ${unit.verifier} accepting${what}`;
}

function othersMissed(arm: ArmResult | undefined, first: UnitResult): string {
  const others =
    arm?.units.filter((unit) => unit.verdict === 'fail' && unit !== first).map((unit) => unit.verifier) ?? [];
  if (others.length === 0) return '';
  return others.length > 3 ? `; then ${others.length} more` : `; then ${others.join(' and ')}`;
}

/** The single most useful thing to do now, as an imperative without a full stop. */
export function nextAction(result: DrillResult, options: DrillReportOptions = {}): string {
  if (!result.safety.clean)
    return 'finish the clean-up now with `firebreak drill recover`; something this run made may still be trusted';
  const accepted = result.matrix === null ? null : matrixAction(result.matrix);
  if (accepted !== null) return accepted;
  const arm = judgedArm(result);
  const missed = worstUnit(arm, 'fail');
  if (missed !== undefined) return `${fixOf(missed, result, options)}${othersMissed(arm, missed)}`;
  const exceeded = result.arms.flatMap((one) => one.units).find((unit) => unit.model === 'exceeded');
  if (exceeded !== undefined) {
    return `find out why ${exceeded.verifier} took longer than predicted: a cache the inventory does not name, or a setting that is not what is deployed`;
  }
  const undecided = worstUnit(arm, 'inconclusive');
  if (undecided !== undefined) {
    const why =
      undecided.interval === null ? undecided.calibration : 'too many probes around the change gave no answer';
    return `get a clear answer from ${undecided.verifier} (${trimStop(why)}), then run the drill again`;
  }
  if (result.overall.verdict === 'pass' && result.matrix !== null)
    return 'nothing to fix; run the drill again when a library or an option of a verifier changes';
  if (result.overall.verdict === 'pass') {
    const targeted = result.arms.find(({ phase }) => typeof phase?.fetchedBeforeMs === 'number')?.phase?.verifier;
    return targeted === undefined
      ? 'nothing to fix; run the drill again on schedule, because one run sees one phase of every cache'
      : `nothing to fix: this was timed to a fetch by ${targeted}; time the next drill to a fetch by another verifier`;
  }
  const error = result.findings.find((finding) => finding.severity === 'error');
  return error === undefined
    ? `resolve what stopped the run (${trimStop(result.overall.why)}) and run the drill again`
    : `resolve: ${trimStop(error.message)}`;
}

/** The command that repeats the run. */
export function rerunCommand(result: DrillResult, options: DrillReportOptions): string {
  return options.command ?? `firebreak drill run ${result.drill.file}`;
}

/** Every column and mark of the reports in plain words; printed below the tables. */
export const GLOSSARY: readonly (readonly [string, string])[] = [
  [
    'Measured',
    'The leaked credential was seen working at the first time and seen refused at the second; the true end lies in between. All times count from t0, the moment the leak is known.',
  ],
  [
    'Predicted',
    'The longest time the configuration allows, computed before the run from the files. A measurement above it means the model or the configuration is wrong.',
  ],
  [
    'Verdict',
    'Met: refused for certain before the objective. Missed: still accepted after it. Inconclusive: the answers do not decide it. Excluded: before the leak the verifier could not be told right from wrong, so it was not judged.',
  ],
  [
    'Biggest part',
    'The setting that makes most of the predicted time (its share of the whole), and where it is written. Change this one first.',
  ],
  [
    'Flaps',
    'How often the verifier accepted again after it had refused. More than 0 usually means that replicas disagree.',
  ],
  [
    'Unknown',
    'Probes that showed neither: time-outs, server errors, throttling. They are never counted as refused, because an outage is not a revocation.',
  ],
  ['Recovery', 'When the credential that legitimate users get after containment was first accepted.'],
];
