import type { Schema } from './parts.ts';
import { documentSchema, instant, listOf, members, moment, name, setOf, text, whole } from './parts.ts';
import { REASON } from './waiver.ts';

/** Indexes of status lists stay below this; a list of as many tokens has a megabyte before compression. */
const MAX_STATUS_INDEX = 8 * 1024 * 1024 - 1;

function named(description: string, example: string): Schema {
  return text(description, { examples: [example] });
}

export const REVOCATION_SCHEMA: Schema = documentSchema(
  'Revocation',
  'Tokens, sessions, users, clients or keys that are refused until a day. `firebreak render` turns it into what enforcement points read.',
  members(
    'The revocation.',
    {
      issuer: text('Only tokens with this iss; all tokens when it is absent.', {
        examples: ['https://id.example.com'],
      }),
      environments: setOf('Where it counts; everywhere when it is absent.', name('Environment of an Inventory.'), {
        minItems: 1,
      }),
      revoke: listOf(
        'What is refused. Each entry names one of kid, jti, sid, sub, client_id, or only issued_before.',
        members('One thing that is refused.', {
          kid: named('Key id in the header: every token that it signed.', 'main-2026-05'),
          jti: named('Id of one token; never the token itself.', '0f5c2b4e-8d1a'),
          sid: named('Session: every token of it.', 's-4711'),
          sub: named('User or service: every token about it.', 'user-4711'),
          client_id: named('Client: every token whose client_id or azp it is.', 'mobile-app'),
          issued_before: instant('Alone: every token with an earlier iat. With sub or client_id: those of that one.'),
          status_index: whole('With jti: index of the token in its Token Status List.', 0, MAX_STATUS_INDEX),
        }),
        { minItems: 1 },
      ),
      reason: REASON,
      incident: text('Id of the incident.', { examples: ['INC-2031'] }),
      created: moment('When it was decided.'),
      expires: moment('Last day, or instant, it counts. No token that it names may live longer.'),
    },
    ['revoke', 'reason', 'created', 'expires'],
  ),
  { hasOwner: true },
);
