import type { Report, Rule } from '../../model/finding.ts';
import { EC_GOOD, EC_OTHER, keySetText } from '../example-keys.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { isForSignatures } from '../key-diagnosis.ts';
import { governing, hasNoPublishedKey, isStranded, keyOf, secondsOf, setsOf } from '../token-facts.ts';

const { kid: _kid, ...nameless } = HEADER;

export const rule: Rule<'token'> = {
  id: 'token/kid-missing-or-unknown',
  on: 'token',
  severity: 'error',
  securitySeverity: 4.5,
  confidence: 'certain',
  summary: 'A token does not name its key, or names one that its issuer does not publish.',
  why: 'Without a kid verifiers try keys or refuse, each in its own way. A kid that is not published means a foreign signer, or a key that was removed while its tokens were still valid.',
  fix: 'Put the kid of a published key into the header; find out who signed the token if there is none.',
  sources: ['RFC 7515 section 4.1.4', 'OpenID Connect Core 1.0 section 10.1'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'token.jwt': tokenText(nameless, CLAIMS), 'policy.yaml': ordersPolicy() } },
      {
        files: {
          'token.jwt': tokenText({ ...HEADER, kid: 'ec-9' }, CLAIMS),
          'jwks.json': keySetText(EC_GOOD, EC_OTHER),
        },
      },
    ],
    good: [
      {
        files: {
          'token.jwt': tokenText(HEADER, CLAIMS),
          'policy.yaml': ordersPolicy(),
          'jwks.json': keySetText(EC_GOOD, EC_OTHER),
        },
      },
    ],
  },
  *check(token, estate): Iterable<Report> {
    if (hasNoPublishedKey(token)) return;
    const { kid } = token.header;
    const found = { at: token.at, subject: 'header.kid', value: token.fingerprint };
    const sets = setsOf(token, estate);
    if (typeof kid !== 'string' || kid === '') {
      const required = governing(token, estate).find(({ policy }) => policy.keys.kidRequired.value);
      const several = sets.some(({ keys }) => keys.filter(isForSignatures).length > 1);
      const why = required === undefined ? '' : `, policy "${required.policy.name}" requires one`;
      yield {
        ...found,
        message: `token has no kid${why}${several ? ', and its issuer publishes several keys' : ''}`,
        severity: required !== undefined || several ? 'error' : 'warning',
      };
      return;
    }
    // While the token is valid, that its key is missing is the business of token/outlives-key.
    if (sets.length === 0 || keyOf(token, estate) !== null || isStranded(token, estate)) return;
    const isEndless = secondsOf(token.claims, 'exp') === null;
    yield {
      ...found,
      message: `kid ${JSON.stringify(kid.slice(0, 80))} is in no key set given${isEndless ? ', and the token never expires' : ''}`,
      // Key sets move on: that an expired token's key is gone is as it should be.
      severity: isEndless ? 'error' : 'info',
      related: sets.map(({ at, file }) => ({ at, message: `looked for in ${file}` })),
    };
  },
};
