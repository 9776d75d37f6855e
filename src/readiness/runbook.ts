import type { Scenario } from '../model/policy.ts';
import type { Runbook, RunbookVerifier } from '../model/runbook.ts';
import { containAnswer } from './contain.ts';
import { howFastAnswer, newestRuns } from './how-fast.ts';
import type { Concerned, ReadinessInput } from './input.ts';
import { concernedBy, policiesOf } from './input.ts';
import { containSteps, uselessFor } from './runbook-contain.ts';
import { communicateSteps, learnSteps } from './runbook-after.ts';
import { firstSteps, scopeSteps, verifySteps } from './runbook-steps.ts';
import { SCENARIO_WORDS, variablesOf } from './runbook-words.ts';
import { scopeAnswer } from './scope.ts';
import { verifyAnswer } from './verify.ts';
import { waysFor } from './ways.ts';
import { whoAnswer } from './who.ts';

/** What a runbook is made from: documents and recorded drills, nothing of the machine or the moment it is made on. */
export type RunbookInput = Pick<
  ReadinessInput,
  'inventories' | 'policies' | 'drills' | 'predictions' | 'results' | 'approvals'
>;

/** The runbook of a scenario; null where no verifier is concerned. Equal documents give equal runbooks. */
export function runbookFor(scenario: Scenario, given: RunbookInput): Runbook | null {
  const input: ReadinessInput = { ...given, logs: null, needs: [], now: Infinity };
  const concerned = concernedBy(scenario, input);
  if (concerned.length === 0) return null;
  const { title, slug, summary } = SCENARIO_WORDS[scenario];
  const deciders = decidersOf(concerned, input);
  const steps = [
    ...firstSteps(scenario, concerned, deciders),
    ...scopeSteps(scenario),
    ...containSteps(scenario, concerned),
    ...verifySteps(scenario, concerned, input),
    ...communicateSteps(concerned),
    ...learnSteps(scenario, concerned, input),
  ];
  return {
    scenario,
    title,
    slug,
    summary,
    inventories: [...new Set(concerned.map(({ inventory }) => inventory.name))].toSorted(),
    deciders,
    variables: variablesOf(steps.flatMap(({ commands }) => commands)),
    verifiers: verifiersOf(scenario, concerned, input),
    steps,
    useless: uselessFor(scenario),
    gaps: gapsOf(scenario, concerned, input),
  };
}

function decidersOf(concerned: readonly Concerned[], { approvals }: ReadinessInput): Runbook['deciders'] {
  const policies = policiesOf(concerned).flatMap(({ name, owner }) =>
    owner === null ? [] : [{ who: [owner], about: `policy "${name}"` }],
  );
  const from = approvals?.from ?? null;
  return [
    ...policies,
    ...(approvals === null
      ? []
      : [
          {
            who: from ?? ['anybody with write access'],
            about: `approving changes (${approvals.min} needed)`,
          },
        ]),
  ];
}

function verifiersOf(
  scenario: Scenario,
  concerned: readonly Concerned[],
  input: ReadinessInput,
): readonly RunbookVerifier[] {
  const ways = waysFor(scenario, concerned).filter(({ option }) => option.phase === 'deny');
  const runs = newestRuns(scenario, concerned, input);
  return concerned.map((one) => {
    const { verifier, policy, prediction } = one;
    const run = runs.find(
      ({ series }) => series.verifier === verifier.name && series.environment === verifier.environment,
    )?.run;
    return {
      name: verifier.name,
      environment: verifier.environment,
      owner: verifier.owner,
      policy: policy?.name ?? null,
      predicted: prediction.bound,
      objective: prediction.objective?.max ?? null,
      measured: run?.interval == null ? null : { day: run.startedAt.slice(0, 10), upper: run.interval.upper },
      first: ways.find(({ reached }) => reached.some((each) => each.one === one))?.option.does ?? null,
    };
  });
}

/** What is missing by the documents; what logs and machines lack is for the doctor. */
function gapsOf(scenario: Scenario, concerned: readonly Concerned[], input: ReadinessInput): readonly string[] {
  const answers = [
    scopeAnswer(scenario, concerned, null),
    containAnswer(scenario, concerned),
    verifyAnswer(scenario, concerned, input),
    whoAnswer(concerned, input),
    // Where nothing ends it, containing says so already.
    howFastAnswer(
      scenario,
      concerned.filter(({ prediction }) => prediction.bound !== 'unbounded'),
      input,
    ),
  ];
  const gaps = answers.flatMap(({ gaps: found }) => found.filter(({ kind }) => kind !== 'note'));
  return [...new Set(gaps.map(({ what, fix }) => (fix === null ? what : `${what}: ${fix}`)))];
}
