import { SCENARIOS } from '../../model/policy.ts';
import type { Schema } from './common.ts';
import { choice, documentSchema, duration, flag, listOf, mapOf, members, name, setOf, text, whole } from './common.ts';

const FREE: Schema = { type: 'object', description: 'Arguments of the action.' };

const PERCENT: Schema = {
  type: 'string',
  pattern: '^\\d{1,2}(?:\\.\\d+)?%$',
  description: 'A share in percent.',
  examples: ['5%'],
};

const STEP: Schema = members(
  'One step.',
  {
    id: name('Unique in the drill.'),
    uses: text('Action: jwks.add_key.'),
    with: FREE,
    mark: choice('leak-known sets the zero of all times.', ['leak-known']),
    containment: flag('This step is what the drill measures.'),
    timeout: duration('Longest time for the step. Default 30s.'),
    expect: { type: 'object', description: 'What the action must answer.' },
  },
  ['id'],
);

/** JSON Schema of a Drill. */
export const DRILL_SCHEMA: Schema = documentSchema(
  'Drill',
  'One experiment: leak a canary, contain it, measure who still accepts it.',
  members(
    'The drill.',
    {
      hypothesis: text('One falsifiable sentence.', { minLength: 20 }),
      scenario: choice('What leaks.', [...SCENARIOS]),
      policy: name('TokenPolicy whose objective must be met.'),
      inventory: name('Inventory with the verifiers.'),
      environment: name('Environment of the inventory.'),
      targets: listOf('Verifiers, by name; "*" for all of the environment. Default all.', text('Name or *.'), {
        minItems: 1,
      }),
      credentials: mapOf(
        'Credentials by name.',
        members(
          'One credential.',
          {
            role: choice('What it is for.', ['canary', 'control', 'bystander', 'negative', 'recovery', 'key', 'grant']),
            obtain: members('How it is made.', { uses: text('Way: token.sign.'), with: FREE }, ['uses']),
            arms: setOf('Arms that use it. Default all.', choice('Arm.', ['quiet', 'busy'])),
          },
          ['role', 'obtain'],
        ),
        '^[a-z][a-z0-9_]{0,62}$',
      ),
      warmup: listOf('Steps before the leak.', STEP),
      method: listOf('Steps from the leak to containment.', STEP, { minItems: 1 }),
      observe: members(
        'How it is measured.',
        {
          arms: setOf(
            'quiet: only the leaked credential is used; busy: tokens under a new key arrive too. Default quiet.',
            choice('Arm.', ['quiet', 'busy']),
            { minItems: 1 },
          ),
          schedule: members('When probes are sent.', {
            min: duration('Shortest gap. Default 200ms.'),
            max: duration('Longest gap. Default 5s.'),
            relative: { ...PERCENT, description: 'Gap as a share of the time since containment. Default 5%.' },
            jitter: { ...PERCENT, description: 'Share by which a probe may be moved. Default 20%.' },
          }),
          horizon: duration('How long to observe, fixed in advance.'),
          stable: members('When a verifier counts as done.', {
            quiet: duration('Silence after the last accept. Default 60s.'),
          }),
          late_checks: listOf('Times after the horizon at which to look again.', duration('Time.')),
          budget: members('Limits that hold whatever the schedule says.', {
            requests_per_second: whole('Highest rate. Default 20.', 1, 1000),
            requests: whole('Most requests in all. Default 20000.', 1, 1_000_000),
          }),
        },
        ['horizon'],
      ),
      recover: listOf(
        'Credentials that must work again afterwards.',
        members(
          'One check.',
          { credential: text('Credential name.'), timeout: duration('Longest wait. Default 30s.') },
          ['credential'],
        ),
      ),
      guards: members('Safety.', {
        max_duration: duration('The whole run. Default 30m.'),
        canary_only: flag('Only credentials minted by the run may be revoked. Default true.'),
        safety_lever: text('File whose existence stops every drill.'),
      }),
    },
    ['hypothesis', 'scenario', 'policy', 'inventory', 'environment', 'credentials', 'method', 'observe'],
  ),
);
