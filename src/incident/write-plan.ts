import type { ContainmentPlan, ContainmentStep, ProposedStep } from '../model/containment.ts';
import { API_VERSION } from '../model/document.ts';
import { toTimestamp } from '../model/instant.ts';
import { showBound } from '../model/quantity.ts';

/** The text of a plan. Strings are written as JSON, which YAML reads the same; comments say what reviewers ask. */
export function planFileText(
  plan: ContainmentPlan,
  proposed: readonly Pick<ProposedStep, 'step' | 'says' | 'collateral' | 'undo'>[],
): string {
  return [
    '# yaml-language-server: $schema=https://firebreak.dev/schema/v1alpha1/containment-plan.json',
    '# Review it, change it, commit it; firebreak incident contain runs what stands here.',
    `apiVersion: ${API_VERSION}`,
    'kind: ContainmentPlan',
    'metadata:',
    `  name: ${plan.incident}`,
    'spec:',
    `  incident: ${plan.incident}`,
    `  inventory: ${plan.inventory}`,
    `  environment: ${plan.environment}`,
    `  made: ${toTimestamp(plan.made)}`,
    ...(proposed.length === 0 ? ['  steps: []'] : ['  steps:', ...proposed.flatMap(stepLines)]),
    ...(plan.expected.length === 0
      ? ['  expected: []']
      : [
          '  expected:',
          ...plan.expected.map(
            ({ verifier, bound, by }) =>
              `    - { verifier: ${verifier}, bound: ${showBound(bound)}, by: ${JSON.stringify(by)} }`,
          ),
        ]),
    '',
  ].join('\n');
}

function stepLines({ step, says, collateral, undo }: Parameters<typeof planFileText>[1][number]): readonly string[] {
  return [
    `    # ${oneLine(says)}`,
    `    # hits: ${oneLine(collateral)}`,
    `    # undo: ${oneLine(undo)}`,
    `    - id: ${step.id}`,
    ...memberLines(step).map((line) => `      ${line}`),
  ];
}

function memberLines({
  does,
  issuer,
  names,
  until,
  call,
  timeout,
  isRepeatable,
  after,
}: ContainmentStep): readonly string[] {
  return [
    `does: ${does}`,
    `issuer: ${issuer}`,
    ...(names === null ? [] : [`names: { type: ${names.type}, value: ${JSON.stringify(names.value)} }`]),
    `until: ${toTimestamp(until)}`,
    `uses: ${call.uses}`,
    ...(Object.keys(call.with).length === 0 ? ['with: {}'] : [`with: ${JSON.stringify(call.with)}`]),
    `timeout: ${showBound(timeout)}`,
    ...(isRepeatable === null ? [] : [`repeatable: ${String(isRepeatable)}`]),
    ...(after.length === 0 ? [] : [`after: ${JSON.stringify(after)}`]),
  ];
}

/** What stands in a comment must not end it. */
function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ');
}
