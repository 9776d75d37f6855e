import type { Rule } from '../../model/finding.ts';
import { revocationText } from '../example-revocations.ts';

export const rule: Rule<'estate'> = {
  id: 'revocation/document-expired',
  on: 'estate',
  severity: 'info',
  securitySeverity: 1.0,
  confidence: 'certain',
  summary: 'A Revocation is past its end and refuses nothing any more.',
  why: 'Whoever reads it believes that what it names is refused. In Redis and in files that nobody renders again, entries may go on refusing what has become harmless.',
  fix: 'Remove the document and render again, or set a later end where something that it names is still alive.',
  sources: ['docs/render.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'revocation.yaml': revocationText({ revoke: ['jti: t-1'], created: '2026-05-01', expires: '2026-05-31' }),
        },
      },
    ],
    good: [
      {
        files: {
          'revocation.yaml': revocationText({ revoke: ['jti: t-1'], created: '2026-05-01', expires: '2026-06-01' }),
        },
        note: 'A day ends with its last millisecond in UTC.',
      },
    ],
  },
  *check({ revocations = [], now }) {
    for (const { name, expires } of revocations) {
      if (expires.ends > now) continue;
      yield {
        at: expires.at,
        message: `revocation "${name}" ended ${expires.text} and refuses nothing any more`,
        subject: `revocation ${name}`,
        value: expires.text,
      };
    }
  },
};
