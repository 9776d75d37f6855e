import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';
import { secondsOf } from '../token-facts.ts';

/** 5138-11-16 in seconds; anything later was written in milliseconds. */
const LATEST = 1e11;

/** Clocks of issuer and linter may differ by this, in seconds (RFC 7519 section 4.1.4: "no more than a few minutes"). */
const TOLERANCE = 60;

export const rule: Rule<'token'> = {
  id: 'token/time-sanity',
  on: 'token',
  severity: 'error',
  securitySeverity: 5.5,
  confidence: 'certain',
  summary: 'The times of a token make no sense.',
  why: 'An exp in milliseconds is tens of thousands of years away and works everywhere, which is why nobody notices. An exp that is a text is compared as a text by some verifiers.',
  fix: 'Write exp, iat and nbf as numbers of seconds since 1970, in the order iat, nbf, exp.',
  sources: ['RFC 7519 sections 2 and 4.1.4'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'token.jwt': tokenText(HEADER, { ...CLAIMS, exp: Number(CLAIMS['exp']) * 1000 }) } },
      { files: { 'token.jwt': tokenText(HEADER, { ...CLAIMS, exp: String(CLAIMS['exp']) }) } },
    ],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS) } }],
  },
  *check({ at, claims, fingerprint }, { now }): Iterable<Report> {
    const report = (name: string, message: string): Report => ({
      at,
      message,
      subject: `claims.${name}`,
      value: fingerprint,
    });
    for (const name of ['exp', 'iat', 'nbf'] as const) {
      const value = claims[name];
      if (value === undefined) continue;
      if (typeof value !== 'number') yield report(name, `${name} is not a number`);
      else if (value > LATEST)
        yield report(name, `${name} is ${value}, the year 5138 or later: it looks like milliseconds`);
      else if (value < 0) yield report(name, `${name} is ${value}, before 1970`);
    }
    const [exp, iat, nbf] = [secondsOf(claims, 'exp'), secondsOf(claims, 'iat'), secondsOf(claims, 'nbf')];
    const ahead = iat === null || iat > LATEST ? 0 : Math.round(iat - now / 1000);
    if (ahead > TOLERANCE) yield report('iat', `iat is ${ahead} seconds in the future, tolerated are ${TOLERANCE}`);
    if (exp !== null && nbf !== null && nbf > exp) yield report('nbf', 'nbf is after exp: the token is never valid');
    if (exp !== null && iat !== null && exp <= iat)
      yield report('exp', 'exp is not after iat: the token was never valid');
  },
};
