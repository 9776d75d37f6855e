import type { Estate, Report, Rule } from '../../model/finding.ts';
import type { JwksFacts } from '../../model/key.ts';
import { EC_CERTIFICATE, EC_CERTIFICATE_OLD, EC_CERTIFIED, keySetText } from '../example-keys.ts';
import { asOf, day } from '../history-facts.ts';
import { nameOf, subjectOf } from '../key-diagnosis.ts';

export const rule: Rule<'jwks'> = {
  id: 'jwks/x5c-validity',
  on: 'jwks',
  severity: 'warning',
  securitySeverity: 3.5,
  confidence: 'certain',
  summary: 'The certificate beside a key has ended or has not begun.',
  why: 'Verifiers that look at the certificate refuse the key, those that look at the bare key go on with it. That the date passed unnoticed says that nobody plans when the key ends.',
  fix: 'Rotate the key before its certificate ends, or publish the key without a certificate.',
  sources: ['RFC 7517 section 4.7', 'RFC 5280 section 4.1.2.5'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText({ ...EC_CERTIFIED, x5c: [EC_CERTIFICATE_OLD] }) } }],
    good: [{ files: { 'jwks.json': keySetText({ ...EC_CERTIFIED, x5c: [EC_CERTIFICATE] }) } }],
  },
  *check(set, estate): Iterable<Report> {
    const time = timeOf(set, estate);
    for (const key of set.keys) {
      const { notBefore = null, notAfter = null } = key.certificates?.() ?? {};
      const hasEnded = notAfter !== null && notAfter < time;
      const isEarly = notBefore !== null && notBefore > time;
      if (!hasEnded && !isEarly) continue;
      yield {
        at: key.locate('x5c'),
        message: `the certificate of ${nameOf(key)} ${hasEnded ? `ended on ${day(notAfter)}` : `begins on ${day(notBefore ?? 0)}`}`,
        subject: `${subjectOf(key)}.x5c`,
        value: hasEnded ? `ended ${day(notAfter)}` : `begins ${day(notBefore ?? 0)}`,
      };
    }
  },
};

/** A recorded set is judged at the time it was recorded. */
function timeOf({ file }: JwksFacts, estate: Estate): number {
  const history = (estate.histories ?? []).find((each) => each.file === file);
  return history === undefined ? estate.now : asOf(history, estate);
}
