import type { Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import {
  LEAKED,
  guaranteed,
  isPromised,
  largestFirst,
  placeInVerifier,
  predictionSubject,
  relatedPlaces,
  showAddend,
  showObjective,
} from '../prediction-text.ts';

const POLICY = policyText(
  'orders',
  'revocation:\n  objectives:\n    signing_key: { max: 10m }\n    access_token: { max: 20m }',
);
const VERIFIER = (ttl: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }
  settings: { key_cache_ttl: ${ttl}, fetch_timeout: 5s }`;

export const rule: Rule<'estate'> = {
  id: 'policy/slo-unsatisfiable',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.5,
  confidence: 'likely',
  summary: 'The predicted worst-case time-to-revocation of a verifier is over its objective.',
  why: 'Every wait between the decision to revoke and the last acceptance adds up, and each may be at its worst when it matters. The promise is then broken by the configuration, whoever is on call.',
  fix: 'Shorten the largest addend of the message, or agree on an objective that the configuration can meet.',
  sources: ['docs/concepts.md', 'RFC 9111 section 4.2', 'OpenID Connect Core 1.0 section 10.1.1'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('1h') }) } }],
    good: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('5m') }) } }],
  },
  *check(estate) {
    for (const prediction of guaranteed(estate)) {
      if (prediction.verdict !== 'over') continue;
      const addends = largestFirst(prediction.addends);
      yield {
        at: placeInVerifier(
          prediction,
          addends.map(({ at }) => at),
          estate,
        ),
        severity: isPromised(prediction) ? 'error' : 'warning',
        message: `verifier "${prediction.verifier}" can accept ${LEAKED[prediction.scenario]} for ${showBound(prediction.bound)}, ${showObjective(prediction)}: ${addends.map(showAddend).join(' + ')}`,
        subject: predictionSubject(prediction),
        value: String(prediction.bound),
        related: relatedPlaces(addends, prediction),
      };
    }
  },
};
