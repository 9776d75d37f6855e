import type { RuleMeta } from '../../model/finding.ts';
import { LONG_LIVED, waiverText } from '../example-exceptions.ts';

/** Found by the lint run itself, while it applies waivers. */
export const meta: RuleMeta = {
  id: 'lint/waiver-expired',
  on: 'estate',
  severity: 'error',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'A Waiver is past its end and silences nothing any more.',
  why: 'A waiver that ends in silence leaves people to find out by the findings that are back. This names the waiver, its owner and every finding that it no longer silences.',
  fix: 'Repair what the findings say and remove the waiver, or agree on a new end in review.',
  sources: ['docs/waivers.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-05-31' }) } }],
    good: [{ files: { 'policy.yaml': LONG_LIVED, 'waiver.yaml': waiverText({ expires: '2026-06-30' }) } }],
  },
};
