import { FORGERIES, REPLAYS } from '../../model/attack.ts';
import { SCENARIOS } from '../../model/policy.ts';
import { ARMS } from '../../model/prediction.ts';
import { showBound } from '../../model/quantity.ts';
import { DRILL_DEFAULTS } from '../drill-defaults.ts';
import { ACTION_BRANCHES, ACTION_DEFINITIONS } from './drill-actions.ts';
import type { Schema } from './parts.ts';
import {
  CREDENTIAL_PATTERN,
  TARGET_PATTERN,
  choice,
  defined,
  documentSchema,
  duration,
  flag,
  listOf,
  mapOf,
  members,
  name,
  percent,
  setOf,
  text,
  whole,
} from './parts.ts';

const ARGUMENTS: Schema = { type: 'object', description: 'Arguments of the action; docs/drill-actions.md lists them.' };

const ARM: Schema = choice(
  'quiet: nothing but the probes; busy: tokens under a new key arrive too; sparse: the leaked credential is shown once in the widest gap only.',
  ARMS,
);

/** Names of members of a log line, joined by dots. */
const LOG_MEMBER_PATTERN = '^[^\\s.]+(?:\\.[^\\s.]+)*$';

const STEP_MEMBERS: Schema = members(
  'One step. It marks the leak, or calls an action, or both.',
  {
    id: name('Unique in the drill.', { examples: ['remove'] }),
    uses: text('Action.', { examples: ['jwks.remove_key'] }),
    with: ARGUMENTS,
    mark: choice('leak-known sets the zero of all times. Exactly one step of the method has it.', ['leak-known']),
    containment: flag(
      'This step is what the drill measures. Exactly one step of the method has it, none in drills with attacks.',
      {
        default: false,
      },
    ),
    timeout: duration('Longest time for the step.', { default: showBound(DRILL_DEFAULTS.stepTimeout) }),
    expect: { type: 'object', description: 'What the action must answer.' },
  },
  ['id'],
);

/** What an action takes depends on the action. */
const STEP: Schema = { ...STEP_MEMBERS, allOf: ACTION_BRANCHES };

const CREDENTIAL: Schema = members(
  'One credential.',
  {
    role: choice(
      'canary: minted by this run and revoked; control: same client, must stay accepted; bystander: another client, must stay accepted; negative: must always be refused; recovery: what users get afterwards; key and grant: what others are made from.',
      ['canary', 'control', 'bystander', 'negative', 'recovery', 'key', 'grant'],
    ),
    obtain: members(
      'How it is made. Members key, of and grant of with name other credentials.',
      { uses: text('Way.', { examples: ['token.sign'] }), with: ARGUMENTS },
      ['uses'],
    ),
    arms: setOf('Arms that use it; all when absent.', ARM, { minItems: 1 }),
    first_use: duration(
      'Of a second canary, which nobody is shown before so long after containment is due: caches cannot know it.',
      { examples: ['2s'] },
    ),
  },
  ['role', 'obtain'],
);

