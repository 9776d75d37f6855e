import type { Rule } from '../../model/finding.ts';
import { isForDevelopment, known, reportOn } from '../config-facts.ts';
import { HAPROXY_CHECKS, apolloRouter, haproxy, krakend } from '../example-configs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/key-static',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 4.9,
  confidence: 'certain',
  summary: 'The key of a verifier is part of its configuration.',
  why: 'A leaked key is accepted until a new configuration has reached the last replica. Rotation needs a deployment on both sides at the right moment, so it is put off.',
  fix: 'Fetch keys from the key set of the issuer, or declare deploy_time in the Inventory and drill the deployment.',
  sources: ['docs/concepts.md#key-caches', 'NIST SP 800-57 Part 1 Rev. 5 section 5.3'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'krakend.json': krakend({ validator: { jwk_local_path: './keys.json' } }) } },
      { files: { 'haproxy.cfg': haproxy(HAPROXY_CHECKS) }, note: 'Where no other way exists it is a hint only.' },
    ],
    good: [{ files: { 'krakend.json': krakend() } }, { files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.keySource);
    if (fact === null || (fact.value !== 'static' && fact.value !== 'shared-secret') || isForDevelopment(verifier))
      return;
    if (known(verifier.facts.signatureVerified)?.value === false) return;
    yield reportOn(verifier, 'keySource', fact, {
      says: fact.value === 'static' ? 'has its key in its configuration' : 'shares a secret with the issuer',
      so: '; a leaked one is accepted until a new configuration is everywhere',
      severity: 'warning',
      unwritten: fact.origin === 'platform' ? 'info' : 'warning',
      value: fact.value,
    });
  },
};
