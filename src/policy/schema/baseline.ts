import type { Schema } from './parts.ts';
import { date, documentSchema, fingerprint, listOf, members, ruleId, text } from './parts.ts';
import { REASON } from './waiver.ts';

export const BASELINE_SCHEMA: Schema = documentSchema(
  'Baseline',
  'Findings that were there when Firebreak was introduced. `firebreak baseline write` writes it.',
  members(
    'The baseline.',
    {
      reason: REASON,
      created: date('Day it was written first.'),
      expires: date('Last day it counts, in UTC.'),
      entries: listOf(
        'One known finding each, by path.',
        members(
          'One known finding.',
          {
            path: text('File it is found in.'),
            rule: ruleId('Rule that finds it.'),
            subject: text('What it is about, for people.'),
            fingerprint: fingerprint('Its fingerprint.'),
            content_fingerprint: fingerprint('The same without the path; finds it again after its file was moved.'),
          },
          ['path', 'rule', 'subject', 'fingerprint'],
        ),
      ),
    },
    ['reason', 'expires', 'entries'],
  ),
  { hasOwner: true },
);
