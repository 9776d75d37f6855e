import type { Rule } from '../../model/finding.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import {
  LEAKED,
  guaranteed,
  isPromised,
  placeInVerifier,
  predictionSubject,
  relatedPlaces,
  showEndless,
  showObjective,
} from '../prediction-text.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    signing_key: { max: 10m }');
const VERIFIER = (library: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { ${library} }`;

export const rule: Rule<'estate'> = {
  id: 'policy/slo-unbounded',
  on: 'estate',
  severity: 'error',
  securitySeverity: 8.6,
  confidence: 'likely',
  summary: 'Nothing limits how long a verifier accepts what leaked.',
  why: 'Some caches never look at a key again that they know, and a lost push message is never made up for. A leaked key then works at this verifier until somebody restarts it, and no one knows when that is.',
  fix: 'Do what the message says would bound it: a time-to-live, a reconcile interval, another library, or a channel that names the key.',
  sources: ['docs/concepts.md', 'OpenID Connect Core 1.0 section 10.1.1', 'RFC 8725 section 3.10'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ verifiers: VERIFIER('name: aws-jwt-verify, version: 5.2.1') }),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ verifiers: VERIFIER('name: jose, version: 6.2.18') }),
        },
      },
    ],
  },
  *check(estate) {
    for (const prediction of guaranteed(estate)) {
      if (prediction.verdict !== 'unbounded') continue;
      const endless = prediction.addends.filter(({ value }) => value === 'unbounded');
      const remedy =
        prediction.wouldBeBoundedBy === null ? '' : `; it would be bounded by ${prediction.wouldBeBoundedBy}`;
      yield {
        at: placeInVerifier(
          prediction,
          endless.map(({ at }) => at),
          estate,
        ),
        severity: isPromised(prediction) ? 'error' : 'warning',
        message: `nothing limits how long verifier "${prediction.verifier}" accepts ${LEAKED[prediction.scenario]}, ${showObjective(prediction)}: ${endless.map(showEndless).join(', ')}${remedy}`,
        subject: predictionSubject(prediction),
        value: 'unbounded',
        related: relatedPlaces(endless, prediction),
      };
    }
  },
};
