import type { Schema } from './parts.ts';
import { CHANGE_PATTERN, PERSON_PATTERN, date, documentSchema, flag, members, setOf, text } from './parts.ts';
import { MIN_REASON } from './waiver.ts';

/** JSON Schema of a ChangeApproval. */
export const CHANGE_APPROVAL_SCHEMA: Schema = documentSchema(
  'ChangeApproval',
  'Changes of policies that somebody other than their author agreed to.',
  members(
    'The approval.',
    {
      changes: setOf(
        'Fingerprints of the changes, from firebreak diff, in quotes.',
        {
          type: 'string',
          pattern: CHANGE_PATTERN,
          description: 'Fingerprint of a change.',
          examples: ['7be0c2a41f93'],
        },
        { minItems: 1 },
      ),
      approved_by: setOf(
        'Who approves: mail addresses, or "@name" in quotes.',
        text('One person.', { pattern: PERSON_PATTERN, examples: ['alice@example.com', '@alice'] }),
        { minItems: 1 },
      ),
      reason: text(`Why the changes are right, ${MIN_REASON} characters or more.`, {
        minLength: MIN_REASON,
        examples: ['version 5.1 of the app cannot do DPoP until December'],
      }),
      expires: date('Last day to merge the changes, in UTC; the policy itself does not end.'),
      permanent: flag('Also approves loosening that no waiver ends.', { default: false }),
    },
    ['changes', 'approved_by', 'reason', 'expires'],
  ),
);
