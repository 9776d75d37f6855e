import type { Rule } from '../../model/finding.ts';
import type { Prediction } from '../../model/prediction.ts';
import { inventoryText, policyText } from '../example-documents.ts';
import { LEAKED, guaranteed } from '../prediction-text.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    signing_key: { max: 10m }');
const VERIFIER = (library: string): string => `- name: orders
  environment: prod
  issuer: main
  policy: orders${library}`;

export const rule: Rule<'estate'> = {
  id: 'policy/slo-unknown',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'A verifier has an objective, but its time-to-revocation cannot be predicted.',
  why: 'What is not declared is not zero: an unknown cache may be one that never forgets. Until it is known, the objective is a wish.',
  fix: 'Declare what the message names: the library and its version, or the missing delay of the issuer.',
  sources: ['docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'policy.yaml': POLICY, 'inventory.yaml': inventoryText({ verifiers: VERIFIER('') }) } }],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({
            verifiers: VERIFIER('\n  library: { name: jose, version: 6.2.18 }'),
          }),
        },
      },
    ],
  },
  *check(estate) {
    const byVerifier = new Map<string, Prediction[]>();
    for (const prediction of guaranteed(estate)) {
      // A verifier that only a configuration file tells of has no Inventory yet; that is another finding.
      if (prediction.verdict !== 'unknown' || prediction.objective === null || prediction.partial === true) continue;
      const name = `${prediction.environment}/${prediction.verifier}`;
      byVerifier.set(name, [...(byVerifier.get(name) ?? []), prediction]);
    }
    for (const [name, unknown] of byVerifier) {
      const [first] = unknown;
      if (first === undefined) continue;
      yield {
        at: first.at,
        message: `how long verifier "${first.verifier}" accepts ${unknown.map(({ scenario }) => LEAKED[scenario]).join(', ')} cannot be predicted: ${reasons(unknown).join('; ')}`,
        subject: `verifier ${name}`,
        value: unknown.map(({ scenario }) => scenario).join(' '),
      };
    }
  },
};

function reasons(predictions: readonly Prediction[]): readonly string[] {
  const unknown = predictions.flatMap(({ addends }) => addends.filter(({ value }) => value === 'unknown'));
  return [...new Set(unknown.map(({ label, source }) => source ?? label))];
}
