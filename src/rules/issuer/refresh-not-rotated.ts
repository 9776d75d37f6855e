import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { dex } from '../example-configs.ts';
import { flip } from '../repairs.ts';

const EXPIRY = (rotation: string): string =>
  `idTokens: 15m\nrefreshTokens: { ${rotation}validIfNotUsedFor: 24h, absoluteLifetime: 168h }`;

export const rule: Rule<'issuer'> = {
  id: 'issuer/refresh-not-rotated',
  on: 'issuer',
  severity: 'warning',
  securitySeverity: 5.8,
  confidence: 'certain',
  summary: 'A refresh token works again and again, for whoever holds it.',
  why: 'A thief and the owner use it side by side and nothing shows it. With rotation, the second use of a token is an alarm and can end the family.',
  fix: 'Turn rotation on, with detection of reuse, or bind refresh tokens to a key of the client.',
  sources: ['RFC 9700 section 4.14.2', 'RFC 9700 section 2.2.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'dex.yaml': dex({ expiry: EXPIRY('disableRotation: true, ') }) } }],
    good: [{ files: { 'dex.yaml': dex({ expiry: EXPIRY('') }) } }],
  },
  *check(issuer): Iterable<Report> {
    const fact = known(issuer.facts.refreshRotation);
    if (fact === null || fact.value) return;
    yield reportOn(issuer, 'refreshRotation', fact, {
      says: 'does not rotate refresh tokens',
      so: '; a stolen one works beside its owner’s',
      severity: 'warning',
      value: 'false',
      repair: flip(fact, false),
    });
  },
};
