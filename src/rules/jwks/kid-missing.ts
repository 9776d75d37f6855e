import type { Report, Rule } from '../../model/finding.ts';
import type { ExampleKey } from '../example-keys.ts';
import { EC_GOOD, EC_OTHER, keySetText } from '../example-keys.ts';
import { isForSignatures, nameOf, subjectOf } from '../key-diagnosis.ts';

const { kid: _kid, ...nameless }: ExampleKey = EC_OTHER;

export const rule: Rule<'jwks'> = {
  id: 'jwks/kid-missing',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 4,
  confidence: 'certain',
  summary: 'A signing key has no kid.',
  why: 'With several keys in the set, verifiers can only guess: some try all, many refuse. And a key without a name cannot be named in a denylist when it leaks.',
  fix: 'Give every key its own kid, its RFC 7638 thumbprint for one, and put it into the header of the tokens.',
  sources: ['RFC 7517 section 4.5', 'OpenID Connect Core 1.0 section 10.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(EC_GOOD, nameless) } }],
    good: [{ files: { 'jwks.json': keySetText(EC_GOOD, EC_OTHER) } }],
  },
  *check({ keys, container }): Iterable<Report> {
    if (container === 'pem') return;
    const signing = keys.filter(isForSignatures);
    for (const key of signing.filter(({ kid, kty }) => kid === null && kty !== null)) {
      const isOnly = signing.length === 1;
      yield {
        at: key.at,
        message: `${nameOf(key)} has no kid${isOnly ? '' : ` in a set of ${signing.length} signing keys`}`,
        severity: isOnly ? 'info' : 'error',
        subject: subjectOf(key),
        value: key.thumbprint ?? 'no thumbprint',
      };
    }
  },
};
