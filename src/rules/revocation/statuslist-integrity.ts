import type { Report, Rule } from '../../model/finding.ts';
import { tokenText } from '../example-tokens.ts';
import { secondsOf } from '../token-facts.ts';

const HEADER = { alg: 'ES256', typ: 'statuslist+jwt', kid: 'ec-1' };
/** 2033-05-18T03:33:20Z: examples do not grow old. */
const FAR = 2_000_000_000;
const CLAIMS = {
  iss: 'https://id.example.com',
  sub: 'https://id.example.com/statuslists/1',
  iat: 1_735_689_600,
  exp: FAR,
  ttl: 60,
  status_list: { bits: 1, lst: 'eNrbuRgAAhcBXQ' },
};

export const rule: Rule<'token'> = {
  id: 'revocation/statuslist-integrity',
  on: 'token',
  severity: 'error',
  securitySeverity: 6.0,
  confidence: 'certain',
  summary: 'A status list token is not what verifiers must accept.',
  why: 'A list that is unsigned, expired or made for another address can be put in the place of the real one, and in it everything is valid. A verifier that accepts it never learns of a revocation.',
  fix: 'Sign it, with typ statuslist+jwt, its own address as sub, and 1, 2, 4 or 8 bits an entry.',
  sources: ['Token Status List section 5.1', 'Token Status List section 8.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'list.jwt': tokenText(HEADER, { ...CLAIMS, status_list: { bits: 3, lst: 'eNrbuRgAAhcBXQ' } }) } }],
    good: [{ files: { 'list.jwt': tokenText(HEADER, CLAIMS) } }],
  },
  *check({ header, claims, at, fingerprint }, { now }): Iterable<Report> {
    const list = claims['status_list'];
    if (list === undefined) return;
    const members: Readonly<Record<string, unknown>> = typeof list === 'object' && list !== null ? { ...list } : {};
    const { bits, lst } = members;
    const exp = secondsOf(claims, 'exp');
    const faults: readonly (readonly [boolean, string, string])[] = [
      [/^none$/i.test(String(header['alg'])), 'header.alg', 'is not signed'],
      [
        ![1, 2, 4, 8].includes(Number(bits)),
        'claims.status_list.bits',
        'has entries of a size other than 1, 2, 4 or 8 bits',
      ],
      [typeof lst !== 'string' || !/^[A-Za-z0-9_-]+$/.test(lst), 'claims.status_list.lst', 'has no list in base64url'],
      [
        typeof claims['sub'] !== 'string' || !/^https?:/.test(claims['sub']),
        'claims.sub',
        'does not say its own address as sub',
      ],
      [exp !== null && exp * 1000 <= now, 'claims.exp', 'has expired and must not be used'],
    ];
    for (const [isFault, subject, fault] of faults) {
      if (isFault) yield { at, message: `status list ${fault}`, subject, value: fingerprint };
    }
  },
};
