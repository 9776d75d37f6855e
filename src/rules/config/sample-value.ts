import type { Rule } from '../../model/finding.ts';
import { dex } from '../example-configs.ts';
import { remarkRule } from '../remark-rule.ts';

const USER = (email: string): string => `enablePasswordDB: true
staticPasswords:
  - email: ${email}
    hash: "$2a$10$2b2cU8CPhOTaGrs1HRQuAueS7JTT5ZHsHSzYiFPm1leZck7Mc8T4W"
    username: admin
`;

export const rule: Rule<'estate'> = remarkRule('sample-value', {
  id: 'config/sample-value',
  severity: 'error',
  securitySeverity: 9.1,
  confidence: 'certain',
  summary: 'A value was taken from a public example, and its secret half is public.',
  why: 'Documentation shows keys, issuers and passwords that work. Whoever recognises one has the other half already.',
  fix: 'Generate a value of your own, and treat what the old one protected as open.',
  sources: ['OWASP ASVS 5.0 13.2.3', 'RFC 8725 section 3.5'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'dex.yaml': dex({ rest: USER('admin@example.com') }) } }],
    good: [{ files: { 'dex.yaml': dex() } }],
  },
});
