import type { Report, Rule } from '../../model/finding.ts';
import { millis, showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { tokenText } from '../example-tokens.ts';
import { secondsOf } from '../token-facts.ts';

const HEADER = { alg: 'ES256', typ: 'statuslist+jwt', kid: 'ec-1' };
const CLAIMS = {
  iss: 'https://id.example.com',
  sub: 'https://id.example.com/statuslists/1',
  iat: 1_735_689_600,
  exp: 1_735_689_600 + 600,
  ttl: 60,
  status_list: { bits: 1, lst: 'eNrbuRgAAhcBXQ' },
};
const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\nrevocation:\n  objectives:\n    access_token: { max: 15m }',
);

export const rule: Rule<'token'> = {
  id: 'revocation/statuslist-ttl',
  on: 'token',
  severity: 'error',
  securitySeverity: 5.7,
  confidence: 'certain',
  summary: 'A status list may be used for longer than revocation may take.',
  why: 'Whoever holds a copy is told by ttl and exp how long it is good. Until then a revoked token is fine for that verifier, and with neither it is fine for good.',
  fix: 'Set ttl below the objective and exp not much above it.',
  sources: ['Token Status List section 5.1', 'Token Status List section 13.7'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'list.jwt': tokenText(HEADER, { ...CLAIMS, exp: undefined, ttl: undefined }) } },
      {
        files: {
          'list.jwt': tokenText(HEADER, { ...CLAIMS, exp: CLAIMS.iat + 86_400, ttl: 3600 }),
          'policy.yaml': POLICY,
        },
      },
    ],
    good: [{ files: { 'list.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': POLICY } }],
  },
  *check({ claims, at, fingerprint }, { policies }): Iterable<Report> {
    if (claims['status_list'] === undefined) return;
    const { ttl } = claims;
    const exp = secondsOf(claims, 'exp');
    const iat = secondsOf(claims, 'iat');
    const found = { at, subject: 'claims.ttl', value: fingerprint };
    if (ttl === undefined && exp === null) {
      yield { ...found, message: 'status list has neither ttl nor exp, so a copy is good for ever' };
      return;
    }
    if (ttl !== undefined && (typeof ttl !== 'number' || !(ttl > 0))) {
      yield { ...found, message: 'ttl of the status list is not a positive number of seconds' };
      return;
    }
    const uses = [
      { name: 'ttl', seconds: typeof ttl === 'number' ? ttl : Infinity },
      { name: 'exp', seconds: exp === null || iat === null ? Infinity : exp - iat },
    ].toSorted((a, b) => a.seconds - b.seconds);
    const [shortest] = uses;
    const objectives = policies
      .filter(({ issuers }) => issuers.value.some(({ issuer }) => issuer === claims['iss']))
      .flatMap(({ name, objectives: own }) =>
        own.access_token === undefined ? [] : [{ name, max: own.access_token.max }],
      )
      .toSorted((a, b) => b.max.value - a.max.value);
    const [loosest] = objectives;
    if (shortest === undefined || loosest === undefined || !Number.isFinite(shortest.seconds)) return;
    if (shortest.seconds * 1000 <= loosest.max.value) return;
    yield {
      ...found,
      message: `status list may be used for ${showBound(millis(shortest.seconds * 1000))} (${shortest.name}); policy "${loosest.name}" promises ${showBound(loosest.max.value)} for access tokens${loosest.max.at === null ? ' by default' : ''}`,
      severity: loosest.max.at === null ? 'warning' : 'error',
      ...(loosest.max.at === null ? {} : { related: [{ at: loosest.max.at, message: 'objective for access_token' }] }),
    };
  },
};
