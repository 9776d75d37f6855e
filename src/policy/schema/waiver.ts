import { TOKEN_CLASSES } from '../../model/policy.ts';
import type { Schema } from './parts.ts';
import { choice, date, documentSchema, fingerprint, members, name, ruleId, setOf, text } from './parts.ts';

/** Fewer characters are no reason. */
export const MIN_REASON = 20;

/** Why an exception is acceptable; Waiver and Baseline ask for the same. */
export const REASON: Schema = text(`Why this is acceptable for now, ${MIN_REASON} characters or more.`, {
  minLength: MIN_REASON,
  examples: ['the batch exporter uses an SDK without ES256, its replacement is planned'],
});

export const WAIVER_SCHEMA: Schema = documentSchema(
  'Waiver',
  'Findings that somebody decided to live with until a day, with reason and owner.',
  members(
    'The waiver. It needs target, or fingerprints, or both.',
    {
      rules: setOf('Rules whose findings it silences.', ruleId('Id of a rule.'), { minItems: 1 }),
      target: members('What the findings must be about; everything that is given must fit.', {
        paths: setOf(
          'Files they are found in: * within a folder, ** across folders.',
          text('Path, relative to where firebreak runs.', { examples: ['policies/legacy/**'] }),
          { minItems: 1 },
        ),
        policy: name('TokenPolicy they are about.', { examples: ['orders'] }),
        verifier: name('Verifier of an Inventory they are about.', { examples: ['gateway'] }),
        environment: name('Environment of that verifier.', { examples: ['prod'] }),
        token: choice('Class of tokens they are about.', [...TOKEN_CLASSES]),
      }),
      fingerprints: setOf('Only these findings.', fingerprint('Fingerprint of a finding.'), { minItems: 1 }),
      reason: REASON,
      ticket: text('Where the work is tracked.', { examples: ['SEC-412'] }),
      created: date('Day it was agreed on.'),
      expires: date('Last day it counts, in UTC.'),
      compensating_controls: setOf('What limits the risk meanwhile.', text('One control.', { examples: ['mtls'] })),
    },
    ['rules', 'reason', 'expires'],
  ),
  { hasOwner: true },
);