const OBSERVE: Schema = members(
  'How it is measured.',
  {
    arms: setOf('Arms of the experiment; one run of the method for each.', ARM, {
      minItems: 1,
      default: DRILL_DEFAULTS.arms,
    }),
    schedule: members(
      'When probes are sent: the gap is relative times the time since containment, within min and max.',
      {
        min: duration('Shortest gap.', { default: showBound(DRILL_DEFAULTS.minGap) }),
        max: duration('Longest gap.', { default: showBound(DRILL_DEFAULTS.maxGap) }),
        relative: percent('Gap as a share of the time since containment.', {
          default: `${DRILL_DEFAULTS.relative * 100}%`,
        }),
        jitter: percent('Share of the gap by which a probe may be moved, at most 50%.', {
          default: `${DRILL_DEFAULTS.jitter * 100}%`,
        }),
      },
    ),
    horizon: duration('How long to observe, fixed in advance. Drills with attacks have none.', { examples: ['12s'] }),

    stable: members('When a verifier counts as done.', {
      quiet: duration('Silence after the last accept.', { default: showBound(DRILL_DEFAULTS.quiet) }),
    }),
    late_checks: listOf('Times after the horizon at which to look again.', duration('Time after the horizon.')),
    attacks: listOf(
      'What every verifier must refuse from the first probe on. A drill with attacks contains nothing: it fills a matrix of verifiers and kinds.',
      members(
        'Attacks with one credential.',
        {
          of: text('Credential that is forged or stolen.', { pattern: CREDENTIAL_PATTERN, examples: ['canary'] }),
          kinds: setOf(
            'Kinds of attack.',
            choice('Forgeries, then replays of sender-constrained tokens.', [
              ...Object.keys(FORGERIES),
              ...Object.keys(REPLAYS),
            ]),
            { minItems: 1 },
          ),
        },
        ['of', 'kinds'],
      ),
      { minItems: 1 },
    ),
    phase: members(
      'Containment begins right after this verifier has fetched the key set, which is its worst case: its cache lives for as long as it can.',
      {
        after_fetch_by: name('Verifier whose fetch is waited for.', { examples: ['orders-api'] }),
        within: duration('Longest wait. Without a fetch the run goes on and its phase is unknown.', {
          default: showBound(DRILL_DEFAULTS.phaseWithin),
        }),
        log: members(
          'Access log of the place that serves the key set, one JSON object per line. Not needed in the lab, whose issuer tells.',
          {
            file: text('The file; it is read from its end on.', { examples: ['/var/log/nginx/jwks.json'] }),
            where: {
              ...mapOf(
                'Members of a line and what they must be for a fetch by this verifier: a.b is a member of a member, * stands for any text.',
                text('What the member must be.', { examples: ['orders-api/*'] }),
                LOG_MEMBER_PATTERN,
              ),
              minProperties: 1,
            },
          },
          ['file', 'where'],
        ),
      },
      ['after_fetch_by'],
    ),
    repeats: whole('How often each attack is tried at each verifier.', 1, 100, { default: DRILL_DEFAULTS.repeats }),
    budget: members('Limits that hold whatever the schedule says.', {
      requests_per_second: whole('Highest rate.', 1, 1000, { default: DRILL_DEFAULTS.requestsPerSecond }),
      requests: whole('Most requests in all.', 1, 1_000_000, { default: DRILL_DEFAULTS.maxRequests }),
    }),
  },
  [],
);

/** JSON Schema of a Drill. */
export const DRILL_SCHEMA: Schema = documentSchema(
  'Drill',
  'One experiment: leak a canary, contain it, measure who still accepts it.',
  members(
    'The drill.',
    {
      hypothesis: text('One falsifiable sentence, 20 characters or more.', { minLength: 20 }),
      scenario: choice('What leaks.', [...SCENARIOS]),
      policy: name('TokenPolicy whose objective for the scenario must be met.', { examples: ['orders'] }),
      inventory: name('Inventory with the verifiers.', { examples: ['lab'] }),
      environment: name('Environment of the inventory.', { examples: ['lab'] }),
      targets: setOf(
        'Verifiers of the environment, by name; "*" for all.',
        { type: 'string', pattern: TARGET_PATTERN, description: 'Name of a verifier, or "*".' },
        { minItems: 1, default: DRILL_DEFAULTS.targets },
      ),
      vantages: setOf(
        'Agents that probe, by name, each from where it is; left out, the process that runs the drill probes.',
        name('Name of an agent.', { examples: ['eu-central-1a'] }),
        { minItems: 1 },
      ),
      credentials: mapOf('Credentials by name; one has the role canary.', CREDENTIAL, CREDENTIAL_PATTERN),
      warmup: listOf('Steps before the leak.', defined('step')),
      method: listOf('Steps from the leak to containment; with attacks there is no containment.', defined('step'), {
        minItems: 1,
      }),
      observe: OBSERVE,
      recover: listOf(
        'Credentials that must work again afterwards.',
        members(
          'One check.',
          {
            credential: text('Name of a credential with the role recovery, control or bystander.'),
            timeout: duration('Longest wait.', { default: showBound(DRILL_DEFAULTS.recoverTimeout) }),
          },
          ['credential'],
        ),
      ),
      guards: members('Safety.', {
        max_duration: duration('The whole run.', { default: showBound(DRILL_DEFAULTS.maxDuration) }),
        canary_only: flag('Only credentials minted by the run are revoked. This version refuses false.', {
          default: true,
        }),
        safety_lever: text('File whose existence stops every drill.', { examples: ['ops/lever.yaml'] }),
      }),
    },
    ['hypothesis', 'scenario', 'policy', 'inventory', 'environment', 'credentials', 'method', 'observe'],
  ),
  { definitions: { step: STEP, ...ACTION_DEFINITIONS } },
);
