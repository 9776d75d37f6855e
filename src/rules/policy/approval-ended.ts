import type { Report, Rule } from '../../model/finding.ts';
import { approvalText } from '../example-exceptions.ts';

export const rule: Rule<'estate'> = {
  id: 'policy/approval-ended',
  on: 'estate',
  severity: 'info',
  securitySeverity: 1.0,
  confidence: 'certain',
  summary: 'A ChangeApproval is past its last day.',
  why: 'It counts for nothing any more, but it reads as if somebody still agreed. Whoever copies it for the next change keeps a reason that nobody gave for it.',
  fix: 'Remove the file: git keeps who approved what. Where the change is not merged yet, ask for a new approval.',
  sources: ['docs/gate.md#approvals'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'approval.yaml': approvalText('2026-05-31') } }],
    good: [{ files: { 'approval.yaml': approvalText('2026-06-01') }, note: 'it counts through its last day' }],
  },
  *check({ approvals = [], now }): Iterable<Report> {
    for (const { name, expires, at } of approvals) {
      if (now < expires.ends) continue;
      yield {
        at,
        message: `ChangeApproval "${name}" ended on ${expires.text} and counts for nothing`,
        subject: `approval ${name}`,
        value: expires.text,
        related: [{ at: expires.at, message: 'its last day' }],
      };
    }
  },
};
