import type { Report, Rule } from '../../model/finding.ts';
import { folderOf } from '../../model/location.ts';
import { approvalText } from '../example-exceptions.ts';

export const rule: Rule<'estate'> = {
  id: 'policy/approvals-unprotected',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 6.5,
  confidence: 'likely',
  summary: 'CODEOWNERS asks nobody for a review of approvals.',
  why: 'An approval is a file that names who agreed. Where anybody may merge a change of it, the author of a loosening writes the name of a colleague into it, and the gate opens.',
  fix: 'Add a line for the folder to CODEOWNERS that names those who may approve, and require reviews by code owners on the branch.',
  sources: ['docs/gate.md#approvals'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policies/approvals/orders.yaml': approvalText('2026-06-30'),
          CODEOWNERS: '/src/ @platform\n',
        },
        note: 'no line fits the approval',
      },
    ],
    good: [
      {
        files: {
          'policies/approvals/orders.yaml': approvalText('2026-06-30'),
          CODEOWNERS: '/src/ @platform\n/policies/approvals/ @identity-security\n',
        },
      },
    ],
  },
  *check({ approvals = [] }): Iterable<Report> {
    const seen = new Set<string>();
    for (const { review, file, at } of approvals) {
      const folder = folderOf(file);
      if (review === 'owners' || review === 'unknown' || seen.has(folder)) continue;
      seen.add(folder);
      yield {
        at,
        message:
          review === 'nobody'
            ? `CODEOWNERS asks nobody for a review of approvals in ${folder || 'this folder'}`
            : `there is no CODEOWNERS that asks for a review of approvals in ${folder || 'this folder'}`,
        subject: `approvals ${folder}`,
        value: review,
      };
    }
  },
};
