import type { Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { known, reportOn } from '../config-facts.ts';
import { accessTokenRules, loosest, placeOfLimit } from '../config-policies.ts';
import { krakend } from '../example-configs.ts';
import { policyText } from '../example-documents.ts';
import { shorten } from '../repairs.ts';

/** RFC 7519 section 4.1.4 speaks of a few minutes at most; machines kept by NTP differ by less than a second. */
const LONG = millis(60_000);
const VERY_LONG = millis(300_000);

const POLICY = policyText(
  'orders',
  'issuers:\n  - issuer: https://id.example.com\ntokens:\n  access_token:\n    audiences: [orders]\n    clock_skew: { max: 30s }',
);

export const rule: Rule<'verifier'> = {
  id: 'verifier/leeway',
  on: 'verifier',
  severity: 'warning',
  securitySeverity: 4.0,
  confidence: 'certain',
  summary: 'A verifier accepts tokens for longer after their end than clocks can explain.',
  why: 'The tolerance is added to the life of every token, the leaked one included. With short tokens it may be most of their life.',
  fix: 'Set it to 60 seconds or less, and keep clocks by NTP.',
  sources: ['RFC 7519 section 4.1.4', 'FAPI 2.0 Security Profile section 5.3.2.1'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'krakend.json': krakend({ validator: { leeway: '2m' } }) } },
      {
        files: { 'krakend.json': krakend({ validator: { leeway: '45s' } }), 'policy.yaml': POLICY },
        note: 'A policy that allows less makes it an error.',
      },
    ],
    good: [{ files: { 'krakend.json': krakend({ validator: { leeway: '10s' } }), 'policy.yaml': POLICY } }],
  },
  *check(verifier, estate): Iterable<Report> {
    const fact = known(verifier.facts.leeway);
    if (fact === null || fact.value === 'unknown') return;
    const value = isFiniteBound(fact.value) ? fact.value : Infinity;
    const limit = loosest(
      accessTokenRules(verifier, estate)
        .filter(({ rules }) => rules.clockSkew.at !== null)
        .map(({ policy, rules }) => ({ policy, limit: rules.clockSkew })),
    );
    const isOver = limit !== null && value > limit.limit.value;
    if (!isOver && (limit !== null || value <= LONG)) return;
    yield reportOn(verifier, 'leeway', fact, {
      says: `accepts tokens ${showBound(fact.value)} past their end`,
      so: isOver
        ? `; policy "${limit.policy.name}" allows ${showBound(limit.limit.value)}`
        : `, more than ${showBound(value > VERY_LONG ? VERY_LONG : LONG)}`,
      severity: isOver || value > VERY_LONG ? 'error' : 'warning',
      value: String(fact.value),
      repair: shorten(fact, limit === null ? LONG : limit.limit.value),
      related: isOver ? placeOfLimit(limit.limit, 'clock_skew') : [],
    });
  },
};
