import type { Report, Rule } from '../../model/finding.ts';
import { isForDevelopment } from '../config-facts.ts';
import { dex } from '../example-configs.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';
import { day } from '../history-facts.ts';
import { secondsOf } from '../token-facts.ts';

const PROBE = (exp: number): string =>
  dex({ rest: `# probe: curl -H 'Authorization: Bearer ${tokenText(HEADER, { ...CLAIMS, exp }).trim()}'\n` });

export const rule: Rule<'estate'> = {
  id: 'token/leaked-in-repo',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.8,
  confidence: 'likely',
  summary: 'A token that is still good stands in a file.',
  why: 'Everybody who can read the repository, its copies and its backups can use it until it ends. One without an end is a password that nobody can change.',
  fix: 'Revoke the token, take it out of the file, and let programs fetch one when they need it.',
  sources: ['OWASP ASVS 5.0 13.3.1', 'RFC 6750 section 5.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'dex.yaml': PROBE(1_893_456_000) }, note: 'It ends in 2030.' }],
    good: [{ files: { 'dex.yaml': PROBE(1_735_690_200) }, note: 'It ended in 2025.' }],
  },
  *check({ tokensInFiles = [], configs, now }): Iterable<Report> {
    for (const { claims, at, fingerprint, guessedSecret, publishedSigner } of tokensInFiles) {
      const exp = secondsOf(claims, 'exp');
      const isSample = guessedSecret !== null || (publishedSigner ?? null) !== null;
      // Some products have a key for everybody that is written as a token, such as Supabase's role anon.
      if (isSample || claims['role'] === 'anon' || (exp !== null && exp * 1000 <= now)) continue;
      const end = exp === null ? 'never ends' : `is good until ${exp < 8e12 ? day(exp * 1000) : 'the end of days'}`;
      yield {
        at,
        message: `a token${typeof claims['iss'] === 'string' ? ` of ${JSON.stringify(claims['iss'].slice(0, 80))}` : ''} stands in this file and ${end}`,
        severity: configs.some((config) => config.file === at.file && isForDevelopment(config)) ? 'warning' : 'error',
        subject: 'token',
        value: fingerprint,
      };
    }
  },
};
