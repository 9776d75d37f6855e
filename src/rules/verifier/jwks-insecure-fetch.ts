import type { Report, Rule } from '../../model/finding.ts';
import { isForDevelopment, isLoopback, known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';
import { flip } from '../repairs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/jwks-insecure-fetch',
  on: 'verifier',
  severity: 'error',
  securitySeverity: 8.1,
  confidence: 'certain',
  summary: 'A verifier fetches its keys so that somebody on the way can change them.',
  why: 'The key set decides who may sign. Over plain HTTP, or without checking the certificate, whoever sits on the path answers with a key of his own and mints every token he wants.',
  fix: 'Use https and leave certificate checks on; give the verifier the private CA where there is one.',
  sources: ['RFC 7517 section 5', 'RFC 8725 section 3.10', 'RFC 8414 section 2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'router.yaml': apolloRouter({ url: 'http://id.example.com/jwks.json' }) } }],
    good: [
      { files: { 'router.yaml': apolloRouter() } },
      {
        files: { 'router.yaml': apolloRouter({ url: 'http://localhost:8080/jwks.json' }) },
        note: 'A sidecar on the same machine has no path to sit on.',
      },
    ],
  },
  *check(verifier): Iterable<Report> {
    if (isForDevelopment(verifier)) return;
    // Where tokens are introspected, no keys are fetched.
    const asks = known(verifier.facts.keySource)?.value === 'none';
    for (const name of ['jwksUri', 'discoveryUrl'] as const) {
      const fact = known(verifier.facts[name]);
      if (fact === null || fact.value === null || !/^http:/i.test(fact.value) || isLoopback(fact.value)) continue;
      const what = asks ? 'what it knows of the issuer' : name === 'jwksUri' ? 'its keys' : 'the address of its keys';
      yield reportOn(verifier, name, fact, {
        says: `fetches ${what} without TLS`,
        so: isInCluster(fact.value) ? `; the network of the cluster is trusted with ${asks ? 'it' : 'the keys'}` : '',
        severity: isInCluster(fact.value) ? 'warning' : 'error',
        value: fact.value,
      });
    }
    const tls = known(verifier.facts.tlsVerified);
    if (tls === null || tls.value) return;
    yield reportOn(verifier, 'tlsVerified', tls, {
      says: `does not insist on TLS and a valid certificate where it ${asks ? 'asks the issuer about tokens' : 'fetches keys'}`,
      severity: 'error',
      value: 'false',
      repair: flip(tls, false),
    });
  },
};

/** Names that only resolve inside a cluster or a compose network: `keycloak`, `keycloak.auth.svc`. */
function isInCluster(url: string): boolean {
  const host = /^[a-z]+:\/\/([^:/?#]+)/i.exec(url)?.[1] ?? '';
  return !host.includes('.') || /\.svc(?:\.|$)|\.internal$|\.cluster\.local$/.test(host);
}
