import type { Report, Rule } from '../../model/finding.ts';
import type { ExampleKey } from '../example-keys.ts';
import { EC_GOOD, RSA_GOOD, keySetText } from '../example-keys.ts';
import { nameOf, subjectOf } from '../key-diagnosis.ts';

const { alg: _alg, ...unbound }: ExampleKey = RSA_GOOD;

export const rule: Rule<'jwks'> = {
  id: 'jwks/alg-missing',
  on: 'jwks',
  severity: 'info',
  securitySeverity: 2,
  confidence: 'certain',
  summary: 'A key does not say for which algorithm it is.',
  why: 'A verifier without an algorithm list of its own then takes every algorithm that the kind of key allows: RS512 and PS256 on a key that only ever signed RS256. The member costs nothing and closes that.',
  fix: 'Add the one alg that the signer uses with this key.',
  sources: ['RFC 8725 section 3.1', 'RFC 7517 section 4.4'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'jwks.json': keySetText(unbound) } }],
    good: [{ files: { 'jwks.json': keySetText(RSA_GOOD, EC_GOOD) } }],
  },
  *check({ keys, container }): Iterable<Report> {
    if (container === 'pem') return;
    for (const key of keys.filter(({ alg, kty }) => alg === null && kty !== null)) {
      yield {
        at: key.at,
        message: `${nameOf(key)} has no alg`,
        subject: subjectOf(key),
        value: key.thumbprint ?? 'no thumbprint',
      };
    }
  },
};
