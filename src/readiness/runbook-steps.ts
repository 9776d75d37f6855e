/** The steps of a runbook beside containment: what is the same every night, with the names of this repository. */
import type { Scenario } from '../model/policy.ts';
import type { Runbook, RunbookStep } from '../model/runbook.ts';
import type { Concerned, ReadinessInput } from './input.ts';
import { drillsOf, probes, withoutFreshToken } from './input.ts';
import { ownersIn } from './runbook-contain.ts';
import type { VariablePart } from './runbook-words.ts';
import { LEAKED_WORDS, SILENT_STEP, person, shell, variable } from './runbook-words.ts';
import { isPlanned, waysFor } from './ways.ts';

const LEAD: readonly string[] = ['the lead of the incident'];

export const PLAIN: Omit<RunbookStep, 'key' | 'title' | 'section' | 'activity'> = { ...SILENT_STEP, who: LEAD };

export function firstSteps(
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

export function scopeSteps(scenario: Scenario): readonly RunbookStep[] {
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

export function verifySteps(
  scenario: Scenario,
  concerned: readonly Concerned[],
  input: ReadinessInput,
): readonly RunbookStep[] {
  const drills = drillsOf(scenario, input).filter((drill) => concerned.some((one) => probes(drill, one)));
  return [
    refusedStep(scenario, concerned),
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

/** Every verifier is asked, beside a fresh token that must be accepted: without one an outage looks like a revocation. */
function refusedStep(scenario: Scenario, concerned: readonly Concerned[]): RunbookStep {
  const canRun = isPlanned(waysFor(scenario, concerned)) && withoutFreshToken(concerned).length === 0;
  return {
    ...PLAIN,
    section: 'verify',
    key: 'verify',
    title: 'Show that it is refused everywhere',
    activity: 'look',
    says: [
      'Every verifier, not one of them: the slowest decides.',
      'A time-out or an error 500 is no refusal. Count only what says that the token is invalid.',
    ],
    commands: [
      canRun
        ? shell('firebreak', 'incident', 'verify', variable('INCIDENT'), ...presented(scenario))
        : person('show every route a token that must be refused by now and a fresh one that must not, again and again'),
    ],
  };
}

/** A jti names one token, so no token of our own ends with it; all other entries end some of ours, too. */
function presented(scenario: Scenario): readonly (string | VariablePart)[] {
  return scenario === 'access_token'
    ? ['--use-leaked-token', variable('TOKEN_FILE'), '--allowed-by', variable('LEAD')]
    : ['--witness', variable('WITNESS_FILE')];
}
