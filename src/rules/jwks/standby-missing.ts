import type { Report, Rule } from '../../model/finding.ts';
import { showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { historyText } from '../example-history.ts';
import { EC_GOOD, EC_OTHER } from '../example-keys.ts';
import { isForSignatures, nameOf } from '../key-diagnosis.ts';

const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\nkeys: { pre_publish: 24h, overlap: 24h }\nrevocation:\n  objectives:\n    signing_key: { max: 10m }',
);

export const rule: Rule<'jwks'> = {
  id: 'jwks/standby-missing',
  on: 'jwks',
  severity: 'warning',
  securitySeverity: 3.9,
  confidence: 'certain',
  summary: 'The policy wants new keys published ahead, and no successor stands ready for an emergency.',
  why: 'When the one key leaks, its successor is unknown to every verifier. Either the leaked key goes on being accepted while the new one spreads, or good tokens are refused until it has.',
  fix: 'Keep a second key published that signs nothing yet, and make it the signer when the first one is removed.',
  sources: ['OpenID Connect Core 1.0 section 10.1.1', 'docs/concepts.md#key-caches'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'history/id.example.com.ndjson': historyText([{ at: '2026-05-01T00:00:00Z', keys: [EC_GOOD] }]),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'history/id.example.com.ndjson': historyText([{ at: '2026-05-01T00:00:00Z', keys: [EC_GOOD, EC_OTHER] }]),
        },
      },
    ],
  },
  *check({ keys, issuer }, { policies }): Iterable<Report> {
    const [only, ...others] = keys.filter(isForSignatures);
    if (issuer === null || only === undefined || others.length > 0) return;
    for (const policy of policies) {
      if (!policy.issuers.value.some((each) => each.issuer === issuer)) continue;
      const { prePublish } = policy.keys;
      const objective = policy.objectives.signing_key?.max;
      if (prePublish.at === null || objective === undefined || objective.at === null) continue;
      if (objective.value >= prePublish.value) continue;
      yield {
        at: only.at,
        message: `${nameOf(only)} is the only signing key; a successor needs ${showBound(prePublish.value)} to be known everywhere, and policy "${policy.name}" promises ${showBound(objective.value)} for a leaked signing key`,
        subject: `set of ${issuer}/${policy.name}`,
        value: 'one signing key',
        related: [
          { at: prePublish.at, message: 'pre_publish' },
          { at: objective.at, message: 'objective for signing_key' },
        ],
      };
    }
  },
};
