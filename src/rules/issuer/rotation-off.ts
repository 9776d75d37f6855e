import type { Report, Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { dex, hydra } from '../example-configs.ts';

export const rule: Rule<'issuer'> = {
  id: 'issuer/rotation-off',
  on: 'issuer',
  severity: 'warning',
  securitySeverity: 3.8,
  confidence: 'certain',
  summary: 'Signing keys of an issuer are not rotated by schedule.',
  why: 'A key that is never changed is one whose change nobody has practised: caches, pinned keys and forgotten verifiers show up during the incident. And a leak that nobody noticed lasts for ever.',
  fix: 'Schedule rotation, by the issuer or by a job that calls it, and drill the removal of the old key.',
  sources: ['NIST SP 800-57 Part 1 Rev. 5 section 5.3.6', 'OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: { 'hydra.yml': hydra('ttl: { access_token: 10m }') },
        note: 'Where the product has no schedule, it is for your information.',
      },
    ],
    good: [{ files: { 'dex.yaml': dex() } }],
  },
  *check(issuer): Iterable<Report> {
    const fact = known(issuer.facts.keyRotationInterval);
    if (fact === null || fact.value !== 'unbounded') return;
    yield reportOn(issuer, 'keyRotationInterval', fact, {
      says: 'never rotates its signing keys by itself',
      severity: 'warning',
      unwritten: fact.origin === 'platform' ? 'info' : 'warning',
      value: 'unbounded',
    });
  },
};
