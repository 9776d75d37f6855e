import type { Rule } from '../../model/finding.ts';
import { inventoryText } from '../example-documents.ts';
import { replace } from '../repairs.ts';

const VERIFIER = '- { name: orders, environment: prod, issuer: main, library: { name: jose, version: 6.2.18 } }';
const DELAYS = 'time_to_act: 1m\nreplica_convergence: 5s\njwks_http: { max_age: 0s }\naccess_token_lifetime: 15m';

export const rule: Rule<'estate'> = {
  id: 'policy/refresh-unbounded',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 5.9,
  confidence: 'certain',
  summary: 'The refresh tokens of an issuer never end.',
  why: 'A family of refresh tokens that is renewed for ever is never asked to log in again, so a thief who keeps using it stays in for ever. Rotation notices only when the owner comes back.',
  fix: 'Give the issuer an absolute lifetime for refresh tokens, and declare it as refresh_token.absolute_lifetime.',
  sources: ['RFC 9700 section 4.14.2', 'OWASP ASVS 5.0 10.4.8'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'inventory.yaml': inventoryText({
            issuer: `${DELAYS}\nrefresh_token: { rotation: true, absolute_lifetime: unbounded }`,
            verifiers: VERIFIER,
          }),
        },
      },
    ],
    good: [
      {
        files: {
          'inventory.yaml': inventoryText({
            issuer: `${DELAYS}\nrefresh_token: { rotation: true, absolute_lifetime: 14d }`,
            verifiers: VERIFIER,
          }),
        },
      },
    ],
  },
  *check({ inventories }) {
    for (const inventory of inventories) {
      for (const { name, refreshToken, at } of inventory.issuers) {
        if (refreshToken.absoluteLifetime.value !== 'unbounded') continue;
        yield {
          at: refreshToken.absoluteLifetime.at ?? at,
          message: `issuer "${name}" renews refresh tokens without end: absolute_lifetime is unbounded`,
          subject: `inventory ${inventory.name}/issuers[${name}].refresh_token.absolute_lifetime`,
          value: 'unbounded',
          ...replace(refreshToken.absoluteLifetime, '30d', false),
        };
      }
    }
  },
};
