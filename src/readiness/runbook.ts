import type { Scenario } from '../model/policy.ts';
import type { Runbook, RunbookStep, RunbookVerifier } from '../model/runbook.ts';
import { containAnswer } from './contain.ts';
import { howFastAnswer, newestRuns } from './how-fast.ts';
import type { Concerned, ReadinessInput } from './input.ts';
import { concernedBy, drillsOf, policiesOf, probes } from './input.ts';
import { containSteps, ownersIn, uselessFor } from './runbook-contain.ts';
import { LEAKED_WORDS, SCENARIO_WORDS, person, shell, variable, variablesOf } from './runbook-words.ts';
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

const LEAD: readonly string[] = ['the lead of the incident'];

const PLAIN: Omit<RunbookStep, 'key' | 'title' | 'section' | 'activity'> = {
  who: LEAD,
  says: [],
  commands: [],
  wider: [],
  within: null,
  collateral: null,
  undo: null,
  source: null,
};

function firstSteps(
  scenario: Scenario,
  concerned: readonly Concerned[],
  deciders: Runbook['deciders'],
): readonly RunbookStep[] {
  const section = 'first_five_minutes';
  return [
    {
      ...PLAIN,
      section,
      key: 'open',
      title: 'Say that it is an incident',
      activity: 'record',
      says: [
        'Write down what leaked and since when. A guess that is too early is better than one that is too late.',
        'Never paste the credential into a chat, a ticket or a command line.',
      ],
      commands: [
        shell(
          'firebreak',
          'incident',
          'open',
          '--leaked',
          ...LEAKED_WORDS[scenario],
          ...issuerWords(scenario, concerned),
          '--since',
          variable('SINCE'),
          '--lead',
          variable('LEAD'),
          '--dir',
          variable('INCIDENT'),
        ),
      ],
    },
    {
      ...PLAIN,
      section,
      key: 'call',
      title: 'Call who decides',
      activity: 'record',
      says: ['One person leads and does nothing else.'],
      commands: [person('call', ...peopleIn(deciders), 'and open one channel for the incident')],
    },
    {
      ...PLAIN,
      section,
      key: 'keep_logs',
      title: 'Keep the logs',
      activity: 'look',
      who: ownersIn(concerned),
      says: ['What is rotated away now cannot be asked later.'],
      commands: [person('stop the deletion of access logs at every verifier, and of the logs of the issuer')],
    },
  ];
}

function peopleIn(deciders: Runbook['deciders']): readonly string[] {
  const people = [...new Set(deciders.flatMap(({ who }) => who))];
  return people.length === 0 ? ['the owners, because nobody is named who decides,'] : people;
}

/** Tokens say who issued them; for what is no token somebody must. */
function issuerWords(
  scenario: Scenario,
  concerned: readonly Concerned[],
): readonly (string | { readonly variable: 'ISSUER' })[] {
  if (scenario === 'access_token') return [];
  const issuers = issuersOf(concerned);
  const [only] = issuers;
  return ['--issuer', only !== undefined && issuers.length === 1 ? only : { variable: 'ISSUER' }];
}

function issuersOf(concerned: readonly Concerned[]): readonly string[] {
  const found = concerned.flatMap(({ inventory, verifier }) =>
    inventory.issuers.filter(({ name }) => name === verifier.issuer).map(({ issuer }) => issuer),
  );
  return [...new Set(found)].toSorted();
}

function scopeSteps(scenario: Scenario): readonly RunbookStep[] {
  const isForged = scenario === 'signing_key' || scenario === 'hmac_secret';
  return [
    {
      ...PLAIN,
      section: 'scope',
      key: 'scope',
      title: 'Find out who used it, from where',
      activity: 'look',
      says: [
        'Containing does not wait for this: two people, at the same time.',
        'Exit code 4 means that the logs cannot tell. It never means that nobody used it.',
      ],
      commands: [
        shell(
          'firebreak',
          'incident',
          'scope',
          variable('INCIDENT'),
          variable('LOGS'),
          ...(isForged ? ['--issued', variable('ISSUER_LOG')] : []),
        ),
      ],
      source: 'docs/incident.md#scope',
    },
    {
      ...PLAIN,
      section: 'scope',
      key: 'watch',
      title: 'Watch for further uses',
      activity: 'look',
      says: ['Leave it running: it tells every use as it happens, and so whether the next steps work.'],
      commands: [
        shell(
          'firebreak',
          'incident',
          'scope',
          variable('INCIDENT'),
          variable('LOGS'),
          '--follow',
          variable('LIVE_LOG'),
        ),
      ],
      source: 'docs/incident.md#follow',
    },
  ];
}

function verifySteps(
  scenario: Scenario,
  concerned: readonly Concerned[],
  input: ReadinessInput,
): readonly RunbookStep[] {
  const drills = drillsOf(scenario, input).filter((drill) => concerned.some((one) => probes(drill, one)));
  return [
    {
      ...PLAIN,
      section: 'verify',
      key: 'verify',
      title: 'Show that it is refused everywhere',
      activity: 'look',
      says: [
        'Every verifier, not one of them: the slowest decides.',
        'A time-out or an error 500 is no refusal. Count only what says that the token is invalid.',
      ],
      commands: [shell('firebreak', 'incident', 'verify', variable('INCIDENT'))],
    },
    {
      ...PLAIN,
      section: 'verify',
      key: 'drill',
      title: 'Show with a credential of our own that the way works',
      activity: 'look',
      says:
        drills.length === 0
          ? ['No drill of this scenario is there, so this cannot be shown yet.']
          : ['Only canaries are revoked; everything is put back.'],
      commands: drills.map((drill) =>
        shell(
          'firebreak',
          'drill',
          'run',
          drill.file,
          ...confirmation(drill.environment, input),
          '--record',
          'drills/results',
        ),
      ),
    },
    {
      ...PLAIN,
      section: 'verify',
      key: 'users',
      title: 'Show that users get in again',
      activity: 'restore',
      who: ownersIn(concerned),
      says: ['Containment that locks everybody out is an outage of our own making.'],
      commands: [person('log in as a user of each client, and use each service once')],
    },
  ];
}

function confirmation(environment: string, { inventories }: ReadinessInput): readonly string[] {
  const found = inventories.flatMap(({ environments }) => environments).find(({ name }) => name === environment);
  return found === undefined || found.class === 'lab' || found.class === 'dev' ? [] : ['--confirm', environment];
}

function communicateSteps(concerned: readonly Concerned[]): readonly RunbookStep[] {
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

function learnSteps(
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
      says: ['What took longest, what nobody knew, and what the next runbook must say.'],
      commands: [
        shell('firebreak', 'incident', 'postmortem', variable('INCIDENT')),
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
