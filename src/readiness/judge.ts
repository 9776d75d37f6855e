import type { Scenario } from '../model/policy.ts';
import { SCENARIOS } from '../model/policy.ts';
import type { ReadinessAnswer, ReadinessVerdict, ScenarioReadiness } from '../model/readiness.ts';
import { containAnswer } from './contain.ts';
import { howFastAnswer } from './how-fast.ts';
import type { ReadinessInput } from './input.ts';
import { concernedBy } from './input.ts';
import { needsAnswer } from './needs.ts';
import { scopeAnswer } from './scope.ts';
import { verifyAnswer } from './verify.ts';
import { whoAnswer } from './who.ts';

/** Whether each scenario could be answered today, in the order of what can leak. */
export function judgeReadiness(
  input: ReadinessInput,
  scenarios: readonly Scenario[] = SCENARIOS,
): readonly ScenarioReadiness[] {
  return scenarios.map((scenario) => judgeScenario(scenario, input));
}

function judgeScenario(scenario: Scenario, input: ReadinessInput): ScenarioReadiness {
  const concerned = concernedBy(scenario, input);
  if (concerned.length === 0) return { scenario, verdict: 'not_applicable', answers: [] };
  const answers = [
    scopeAnswer(scenario, concerned, input.logs),
    containAnswer(scenario, concerned),
    verifyAnswer(scenario, concerned, input),
    whoAnswer(concerned, input),
    howFastAnswer(scenario, concerned, input),
    needsAnswer(input.needs.filter((need) => need.scenario === scenario)),
  ];
  return { scenario, verdict: verdictOf(answers), answers };
}

/** Unknown is not a pass, and a certain no is more than that. */
function verdictOf(answers: readonly ReadinessAnswer[]): ReadinessVerdict {
  if (answers.some(({ verdict }) => verdict === 'no')) return 'not_ready';
  return answers.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'ready';
}
