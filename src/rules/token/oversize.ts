import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';

/** Apache and nginx take header lines of 8 KiB by default; the token shares them with its name and cookies. */
const LARGE = 4096;
const TOO_LARGE = 8192;

const WITH_GROUPS = (count: number): string =>
  tokenText(HEADER, { ...CLAIMS, groups: Array.from({ length: count }, (_, index) => `group-${index + 1}`) });

export const rule: Rule<'token'> = {
  id: 'token/oversize',
  on: 'token',
  severity: 'info',
  securitySeverity: 2.1,
  confidence: 'certain',
  summary: 'A token nearly fills, or overfills, what servers take as a header.',
  why: 'Proxies refuse requests with a header over 8 KiB or so, each at another size. The users with the most groups, administrators for one, are locked out first.',
  fix: 'Leave lists of groups and permissions out, and let services ask for them.',
  sources: ['RFC 9110 section 5.4', 'RFC 6750 section 2.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': WITH_GROUPS(300) } }],
    good: [{ files: { 'token.jwt': WITH_GROUPS(3) } }],
  },
  *check({ length = 0, at, fingerprint }): Iterable<Report> {
    if (length <= LARGE) return;
    const isTooLarge = length > TOO_LARGE;
    yield {
      at,
      message: `the token has ${length} characters, more than ${isTooLarge ? `the ${TOO_LARGE} that many servers take as a header` : LARGE}`,
      severity: isTooLarge ? 'warning' : 'info',
      subject: 'token',
      value: fingerprint,
    };
  },
};
