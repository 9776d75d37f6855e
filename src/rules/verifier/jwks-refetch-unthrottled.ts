import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { krakend } from '../example-configs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/jwks-refetch-unthrottled',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 4.3,
  confidence: 'certain',
  summary: 'Every token under an unknown kid makes a verifier fetch the key set.',
  why: 'Anybody can send such tokens, unsigned ones too, and turn the verifier into a flood at the issuer. When the issuer then refuses it, nobody’s new key is learnt.',
  fix: 'Set a shortest time between two fetches, some ten seconds.',
  sources: ['RFC 8725 section 3.10', 'docs/concepts.md#key-caches'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'krakend.json': krakend({ validator: { failed_jwk_key_cooldown: undefined } }) } }],
    good: [{ files: { 'krakend.json': krakend() } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.refetchOnUnknownKid);
    if (fact === null || fact.value !== 'unthrottled') return;
    yield reportOn(verifier, 'refetchOnUnknownKid', fact, {
      says: 'fetches the key set for every token under an unknown kid',
      severity: 'warning',
      unwritten: fact.origin === 'platform' ? 'info' : 'warning',
      value: 'unthrottled',
    });
  },
};
