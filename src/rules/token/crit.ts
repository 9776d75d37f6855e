import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { governing } from '../token-facts.ts';

export const rule: Rule<'token'> = {
  id: 'token/crit',
  on: 'token',
  severity: 'error',
  securitySeverity: 6.5,
  confidence: 'certain',
  summary: 'A token names header parameters as critical that no verifier is known to understand.',
  why: 'A verifier must refuse a token whose critical parameters it does not understand, and about half of the libraries do not. The sender believes that a restriction holds, and it is ignored.',
  fix: 'Leave crit out, or list the parameter under crit in the policy once every verifier handles it.',
  sources: ['RFC 7515 section 4.1.11', 'RFC 8725 section 3.10'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'token.jwt': tokenText({ ...HEADER, crit: ['once'], once: true }, CLAIMS),
          'policy.yaml': ordersPolicy(),
        },
      },
      { files: { 'token.jwt': tokenText({ ...HEADER, crit: [] }, CLAIMS) }, note: 'An empty list is not allowed.' },
    ],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy() } }],
  },
  *check(token, estate): Iterable<Report> {
    const { crit } = token.header;
    if (crit === undefined) return;
    const found = { at: token.at, subject: 'header.crit', value: token.fingerprint };
    if (!Array.isArray(crit) || crit.length === 0 || crit.some((name) => typeof name !== 'string')) {
      yield { ...found, message: 'crit is not a list of at least one name' };
      return;
    }
    const names = crit.map(String);
    const absent = names.filter((name) => token.header[name] === undefined);
    const allowed = governing(token, estate).flatMap(({ rules }) => rules.crit.value);
    const unknown = names.filter((name) => !allowed.includes(name));
    if (absent.length > 0) {
      yield { ...found, message: `crit names ${quoted(absent)}, which the header does not have` };
    } else if (unknown.length > 0) {
      yield { ...found, message: `crit names ${quoted(unknown)}, which no policy allows` };
    }
  },
};

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name.slice(0, 40))).join(', ');
}
