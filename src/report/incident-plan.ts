import type { ContainmentProposal, LeftOutOption, PlannedVerifier, ProposedStep } from '../model/containment.ts';
import { showBound } from '../model/quantity.ts';
import type { Paint } from './color.ts';
import { visible } from './visible.ts';

/** The plan of an incident for a terminal. @param folder of the incident */
export function planPretty(proposal: ContainmentProposal, color: Paint, folder: string): string {
  const { incident, scenario, environment, steps, verifiers, leftOut, checklist, notes } = proposal;
  const blocks: readonly (readonly string[])[] = [
    [
      color.bold(visible(`Plan for ${incident.name}: ${incident.leaked} (${scenario})`)),
      `  environment ${environment.name} (${environment.class}), inventory ${proposal.inventory}, lead ${visible(incident.lead)}`,
      ...affectedLines(proposal),
    ],
    steps.length === 0 ? [] : [color.bold('Steps'), ...steps.flatMap((step, index) => stepLines(step, index, color))],
    [color.bold('What it gives'), ...verifierLines(verifiers, color)],
    exposedLines(verifiers, color),
    leftOutLines(leftOut, color),
    [
      color.bold('To be proven before it is closed'),
      ...checklist.map(({ state, says, why }) => `  ${MARKS[state]} ${says}${state === 'open' ? '' : `: ${why}`}`),
    ],
    notes.map((note) => color.yellow(`  warning: ${visible(note)}`)),
    [`wrote ${proposal.plan.file}; review it, then:`, `  firebreak incident contain ${folder}`],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const MARKS: Readonly<Record<string, string>> = { open: '[ ]', proven: '[x]', 'not-concerned': '[-]' };

function affectedLines({ affected }: ContainmentProposal): readonly string[] {
  if (affected === null)
    return ['  who used it is not known here: store a scope with -o json=scope.json in its folder'];
  const { subjects, clients, tokens } = affected;
  return [`  the scope knows ${subjects} subjects, ${clients} clients, ${tokens} tokens`];
}

function stepLines(
  { step, says, calls, reaches, collateral, undo }: ProposedStep,
  index: number,
  color: Paint,
): readonly string[] {
  return [
    `  ${index + 1}. ${color.bold(step.id)}: ${visible(says)}`,
    ...calls.map((call) => `     ${color.dim(`${step.call.uses}: ${visible(call)}`)}`),
    ...(reaches.length === 0 ? [] : [`     reaches ${reaches.join(', ')}`]),
    `     hits ${visible(collateral)}`,
    `     undo: ${visible(undo)}`,
  ];
}

function verifierLines(verifiers: readonly PlannedVerifier[], color: Paint): readonly string[] {
  const width = Math.max(8, ...verifiers.map(({ verifier }) => verifier.length));
  const head = `  ${'verifier'.padEnd(width)}  ${'with plan'.padStart(10)}  ${'without'.padStart(10)}  ${'objective'.padStart(10)}  by`;
  return [
    color.dim(head),
    ...verifiers.map(({ verifier, bound, withoutPlan, objective, verdict, by }) => {
      const row = `  ${verifier.padEnd(width)}  ${showBound(bound).padStart(10)}  ${showBound(withoutPlan).padStart(10)}  ${(objective === null ? '-' : showBound(objective)).padStart(10)}  ${by.join(', ') || 'nothing'}`;
      return verdict === 'within' ? row : verdict === 'no-objective' ? row : color.red(`${row}  ${verdict}`);
    }),
  ];
}

function exposedLines(verifiers: readonly PlannedVerifier[], color: Paint): readonly string[] {
  const exposed = verifiers.filter((each) => each.exposed !== null);
  if (exposed.length === 0) return [];
  return [
    color.bold('Stays open'),
    ...exposed.map(
      ({ verifier, owner, exposed: words, wouldBeBoundedBy }) =>
        `  ${color.red(verifier)}${owner === null ? '' : ` (${visible(owner)})`}: ${visible(words ?? '')}${wouldBeBoundedBy === null ? '' : `; it would end by ${wouldBeBoundedBy}`}`,
    ),
  ];
}

const KIND_TITLES: Readonly<Record<LeftOutOption['kind'], string>> = {
  useless: 'does nothing',
  'too-broad': 'hits too many',
  'not-needed': 'not needed',
  'not-declared': 'not declared',
  'not-known': 'cannot be named',
  'not-read': 'nobody reads it',
};

function leftOutLines(options: readonly LeftOutOption[], color: Paint): readonly string[] {
  if (options.length === 0) return [];
  const groups = new Map<string, LeftOutOption[]>();
  for (const option of options) {
    const key = `${KIND_TITLES[option.kind]}: ${option.why}`;
    groups.set(key, [...(groups.get(key) ?? []), option]);
  }
  return [
    color.bold('Not taken'),
    ...[...groups].map(
      ([reason, members]) => `  ${members.map(({ mechanism }) => mechanism).join(', ')}: ${visible(reason)}`,
    ),
  ];
}
