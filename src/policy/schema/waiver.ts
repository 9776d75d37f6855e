import { TOKEN_CLASSES } from '../../model/policy.ts';
import {
  ISSUERS,
  JWKS_CACHE,
  KEYS,
  OBJECTIVE,
  OBJECTIVES,
  TOKEN_CLASS,
  withoutDefaults,
  withoutMember,
} from './limits.ts';
import type { Schema } from './parts.ts';
import { choice, date, documentSchema, fingerprint, members, name, ruleId, setOf, text } from './parts.ts';

/** Fewer characters are no reason. */
export const MIN_REASON = 20;

/** Why an exception is acceptable; Waiver and Baseline ask for the same. */
export const REASON: Schema = text(`Why this is acceptable for now, ${MIN_REASON} characters or more.`, {
  minLength: MIN_REASON,
  examples: ['the batch exporter uses an SDK without ES256, its replacement is planned'],
});

/** Token fields stand at the top, because the target names the class. What excludes instead of limiting is left out. */
const PERMITTED_TOKEN: Schema = withoutMember(withoutMember(TOKEN_CLASS, ['format']), ['binding', 'mtls']);

const PERMITS: Schema = withoutDefaults(
  members(
    'Values it lets in although the policies of its target do not, by the names of a policy. Fields of a token are about the class in target.token.',
    {
      ...(PERMITTED_TOKEN['properties'] as Readonly<Record<string, Schema>>),
      issuers: ISSUERS,
      keys: withoutMember(KEYS, ['storage']),
      jwks_cache: JWKS_CACHE,
      revocation: members('How leaks end.', { objectives: OBJECTIVES }),
    },
  ),
);

export const WAIVER_SCHEMA: Schema = documentSchema(
  'Waiver',
  'What somebody decided to live with until a day, with reason and owner: findings, or values that policies do not allow.',
  members(
    'The waiver. It needs rules or permits, and target or fingerprints.',
    {
      rules: setOf('Rules whose findings it silences.', ruleId('Id of a rule.'), { minItems: 1 }),
      permits: PERMITS,
      target: members('What it is about; everything that is given must fit.', {
        paths: setOf(
          'Files they are found in: * within a folder, ** across folders.',
          text('Path, relative to where firebreak runs.', { examples: ['policies/legacy/**'] }),
          { minItems: 1 },
        ),
        policy: name('TokenPolicy it is about; what is permitted is permitted in those it extends, too.', {
          examples: ['orders'],
        }),
        service: text('Service for which something is permitted; one trailing * matches a prefix.', {
          examples: ['reporting'],
        }),
        verifier: name('Verifier of an Inventory the findings are about.', { examples: ['gateway'] }),
        environment: text('Environment it is about.', { examples: ['prod'] }),
        token: choice('Class of tokens it is about.', [...TOKEN_CLASSES]),
      }),
      fingerprints: setOf('Only these findings.', fingerprint('Fingerprint of a finding.'), { minItems: 1 }),
      reason: REASON,
      ticket: text('Where the work is tracked.', { examples: ['SEC-412'] }),
      created: date('Day it was agreed on.'),
      expires: date('Last day it counts, in UTC.'),
      compensating_controls: setOf('What limits the risk meanwhile.', text('One control.', { examples: ['mtls'] })),
    },
    ['reason', 'expires'],
  ),
  { hasOwner: true, definitions: { objective: withoutDefaults(OBJECTIVE) } },
);
