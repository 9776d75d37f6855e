import type { Rule } from '../../model/finding.ts';
import { isForDevelopment, isLoopback, known, reportOn } from '../config-facts.ts';
import { apolloRouter } from '../example-configs.ts';

export const rule: Rule<'verifier'> = {
  id: 'verifier/issuer-localhost',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 5.0,
  confidence: 'possible',
  summary: 'A verifier trusts an issuer on localhost, in a configuration that is not marked as one for development.',
  why: 'Anybody who runs the same development issuer has its keys and its name. Deployed as it is, the verifier accepts their tokens, or those of whatever answers on that port.',
  fix: 'Move the value to a development overlay and name the real issuer in the base.',
  sources: ['RFC 8725 section 3.8', 'RFC 6761 section 6.3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'router.yaml': apolloRouter({
            entry: 'issuers: [http://localhost:8080/realms/shop]\naudiences: [orders]\nalgorithms: [ES256]',
          }),
        },
      },
    ],
    good: [
      { files: { 'router.yaml': apolloRouter() } },
      {
        files: {
          'router.dev.yaml': apolloRouter({
            entry: 'issuers: [http://localhost:8080/realms/shop]\naudiences: [orders]\nalgorithms: [ES256]',
          }),
        },
        note: 'The name of the file says what it is for.',
      },
    ],
  },
  *check(verifier) {
    const fact = known(verifier.facts.issuers);
    const local = fact?.value?.find(isLoopback);
    if (fact === null || local === undefined || isForDevelopment(verifier)) return;
    yield {
      ...reportOn(verifier, 'issuers', fact, {
        says: `trusts the issuer ${local}`,
        severity: 'warning',
        value: local,
      }),
      confidence: 'possible',
    };
  },
};
