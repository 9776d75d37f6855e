import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, tokenText } from '../example-tokens.ts';

/** Names of claims that hold what a token is no place for. */
const NAMES =
  /^(?:(?:user_?)?passw(?:or)?d|pwd|passphrase|(?:client_?|shared_?|totp_?|mfa_?)secret|secret|api_?key|secret_?key|private_?key|ssn|social_?security(?:_?number)?|credit_?card(?:_?number)?|card_?number|cvv|cvc|iban)$/i;

/** Values that give themselves away: private keys and the access keys of well-known services. */
const VALUES =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[A-Z\d]{16}\b|\bgh[pousr]_[A-Za-z\d]{36}\b|\bsk_live_[A-Za-z\d]{16,}/;

/** Claims nest a few levels at most; deeper ones are not read. */
const DEPTH = 4;

export const rule: Rule<'token'> = {
  id: 'token/sensitive-claims',
  on: 'token',
  severity: 'warning',
  securitySeverity: 5.5,
  confidence: 'likely',
  summary: 'A token carries a password, a key or a card number that everybody on its way can read.',
  why: 'Claims are signed and not encrypted: logs, browsers, proxies and every service that gets the token have them in the clear. Revoking the token does not take them back.',
  fix: 'Leave the claim out, and change the secret that was in it.',
  sources: ['RFC 7519 section 12', 'OWASP ASVS 5.0 14.2.6'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': tokenText(HEADER, { ...CLAIMS, password: 'not shown in any report' }) } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS) } }],
  },
  *check({ claims, at, fingerprint }): Iterable<Report> {
    for (const path of sensitiveIn(claims, '', DEPTH)) {
      yield {
        at,
        message: `claim ${path} holds what nobody on the way should read`,
        subject: `claims.${path}`,
        value: fingerprint,
      };
    }
  },
};

/** Paths of members by name or value; never a value. */
function sensitiveIn(value: object, path: string, depth: number): readonly string[] {
  return Object.entries(value).flatMap(([name, member]: readonly [string, unknown]): readonly string[] => {
    const here = `${path}${path === '' ? '' : '.'}${name.slice(0, 40)}`;
    const isText = typeof member === 'string' && member !== '';
    if ((isText || typeof member === 'number') && NAMES.test(name)) return [here];
    if (isText && VALUES.test(member)) return [here];
    return typeof member === 'object' && member !== null && depth > 0 ? sensitiveIn(member, here, depth - 1) : [];
  });
}
