import { showBound } from '../../model/quantity.ts';
import { DRILL_DEFAULTS } from '../drill-defaults.ts';
import { ACTION_DEFINITIONS, RESPONSE_BRANCHES } from './drill-actions.ts';
import { MECHANISM } from './inventory.ts';
import type { Schema } from './parts.ts';
import { bound, documentSchema, duration, flag, instant, listOf, members, name, setOf, text } from './parts.ts';

const STEP: Schema = {
  ...members(
    'One step.',
    {
      id: name('Unique in the plan. A step that was made under this id is not made again.'),
      does: MECHANISM,
      issuer: name('Issuer whose interfaces it uses.'),
      names: members(
        'The one identifier that the step may name.',
        {
          type: text('Claim or header parameter.', { examples: ['jti'] }),
          value: text('Its value.', { maxLength: 1024 }),
        },
        ['type', 'value'],
      ),
      until: instant('From when on entries that it makes may be forgotten.'),
      uses: text('Action.', { examples: ['denylist.redis.add'] }),
      with: { type: 'object', description: 'Arguments of the action.' },
      timeout: duration('Longest time for it.', { default: showBound(DRILL_DEFAULTS.stepTimeout) }),
      repeatable: flag('Making it twice is the same as making it once. By default what the action knows of itself.'),
      after: setOf('Steps that must have been made before.', name('Step of this plan.')),
    },
    ['id', 'does', 'issuer', 'until', 'uses'],
  ),
  allOf: RESPONSE_BRANCHES,
};

const EXPECTATION: Schema = members(
  'What is expected of one verifier.',
  {
    verifier: name('Verifier of the inventory.'),
    bound: bound('Predicted time-to-revocation, counted from the start of containment.'),
    by: setOf('Steps that end it here; none when nothing reaches it.', name('Step of this plan.')),
  },
  ['verifier', 'bound', 'by'],
);

export const CONTAINMENT_PLAN_SCHEMA: Schema = documentSchema(
  'ContainmentPlan',
  'What `firebreak incident contain` does about an incident, step by step. `firebreak incident plan` writes it; review it.',
  members(
    'The plan.',
    {
      incident: name('The incident.'),
      inventory: name('Inventory that it was made from.'),
      environment: name('Environment that it acts in.'),
      made: instant('When it was made.'),
      steps: listOf('Steps in their order.', STEP),
      expected: listOf('What is expected of each verifier.', EXPECTATION),
    },
    ['incident', 'inventory', 'environment', 'made', 'steps', 'expected'],
  ),
  { definitions: ACTION_DEFINITIONS },
);
