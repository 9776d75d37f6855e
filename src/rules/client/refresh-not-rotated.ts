import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { auth0 } from '../example-configs.ts';

export const rule: Rule<'client'> = {
  id: 'client/refresh-not-rotated',
  on: 'client',
  severity: 'warning',
  securitySeverity: 5.8,
  confidence: 'certain',
  summary: 'A client that has no secret uses the same refresh token again and again.',
  why: 'Nothing but the token itself is needed to renew it, so a thief and the owner use it side by side and nothing shows it. With rotation, the second use of a token is an alarm and can end the family.',
  fix: 'Turn rotation on for the client, or bind its refresh tokens to a key.',
  sources: ['RFC 9700 section 4.14.2', 'RFC 9700 section 2.2.2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'tenant.yaml': auth0({ rotation_type: 'non-rotating' }) } }],
    good: [{ files: { 'tenant.yaml': auth0() } }],
  },
  *check(client): Iterable<Report> {
    const fact = known(client.facts.refreshRotation);
    if (fact === null || fact.value) return;
    // The token of a client that proves who it is, by a secret or a key, is bound to that.
    if (known(client.facts.public)?.value !== true || known(client.facts.senderConstraint)?.value === 'required')
      return;
    yield reportOn(client, 'refreshRotation', fact, {
      says: 'does not rotate its refresh tokens',
      so: '; a stolen one works beside its owner’s',
      severity: 'warning',
      value: 'false',
    });
  },
};
