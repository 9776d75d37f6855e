import { GATE_CAUSES, GATE_RULES } from '../../model/gate.ts';
import type { GateCause } from '../../model/gate.ts';
import { showBound } from '../../model/quantity.ts';
import { GATE_DEFAULTS } from '../gate-defaults.ts';
import type { Schema } from './parts.ts';
import { PERSON_PATTERN, SHARE_PATTERN, choice, duration, flag, mapOf, members, setOf, text, whole } from './parts.ts';

/** A person, or a team of `teams`. */
export const APPROVER_PATTERN: string = `(?:${PERSON_PATTERN})|^team:[a-z0-9][a-z0-9-]*$`;

const { rules, approvals, massChange, protected: guarded } = GATE_DEFAULTS;

function rule(description: string, fallback: string): Schema {
  return choice(description, GATE_RULES, { default: fallback });
}

function share(description: string, extra: Schema = {}): Schema {
  return { type: 'string', pattern: SHARE_PATTERN, description, examples: ['30%'], ...extra };
}

const MEANINGS: Readonly<Record<GateCause, string>> = {
  more_permissive: 'Tokens are accepted that were rejected before.',
  incomparable: 'Some tokens are accepted that were rejected before, and others the other way round.',
  less_permissive: 'Tokens are rejected that were accepted before.',
  dead: 'Nothing can be accepted any more.',
  breaking_transient: 'Tokens in use are rejected until new ones are issued.',
  breaking_persistent: 'What issuers or clients go on producing is rejected.',
  ungoverned: 'A policy applied and none does any more.',
  unknown: 'It cannot be told what changed. Never a pass: allow and warn leave the gate inconclusive.',
  assurance_weaker: 'The operator promises less: a longer objective, rarer drills.',
};

/** JSON Schema of firebreak.yaml. */
export const CONFIG_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'firebreak.yaml',
  description: 'Settings of a repository.',
  type: 'object',
  additionalProperties: false,
  required: ['version'],
  properties: {
    version: { type: 'integer', enum: [1], description: 'Version of this file.' },
    gate: members('What changes of policies need before they are merged. Read from the base branch.', {
      ...Object.fromEntries(GATE_CAUSES.map((cause) => [cause, rule(MEANINGS[cause], rules[cause])])),
      approvals: members('When a change counts as approved.', {
        min: whole('Different people who must approve each change.', 1, 10, { default: approvals.min }),
        from: setOf(
          'Who counts: mail addresses, "@name", or team:NAME from teams. Default: everybody.',
          text('A person or a team.', { pattern: APPROVER_PATTERN, examples: ['team:identity-security'] }),
          { minItems: 1 },
        ),
        teams: mapOf(
          'Who is in a team.',
          setOf(
            'People of the team.',
            text('A person.', { pattern: PERSON_PATTERN, examples: ['alice@example.com'] }),
            {
              minItems: 1,
            },
          ),
        ),
        prevent_self_approval: flag('Authors of a change cannot approve it.', {
          default: approvals.preventSelfApproval,
        }),
        sticky: flag('An approval goes on counting when changes it does not name come or go.', {
          default: approvals.sticky,
        }),
        ttl: duration('Longest time an approval counts after it was committed.', {
          default: showBound(approvals.ttl),
        }),
      }),
      replay: members('What a replay of recorded uses must show.', {
        max_revoked: share('Largest share of uses that are refused from now on.', { examples: ['0.1%'] }),
        min_decidable: share('Smallest share of uses that can be decided; fewer are inconclusive.', {
          examples: ['90%'],
        }),
      }),
      mass_change: members('When loosening is denied for its extent.', {
        share: share('Share of the targets; more is denied.', { default: `${massChange.share * 100}%` }),
        of: whole('Fewest targets for which the share is looked at.', 1, 1_000_000, { default: massChange.of }),
      }),
      protected: members('Files whose change is gated; the gate itself and Guardrails always are.', {
        rule: rule('What their change needs.', guarded.rule),
        paths: setOf(
          'Patterns of paths from the root of the repository: * within a folder, ** across folders.',
          text('Pattern.', { examples: ['.github/workflows/**'] }),
          { default: guarded.paths },
        ),
      }),
    }),
  },
};
