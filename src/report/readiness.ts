import { showLocation } from '../model/location.ts';
import type {
  GapKind,
  ReadinessAnswer,
  ReadinessQuestion,
  ReadinessVerdict,
  ScenarioReadiness,
} from '../model/readiness.ts';
import { READINESS_QUESTIONS } from '../model/readiness.ts';
import type { Paint } from './color.ts';
import { jsonText } from './json-text.ts';
import { leakWords } from './predict-wording.ts';
import { visible } from './visible.ts';

/** Version of the JSON output; members are only added within a major. */
const SCHEMA_VERSION = '1.0';

const TITLES: Readonly<Record<ReadinessQuestion, string>> = {
  scope: 'scope',
  contain: 'contain',
  verify: 'verify',
  who: 'who',
  how_fast: 'how fast',
  needs: 'needs',
};

const VERDICTS: Readonly<Record<ReadinessVerdict, string>> = {
  ready: 'ready',
  not_ready: 'not ready',
  unknown: 'unknown',
  not_applicable: 'nothing of the kind here',
};

const GAPS: Readonly<Record<GapKind, string>> = { missing: 'missing', unknown: 'unknown', note: 'note' };

export interface ReadinessPrettyOptions {
  readonly color: Paint;
  /** Tells what is there too, not only what is missing. */
  readonly facts: boolean;
}

/** A table at a glance, then what is missing in each scenario. */
export function readinessPretty(all: readonly ScenarioReadiness[], options: ReadinessPrettyOptions): string {
  const blocks = [tableLines(all, options.color), ...all.map((one) => scenarioLines(one, options))];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function tableLines(all: readonly ScenarioReadiness[], color: Paint): readonly string[] {
  const name = Math.max(...all.map(({ scenario }) => leakWords(scenario).length));
  const width = (question: ReadinessQuestion): number => Math.max(7, TITLES[question].length);
  const head = READINESS_QUESTIONS.map((question) => TITLES[question].padEnd(width(question))).join('  ');
  return [
    color.bold(`${''.padEnd(name)}  ${head}`.trimEnd()),
    ...all.map(({ scenario, verdict, answers }) => {
      const cells = READINESS_QUESTIONS.map((question) => {
        const answer = answers.find((each) => each.question === question);
        return paintAnswer(answer, color)((answer?.verdict ?? '-').padEnd(width(question)));
      });
      return `${leakWords(scenario).padEnd(name)}  ${cells.join('  ')}  ${paintVerdict(verdict, color)(VERDICTS[verdict])}`;
    }),
  ];
}

function scenarioLines(
  { scenario, verdict, answers }: ScenarioReadiness,
  { color, facts }: ReadinessPrettyOptions,
): readonly string[] {
  if (answers.length === 0) return [];
  return [
    `${color.bold(leakWords(scenario))}: ${paintVerdict(verdict, color)(VERDICTS[verdict])}`,
    ...answers.flatMap((answer) => answerLines(answer, { color, facts })),
  ];
}

function answerLines(answer: ReadinessAnswer, { color, facts }: ReadinessPrettyOptions): readonly string[] {
  const { question, says, basis } = answer;
  const declared = basis === 'declared' ? color.dim(' (as declared)') : '';
  return [
    `  ${TITLES[question].padEnd(8)}  ${paintAnswer(answer, color)(answer.verdict.padEnd(7))}  ${visible(says)}${declared}`,
    ...(facts ? answer.facts.map((fact) => `             ${color.dim(visible(fact.says))}`) : []),
    ...answer.gaps.map(({ kind, what, fix, at }) => {
      const paint = kind === 'missing' ? color.red : kind === 'unknown' ? color.yellow : color.dim;
      const place = at === null ? '' : color.dim(`  ${visible(showLocation(at))}`);
      return `             ${paint(GAPS[kind])}: ${visible(what)}${fix === null ? '' : `; ${visible(fix)}`}${place}`;
    }),
  ];
}

function paintAnswer(answer: ReadinessAnswer | undefined, color: Paint): (text: string) => string {
  if (answer === undefined) return color.dim;
  return answer.verdict === 'yes' ? color.green : answer.verdict === 'no' ? color.red : color.yellow;
}

function paintVerdict(verdict: ReadinessVerdict, color: Paint): (text: string) => string {
  switch (verdict) {
    case 'ready':
      return color.green;
    case 'not_ready':
      return color.red;
    case 'unknown':
      return color.yellow;
    case 'not_applicable':
      return color.dim;
  }
}

/** A machine's view, as schema/output/readiness.json describes it. */
export function readinessJson(all: readonly ScenarioReadiness[]): string {
  const count = (verdict: ReadinessVerdict): number => all.filter((each) => each.verdict === verdict).length;
  return jsonText({
    schema_version: SCHEMA_VERSION,
    summary: {
      ready: count('ready'),
      not_ready: count('not_ready'),
      unknown: count('unknown'),
      not_applicable: count('not_applicable'),
    },
    scenarios: all.map(({ scenario, verdict, answers }) => ({
      scenario,
      verdict,
      answers: answers.map((answer) => ({
        question: answer.question,
        verdict: answer.verdict,
        says: answer.says,
        basis: answer.basis,
        facts: answer.facts.map(({ says, at }) => ({ says, at: at === null ? null : showLocation(at) })),
        gaps: answer.gaps.map(({ kind, what, fix, at }) => ({
          kind,
          what,
          fix,
          at: at === null ? null : showLocation(at),
        })),
      })),
    })),
  });
}
