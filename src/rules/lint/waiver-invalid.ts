import type { RuleMeta } from '../../model/finding.ts';
import { LONG_LIVED, waiverText } from '../example-exceptions.ts';

/** Found by the lint run itself, while it reads waivers. */
export const meta: RuleMeta = {
  id: 'lint/waiver-invalid',
  on: 'estate',
  severity: 'error',
  securitySeverity: 3.0,
  confidence: 'certain',
  summary: 'A Waiver names a rule that does not exist or cannot be silenced.',
  why: 'A misspelt rule silences nothing, and nobody notices until the finding it was meant for stops a release. Findings about exceptions themselves stay in force, or exceptions could hide their own end.',
  fix: 'Name a rule that firebreak rules lists, outside the family lint.',
  sources: ['docs/waivers.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': LONG_LIVED,
          'waiver.yaml': waiverText({ expires: '2026-06-30', rule: 'policy/lifetime-over-profiles' }),
        },
      },
      {
        files: {
          'policy.yaml': LONG_LIVED,
          'waiver.yaml': waiverText({ expires: '2026-06-30', rule: 'lint/waiver-unused' }),
        },
      },
    ],
    good: [{ files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-06-30' }) } }],
  },
};
