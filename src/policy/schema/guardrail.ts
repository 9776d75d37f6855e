import {
  ISSUERS,
  JWKS_CACHE,
  KEYS,
  OBJECTIVE,
  OBJECTIVES,
  SCOPE,
  TOKENS,
  TOKEN_CLASS,
  withoutDefaults,
  withoutMember,
} from './limits.ts';
import type { Schema } from './parts.ts';
import { documentSchema, members } from './parts.ts';

export const GUARDRAIL_SCHEMA: Schema = documentSchema(
  'Guardrail',
  'The most that policies may accept and the least they must promise, whoever writes them.',
  members(
    'The guardrail.',
    {
      applies_to: SCOPE,
      ceiling: withoutDefaults(
        members('Values by the names of a policy. What is left out has no ceiling.', {
          issuers: ISSUERS,
          tokens: TOKENS,
          keys: withoutMember(KEYS, ['storage']),
          jwks_cache: JWKS_CACHE,
          revocation: members('How leaks end.', { objectives: OBJECTIVES }),
        }),
      ),
    },
    ['ceiling'],
  ),
  {
    hasOwner: true,
    definitions: {
      token_class: withoutDefaults(withoutMember(TOKEN_CLASS, ['binding', 'mtls'])),
      objective: withoutDefaults(OBJECTIVE),
    },
  },
);
