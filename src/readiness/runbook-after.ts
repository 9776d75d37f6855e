/** What is left of a runbook when the leak is closed: whom to tell, and what to learn. */
import type { Scenario } from '../model/policy.ts';
import type { RunbookStep } from '../model/runbook.ts';
import type { Concerned, ReadinessInput } from './input.ts';
import { drillsOf, probes } from './input.ts';
import { ownersIn } from './runbook-contain.ts';
import { PLAIN } from './runbook-steps.ts';
import { person, shell, variable } from './runbook-words.ts';

export function communicateSteps(concerned: readonly Concerned[]): readonly RunbookStep[] {
  const section = 'communicate';
  const owners = ownersIn(concerned);
  return [
    {
      ...PLAIN,
      section,
      key: 'owners',
      title: 'Tell the owners',
      activity: 'record',
      says: ['What leaked, what is refused since when, and what their users see.'],
      commands: [
        owners.length === 0
          ? person('find out who answers for each verifier: nobody is named')
          : person('tell', ...owners, 'and again whenever a step is done'),
      ],
    },
    {
      ...PLAIN,
      section,
      key: 'users_told',
      title: 'Tell who is affected',
      activity: 'record',
      says: [
        'Users whose tokens or sessions end are told before they ask.',
        'Where personal data may have been reached, the authority is told within 72 hours of becoming aware (GDPR Article 33).',
      ],
      commands: [person('decide with legal and support who is told what, and write down when it was decided')],
      source: 'Regulation (EU) 2016/679 Article 33(1)',
    },
  ];
}

export function learnSteps(
  scenario: Scenario,
  concerned: readonly Concerned[],
  input: ReadinessInput,
): readonly RunbookStep[] {
  const drills = drillsOf(scenario, input).filter((drill) => concerned.some((one) => probes(drill, one)));
  return [
    {
      ...PLAIN,
      section: 'learn',
      key: 'postmortem',
      title: 'Write down what happened',
      activity: 'record',
      says: [
        'What took longest, what nobody knew, and what the next runbook must say.',
        'Closing is refused while something is unproven.',
      ],
      commands: [
        shell('firebreak', 'incident', 'postmortem', variable('INCIDENT')),
        shell('firebreak', 'incident', 'close', variable('INCIDENT')),
        shell('firebreak', 'doctor', '--incident', '--scenario', scenario),
      ],
    },
    {
      ...PLAIN,
      section: 'learn',
      key: 'improve',
      title: 'Make the next one shorter',
      activity: 'restore',
      who: ownersIn(concerned),
      says: [
        drills.length === 0
          ? 'Write a drill of this scenario, so that the next time is a number that was measured.'
          : 'Run the drill again after each improvement, and commit what it measured.',
      ],
      commands: [person('close the gaps of this runbook, and make it again: firebreak runbook --all --dir runbooks')],
    },
  ];
}
