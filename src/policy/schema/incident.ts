import type { Schema } from './parts.ts';
import { PERSON_PATTERN, documentSchema, instant, members, name, setOf, text } from './parts.ts';

/** A whole SHA-256. */
const SHA256 = '^[0-9a-f]{64}$';

function hash(description: string): Schema {
  return text(description, { pattern: SHA256 });
}

function claim(description: string): Schema {
  return text(description, { maxLength: 1024 });
}

function numericDate(description: string): Schema {
  return { type: 'number', minimum: 0, description };
}

const HEADER: Schema = members('Of its header: what finds its uses.', {
  alg: claim('Algorithm.'),
  typ: claim('Type.'),
  kid: claim('Key that signed it.'),
});

const CLAIMS: Schema = members('Of its claims: what finds its uses.', {
  iss: claim('Issuer.'),
  sub: claim('Whom it is about.'),
  aud: setOf('For whom it is.', claim('Audience.')),
  jti: claim('Its id.'),
  sid: claim('Its session.'),
  client_id: claim('Its client, whichever claim names it.'),
  iat: numericDate('Second since 1970 at which it was issued.'),
  exp: numericDate('Second since 1970 at which it ends.'),
});

const LEAKED: Schema = members('What leaked: exactly one of these.', {
  token: members(
    'A token. Never the token itself.',
    { sha256: hash('SHA-256 of the token in compact form.'), header: HEADER, claims: CLAIMS },
    ['sha256'],
  ),
  kid: text('A private signing key, by its key id.', { maxLength: 1024, examples: ['main-2026-05'] }),
  refresh_token: members('A refresh token. Never the token itself.', { sha256: hash('SHA-256 of the token.') }, [
    'sha256',
  ]),
  client_id: text('The credentials of a client, by its id.', { maxLength: 1024, examples: ['mobile-app'] }),
  hmac_secret: members('A shared secret that signs tokens of the issuer. Never the secret itself.', {
    kid: text('Its key id; all HMAC-signed tokens of the issuer when it is absent.', { maxLength: 1024 }),
  }),
  sid: text('A session.', { maxLength: 1024, examples: ['s-4711'] }),
});

export const INCIDENT_SCHEMA: Schema = documentSchema(
  'Incident',
  'A credential that leaked, since when, and who leads. `firebreak incident` works from it; its journal lies beside it.',
  members(
    'The incident.',
    {
      leaked: LEAKED,
      issuer: text('The iss of the tokens it is about; any when it is absent.', {
        maxLength: 1024,
        examples: ['https://id.example.com'],
      }),
      since: instant('When it leaked, or the earliest it can have leaked.'),
      opened: instant('When the incident was opened.'),
      lead: text('Who leads: a mail address, or @name.', { pattern: PERSON_PATTERN, examples: ['@ana'] }),
      environments: setOf('Where; everywhere when it is absent.', name('Environment of an Inventory.'), {
        minItems: 1,
      }),
    },
    ['leaked', 'since', 'opened', 'lead'],
  ),
);
