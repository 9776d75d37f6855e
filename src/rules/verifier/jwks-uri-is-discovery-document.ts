import type { Rule } from '../../model/finding.ts';
import { known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/jwks-uri-is-discovery-document',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 3.1,
  confidence: 'certain',
  summary: 'The address of the key set is that of a discovery document.',
  why: 'That document holds the address of the keys and no keys, so every token is refused. Under pressure somebody turns the check off to get the service back.',
  fix: 'Use the jwks_uri that the document names.',
  sources: ['OpenID Connect Discovery 1.0 section 3', 'RFC 8414 section 3'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'router.yaml': apolloRouter({ url: 'https://id.example.com/.well-known/openid-configuration' }) } },
    ],
    good: [{ files: { 'router.yaml': apolloRouter() } }],
  },
  *check(verifier) {
    const fact = known(verifier.facts.jwksUri);
    if (fact === null || fact.value === null || fact.origin === 'derived') return;
    if (!/\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\b/.test(fact.value)) return;
    yield reportOn(verifier, 'jwksUri', fact, {
      says: `looks for keys in a discovery document (${fact.value})`,
      severity: 'error',
      value: fact.value,
    });
  },
};
